import type { NamedTensorMap, Scalar, Tensor, TensorContainer, Variable } from "@tensorflow/tfjs";
import { InputError } from "../../core/errors.ts";
import { isTensor, tf } from "../../core/tfjs.ts";
import { RING, type UpdateLayout, updateProgram } from "../../kernels/training_program.ts";
import { checkForward, type Model } from "../../model/model.ts";
import type { OpenArena, TrainingArena } from "./arena.ts";
import { type Batch, toTensor } from "./batch.ts";
import { computeLosses, type Loss, maskRows } from "./losses.ts";
import { type StepOptions, stepSources } from "./step_options.ts";

/**
 * Trains any model with the gradients of tfjs. Only the update of the parameters is a program of
 * the kernels, the same as in a fused step.
 */
export class PlainStep {
  readonly #model: Model;
  readonly #arena: TrainingArena;
  #opened: OpenArena<UpdateLayout> | null = null;
  #state: TensorContainer | undefined;
  #restored: readonly Float32Array[] | null = null;

  /**
   * Creates steps for a model.
   *
   * @param model The model.
   * @param arena The memory in which the parameters are updated.
   */
  constructor(model: Model, arena: TrainingArena) {
    this.#model = model;
    this.#arena = arena;
  }

  /**
   * Does a step for each batch.
   *
   * @param loss The loss.
   * @param batches The batches.
   * @param rows Returns the hyperparameters of `count` steps, after `first` steps.
   * @param options The source of dropout masks, and whether states are carried.
   * @throws {InputError} If a batch does not fit the model, no parameter is trainable, or the loss
   * has no gradient. Steps on earlier batches are not undone.
   */
  run(
    loss: Loss,
    batches: readonly Batch[],
    rows: (first: number, count: number) => Float32Array,
    options: StepOptions,
  ): void {
    const { random, carryState = false } = options;
    const arena = this.#arena;
    const key = "update";
    if (arena.key !== key || !this.#opened) {
      const variables = Object.values(this.#model.parameters);
      const count = variables.reduce((sum, { size }) => sum + size, 0) /
        (this.#model.replicas ?? 1);
      this.#opened = arena.open(key, updateProgram(count));
    }
    const { session, layout } = this.#opened;
    for (const batch of batches) {
      if (carryState && this.#restored) this.#load(batch, this.#restored);
      const variables = Object.values(this.#model.parameters);
      const row = arena.steps % RING;
      const hyper = rows(arena.steps, 1);
      tf.tidy(() => {
        const state = carryState ? this.#state : undefined;
        const { losses, gradients } = this.#gradients(loss, batch, variables, random, state);
        arena.writeParameters(variables);
        arena.writeParameters(gradients, "gradients");
        session.writeTensor({ offset: layout.losses.offset + row, size: 1 }, losses);
      });
      arena.writeHyper(arena.steps, hyper);
      session.run("step", 1, row);
      // A frozen parameter keeps its value: weight decay would change it even though its gradient
      // is 0.
      arena.readParameters(variables.map((variable) => variable.trainable ? variable : undefined));
      arena.steps++;
    }
  }

  /** Reads the states that the next batch would start from, in the order of the model's state. */
  async carried(): Promise<readonly Float32Array[]> {
    const states: Float32Array[] = [];
    for (const tensor of tensorsOf(this.#state)) states.push(await tensor.data<"float32">());
    return this.#restored ?? states;
  }

  /**
   * Sets the states that the next step starts from if it carries states.
   *
   * @param states The states, as {@link PlainStep.carried} returns them.
   */
  restore(states: readonly Float32Array[]): void {
    this.#restored = states;
  }

  /** Makes tensors of restored states; only the model knows the structure of its state. */
  #load(batch: Batch, states: readonly Float32Array[]): void {
    this.#freeState();
    this.#state = tf.tidy(() => {
      const { state } = this.#model.forward(toTensor(batch.x));
      const wanted = tensorsOf(state).map(({ size }) => size);
      const found = states.map(({ length }) => length);
      if (wanted.join() !== found.join()) {
        throw new InputError("carried states", `of ${wanted.join(", ")} numbers`, found);
      }
      let next = 0;
      return mapTensors(state, ({ shape }) => {
        return tf.keep(tf.tensor(states[next++]?.slice() ?? [], shape));
      });
    });
  }

  /** Frees the carried states; the next step starts from 0. */
  forget(): void {
    this.#freeState();
    this.#opened = null;
    this.#restored = null;
  }

  #freeState(): void {
    if (this.#state !== undefined) tf.dispose(this.#state);
    this.#state = undefined;
  }

  #gradients(
    loss: Loss,
    batch: Batch,
    variables: readonly Variable[],
    random: StepOptions["random"],
    before: TensorContainer | undefined,
  ): { losses: Tensor; gradients: Tensor[] } {
    const x = toTensor(batch.x);
    const target = toTensor(batch.target);
    const mask = batch.mask && toTensor(batch.mask);
    const { replicas } = this.#model;
    let losses: Tensor | undefined;
    let after: TensorContainer | undefined;
    const step = (): Scalar => {
      const { output, state } = checkForward(this.#model.forward(x, before, {
        training: true,
        ...(mask ? { mask } : {}),
        ...(random ? { random: stepSources(random, this.#model, this.#arena.steps) } : {}),
      }));
      const each = computeLosses(loss, output, target, { mask: maskRows(mask, output), replicas });
      losses = tf.keep(each.clone());
      after = keepState(state);
      return each.sum<Scalar>();
    };
    const trained = variables.filter(({ trainable }) => trainable);
    if (trained.length === 0) {
      throw new InputError("parameters of the model", "trainable, at least one of them", "none");
    }
    let grads: NamedTensorMap;
    try {
      ({ grads } = tf.variableGrads(step, trained));
    } catch (error) {
      freeTape();
      losses?.dispose();
      if (after !== undefined) tf.dispose(after);
      throw isWithoutGradient(error) ? noGradient() : error;
    }
    this.#freeState();
    this.#state = after;
    this.#restored = null;
    const found = losses?.clone() ?? tf.zeros([1]);
    losses?.dispose();
    return {
      losses: found,
      gradients: variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable)),
    };
  }
}

/**
 * Whether tfjs found no path from the loss to a parameter; only the message of its error says so.
 */
function isWithoutGradient(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Cannot find a connection between");
}

function noGradient(): InputError {
  return new InputError(
    "the result of the loss",
    "computed from the model's output by TensorFlow.js ops",
    "a number without a gradient",
    "A tensor made from numbers that were read, as by dataSync(), has no gradient",
  );
}

/** Copies a state, so that it outlives the tidy and the tape that it was computed in. */
function keepState(state: TensorContainer): TensorContainer | undefined {
  return mapTensors(state, (tensor) => tf.keep(tensor.clone()));
}

/** Maps the tensors of a container to others; the structure stays. */
function mapTensors(
  state: TensorContainer,
  change: (tensor: Tensor) => Tensor,
): TensorContainer {
  if (isTensor(state)) return change(state);
  if (typeof state !== "object" || state === null) return state;
  if (Array.isArray(state)) return state.map((part) => mapTensors(part, change));
  return Object.fromEntries(
    Object.entries(state).map(([name, part]) => [name, mapTensors(part, change)]),
  );
}

/** Lists the tensors of a container in order. */
function tensorsOf(state: TensorContainer | undefined): Tensor[] {
  const found: Tensor[] = [];
  if (state !== undefined) {
    mapTensors(state, (tensor) => {
      found.push(tensor);
      return tensor;
    });
  }
  return found;
}

/**
 * Frees the tensors that tfjs saved for a gradient whose computation failed. tfjs itself frees them
 * only after the gradient was computed. Inside another gradient, which needs them, nothing happens.
 */
export function freeTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
  state.activeTape = [];
}
