import * as tf from "@tensorflow/tfjs";
import { RING, type UpdatePlaces, updateProgram } from "../kernels/update_program.ts";
import type { Model } from "../model/model.ts";
import type { Opened, TrainingArena } from "./arena.ts";
import { type Batch, toTensor } from "./batch.ts";
import type { Loss } from "./losses.ts";
import { type StepOptions, stepSources } from "./step_sources.ts";

/** Does training steps with tfjs's own tape, for any model; the update is the kernels'. */
export class PlainStep {
  readonly #model: Model;
  readonly #arena: TrainingArena;
  #opened: Opened<UpdatePlaces> | null = null;
  #state: tf.TensorContainer | undefined;

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
      if (!carryState) this.#forget();
      const variables = Object.values(this.#model.parameters);
      const place = arena.steps % RING;
      tf.tidy(() => {
        const { losses, gradients } = this.#gradients(loss, batch, variables, random);
        arena.writeParameters(variables);
        arena.writeParameters(gradients, "gradients");
        session.writeTensor({ offset: places.losses.offset + place, size: 1 }, losses);
      });
      arena.writeHyper(arena.steps, rows(arena.steps, 1));
      session.run("step", 1, place);
      // What is frozen keeps its value: weight decay would move it though its gradient is 0.
      arena.readParameters(variables.map((variable) => variable.trainable ? variable : undefined));
      arena.steps++;
    }
  }

  /** Frees the state that was carried from batch to batch. */
  dispose(): void {
    this.#forget();
    this.#opened = null;
  }

  #forget(): void {
    if (this.#state !== undefined) tf.dispose(this.#state);
    this.#state = undefined;
  }

  #gradients(
    loss: Loss,
    batch: Batch,
    variables: readonly tf.Variable[],
    random: StepOptions["random"],
  ): { losses: tf.Tensor; gradients: tf.Tensor[] } {
    const x = toTensor(batch.x);
    const target = toTensor(batch.target);
    const mask = batch.mask && toTensor(batch.mask);
    const one = this.#model.replicas === undefined;
    const lead = <T extends tf.Tensor | undefined>(tensor: T): tf.Tensor | T =>
      one && tensor ? tensor.expandDims(0) : tensor;
    let losses: tf.Tensor | undefined;
    let after: tf.TensorContainer | undefined;
    const step = (): tf.Scalar => {
      const { output, state } = this.#model.forward(x, this.#state, {
        training: true,
        ...(mask ? { mask } : {}),
        ...(random ? { random: stepSources(random, this.#model, this.#arena.steps) } : {}),
      });
      // A model that gives out its last state alone has no rows for the mask to choose from.
      const rows = mask?.shape.join() === output.shape.slice(0, -1).join() ? mask : undefined;
      const each = loss.of(lead(output) ?? output, lead(target) ?? target, lead(rows));
      losses = tf.keep(each.clone());
      after = kept(state);
      return each.sum<tf.Scalar>();
    };
    const trained = variables.filter(({ trainable }) => trainable);
    let grads: tf.NamedTensorMap;
    try {
      ({ grads } = tf.variableGrads(step, trained));
    } catch (error) {
      losses?.dispose();
      if (after !== undefined) tf.dispose(after);
      throw error;
    }
    this.#forget();
    this.#state = after;
    const given = losses?.clone() ?? tf.zeros([1]);
    losses?.dispose();
    return {
      losses: given,
      gradients: variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable)),
    };
  }
}

/** Copies of a state's tensors that outlive the tidy they were made in, and its tape. */
function kept(state: tf.TensorContainer): tf.TensorContainer | undefined {
  if (state instanceof tf.Tensor) return tf.keep(state.clone());
  if (typeof state !== "object" || state === null) return;
  if (Array.isArray(state)) return state.map((part) => kept(part));
  return Object.fromEntries(
    Object.entries(state).map(([name, part]) => [name, kept(part)]),
  );
}
