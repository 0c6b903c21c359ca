import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../core/errors.ts";
import { RING, type UpdatePlaces, updateProgram } from "../../kernels/update_program.ts";
import { checkForward, type Model } from "../../model/model.ts";
import type { Opened, TrainingArena } from "./arena.ts";
import { type Batch, toTensor } from "./batch.ts";
import { type Loss, lossesOf, maskRows } from "./losses.ts";
import { type StepOptions, stepSources } from "./step_options.ts";

/** Does training steps with tfjs's own tape, for any model; the update is the kernels'. */
export class PlainStep {
  readonly #model: Model;
  readonly #arena: TrainingArena;
  #opened: Opened<UpdatePlaces> | null = null;
  #state: tf.TensorContainer | undefined;
  #restored: readonly Float32Array[] | null = null;

  /** Trains any model. */
  constructor(model: Model, arena: TrainingArena) {
    this.#model = model;
    this.#arena = arena;
  }

  /** Does a step for each batch; `rows` gives the hyperparameters of steps. */
  run(
    loss: Loss,
    batches: readonly Batch[],
    rows: (first: number, count: number) => Float32Array,
    { random, carryState = false }: StepOptions,
  ): void {
    const arena = this.#arena;
    const key = "update";
    if (arena.key !== key || !this.#opened) {
      const variables = Object.values(this.#model.parameters);
      const count = variables.reduce((sum, { size }) => sum + size, 0) /
        (this.#model.replicas ?? 1);
      this.#opened = arena.open(key, updateProgram(count));
    }
    const { session, places } = this.#opened;
    for (const batch of batches) {
      if (carryState && this.#restored) this.#takeUp(batch, this.#restored);
      const variables = Object.values(this.#model.parameters);
      const place = arena.steps % RING;
      const hyper = rows(arena.steps, 1);
      tf.tidy(() => {
        const state = carryState ? this.#state : undefined;
        const { losses, gradients } = this.#gradients(loss, batch, variables, random, state);
        arena.writeParameters(variables);
        arena.writeParameters(gradients, "gradients");
        session.writeTensor({ offset: places.losses.offset + place, size: 1 }, losses);
      });
      arena.writeHyper(arena.steps, hyper);
      session.run("step", 1, place);
      // What is frozen keeps its value: weight decay would move it though its gradient is 0.
      arena.readParameters(variables.map((variable) => variable.trainable ? variable : undefined));
      arena.steps++;
    }
  }

  /** The tensors of the state that the next batch would go on from, in the order they come in. */
  async carried(): Promise<readonly Float32Array[]> {
    const states: Float32Array[] = [];
    for (const tensor of tensorsOf(this.#state)) states.push(await tensor.data<"float32">());
    return this.#restored ?? states;
  }

  /** Goes on from such a state at the next step that carries states on. */
  restore(states: readonly Float32Array[]): void {
    this.#restored = states;
  }

  /** Gives values the structure of the model's state, which the model alone knows. */
  #takeUp(batch: Batch, states: readonly Float32Array[]): void {
    this.#forgetState();
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

  /** Frees the state that was carried from batch to batch, and begins anew at the next step. */
  forget(): void {
    this.#forgetState();
    this.#opened = null;
    this.#restored = null;
  }

  #forgetState(): void {
    if (this.#state !== undefined) tf.dispose(this.#state);
    this.#state = undefined;
  }

  #gradients(
    loss: Loss,
    batch: Batch,
    variables: readonly tf.Variable[],
    random: StepOptions["random"],
    before: tf.TensorContainer | undefined,
  ): { losses: tf.Tensor; gradients: tf.Tensor[] } {
    const x = toTensor(batch.x);
    const target = toTensor(batch.target);
    const mask = batch.mask && toTensor(batch.mask);
    const { replicas } = this.#model;
    let losses: tf.Tensor | undefined;
    let after: tf.TensorContainer | undefined;
    const step = (): tf.Scalar => {
      const { output, state } = checkForward(this.#model.forward(x, before, {
        training: true,
        ...(mask ? { mask } : {}),
        ...(random ? { random: stepSources(random, this.#model, this.#arena.steps) } : {}),
      }));
      const each = lossesOf(loss, output, target, { mask: maskRows(mask, output), replicas });
      losses = tf.keep(each.clone());
      after = kept(state);
      return each.sum<tf.Scalar>();
    };
    const trained = variables.filter(({ trainable }) => trainable);
    if (trained.length === 0) {
      throw new InputError("parameters of the model", "trainable, one of them at least", "none");
    }
    let grads: tf.NamedTensorMap;
    try {
      ({ grads } = tf.variableGrads(step, trained));
    } catch (error) {
      freeTape();
      losses?.dispose();
      if (after !== undefined) tf.dispose(after);
      throw isWithoutGradient(error) ? noGradient() : error;
    }
    this.#forgetState();
    this.#state = after;
    this.#restored = null;
    const given = losses?.clone() ?? tf.zeros([1]);
    losses?.dispose();
    return {
      losses: given,
      gradients: variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable)),
    };
  }
}

/** Whether tfjs found no way from the loss to a parameter, which its message alone tells. */
function isWithoutGradient(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Cannot find a connection between");
}

function noGradient(): InputError {
  return new InputError(
    "what the loss gives",
    "computed from the model's output by TensorFlow.js ops",
    "a number without a gradient",
    "A tensor made from numbers that were read, as by dataSync(), has no gradient",
  );
}

/** Copies of a state's tensors that outlive the tidy they were made in, and its tape. */
function kept(state: tf.TensorContainer): tf.TensorContainer | undefined {
  return mapTensors(state, (tensor) => tf.keep(tensor.clone()));
}

/** A container of the same structure with other tensors. */
function mapTensors(
  state: tf.TensorContainer,
  change: (tensor: tf.Tensor) => tf.Tensor,
): tf.TensorContainer {
  if (state instanceof tf.Tensor) return change(state);
  if (typeof state !== "object" || state === null) return state;
  if (Array.isArray(state)) return state.map((part) => mapTensors(part, change));
  return Object.fromEntries(
    Object.entries(state).map(([name, part]) => [name, mapTensors(part, change)]),
  );
}

/** The tensors of a container, in its order. */
function tensorsOf(state: tf.TensorContainer | undefined): tf.Tensor[] {
  const found: tf.Tensor[] = [];
  if (state !== undefined) {
    mapTensors(state, (tensor) => {
      found.push(tensor);
      return tensor;
    });
  }
  return found;
}

/**
 * Frees what tfjs keeps for the gradient of a computation that failed on the way: by itself tfjs
 * does so only where the gradient is computed. Within another gradient, which needs it, nothing
 * happens.
 */
export function freeTape(): void {
  const { state } = tf.engine();
  if (state.gradientDepth > 0) return;
  for (const { saved } of state.activeTape ?? []) tf.dispose(saved ?? []);
  state.activeTape = [];
}
