import type { Tensor } from "@tensorflow/tfjs";
import { InputError } from "../../core/errors.ts";
import { isTensor, tf } from "../../core/tfjs.ts";
import {
  batchCounts,
  type NetworkLoss,
  type NetworkSpec,
  NO_CLASS,
} from "../../kernels/network.ts";
import type { Region, Session } from "../../kernels/program.ts";
import {
  type BatchQueue,
  RING,
  type TrainingLayout,
  trainingProgram,
} from "../../kernels/training_program.ts";
import { disposeValues, readValues, type Values, writeValues } from "../../kernels/values.ts";
import type { Model } from "../../model/model.ts";
import type { ParameterStore } from "../../model/parameters/parameter_store.ts";
import { SequenceModel } from "../../model/sequence_model.ts";
import type { OpenArena, TrainingArena } from "./arena.ts";
import {
  type Batch,
  type BatchInput,
  checkFieldShape,
  checkIdField,
  type TensorOrArray,
} from "./batch.ts";
import { CrossEntropyLoss, type Loss, MSELoss } from "./losses.ts";

/** The largest number of float32 numbers that the batches of all replicas take in the arena. */
const ROOM = 2 ** 22;

/**
 * Checks whether a model can be trained with a loss by fused steps. The model must be a
 * {@link SequenceModel}, and neither its forward pass nor the loss may be overridden.
 *
 * @param model The model.
 * @param loss The loss.
 * @returns `true` if the kernels can compute the whole step.
 */
export function canFuse(model: Model, { fused, compute }: Loss): boolean {
  const network = kernelNetwork(model);
  if (!network || !fused) return false;
  // The kernels would ignore an override of the loss.
  const known = [MSELoss.prototype.compute, CrossEntropyLoss.prototype.compute];
  if (!known.some((own) => own === compute)) return false;
  // Without a head the gradient of the cross-entropy would overwrite the states.
  return fused.kind === "squaredError" || network.head !== null;
}

/**
 * Returns the network of a model whose forward pass the kernels can compute.
 *
 * @param model The model.
 * @returns The network of a {@link SequenceModel}; `null` if it has none, or if its forward pass is
 *   overridden.
 */
export function kernelNetwork({ network, stores, forward }: Model): NetworkSpec | null {
  return stores && forward === SequenceModel.prototype.forward ? network ?? null : null;
}

/** The sizes of a batch for which a program is written. */
export interface BatchSizes {
  /** The number of steps of a sequence. */
  readonly steps: number;
  /** The number of sequences. */
  readonly batch: number;
  /** Whether the batch has a mask. */
  readonly masked: boolean;
}

/**
 * Returns the sizes of a batch for which a program is written.
 *
 * @param model The model that the batch is for.
 * @param batch The batch.
 * @returns The sizes.
 */
export function batchSizes(
  { replicas }: Pick<Model, "replicas">,
  { x, mask }: BatchInput,
): BatchSizes {
  const [steps = 1, batch = 1] = replicas === undefined ? x.shape : x.shape.slice(1);
  return { steps, batch, masked: mask !== undefined };
}

/**
 * Checks that a batch fits a network and its loss.
 *
 * @param model The model that the batch is for.
 * @param network The network of the model.
 * @param loss The loss.
 * @param given The batch.
 * @throws {InputError} If a shape does not fit or, except for tensors on WebGPU, a number is not an
 *   id or a class.
 */
export function checkFusedBatch(
  model: Pick<Model, "replicas">,
  network: NetworkSpec,
  loss: NetworkLoss,
  given: Batch,
): void {
  const { stack, head, readout } = network;
  const { target } = given;
  checkFusedInput(model, network, given);
  const { steps: sequence, batch } = batchSizes(model, given);
  const outputs: Record<string, number> = readout === "all" ? { sequence, batch } : { batch };
  const width = head?.outFeatures ?? stack.hiddenSize * (stack.bidirectional ? 2 : 1);
  if (loss.kind === "crossEntropy") {
    checkFieldShape("target", target, model, outputs);
    checkIdField("target", target, width, loss.ignoreIndex ?? undefined);
  } else {
    checkFieldShape("target", target, model, { ...outputs, output: width });
  }
}

/**
 * Checks that the sequences of a batch fit a network.
 *
 * @param model The model that the batch is for.
 * @param network The network of the model.
 * @param given The batch.
 * @throws {InputError} If a shape does not fit or, except for tensors on WebGPU, a number is not an
 *   id.
 */
export function checkFusedInput(
  model: Pick<Model, "replicas">,
  { embedding, stack }: NetworkSpec,
  given: BatchInput,
): void {
  const { x, mask } = given;
  const open = { sequence: null, batch: null };
  checkFieldShape("x", x, model, embedding ? open : { ...open, input: stack.inputSize });
  if (embedding) checkIdField("x", x, embedding.vocabulary);
  const { steps: sequence, batch } = batchSizes(model, given);
  if (mask) checkFieldShape("mask", mask, model, { sequence, batch });
}

/** The open arena of a network. */
interface OpenNetwork extends OpenArena<TrainingLayout> {
  /** The largest number of batches of one run of the program. */
  readonly capacity: number;
  /** The number of sequences of a batch. */
  readonly batch: number;
}

/** The largest number of programs that are kept. */
const MOST_PROGRAMS = 64;

type NetworkProgram = ReturnType<typeof trainingProgram>;

/**
 * Trains a network by programs of the kernels. One call does many steps, each with forward pass,
 * backward pass and update.
 */
export class FusedStep {
  readonly #model: Model;
  readonly #spec: NetworkSpec;
  readonly #stores: readonly ParameterStore[];
  readonly #arena: TrainingArena;
  readonly #replicas: number;
  /** The programs for batches of the sizes so far. */
  readonly #programs = new Map<string, NetworkProgram>();
  #opened: OpenNetwork | null = null;
  #restored: readonly Float32Array[] | null = null;

  /**
   * Creates steps for a model.
   *
   * @param model A model with a network and stores.
   * @param arena The memory in which the model is trained.
   * @throws {InputError} If the model has no network.
   */
  constructor(model: Model, arena: TrainingArena) {
    if (!model.network || !model.stores) {
      throw new InputError("model", "one that has a network", model);
    }
    this.#model = model;
    this.#spec = model.network;
    this.#stores = model.stores;
    this.#arena = arena;
    this.#replicas = model.replicas ?? 1;
  }

  /**
   * Does a step for each batch.
   *
   * @param loss The loss.
   * @param batches The batches, which {@link checkFusedBatch} accepts.
   * @param rows Returns the hyperparameters of `count` steps, after `first` steps.
   * @param carryState Whether each batch starts from the final states of the one before.
   * @throws {InputError} If states are carried and the batch axis changes its size, or if there is
   *   not enough memory.
   */
  run(
    loss: NetworkLoss,
    batches: readonly Batch[],
    rows: (first: number, count: number) => Float32Array,
    carryState: boolean,
  ): void {
    if (carryState) this.#checkBatchAxis(batches);
    const arena = this.#arena;
    for (let next = 0; next < batches.length;) {
      const one = batches[next];
      if (!one) break;
      // A run ends if the shapes change, the room is full or the ring of losses starts again.
      const most = RING - arena.steps % RING;
      let alike = 1;
      while (alike < most && sameShapes(one, batches[next + alike])) alike++;
      const opened = this.#openFor(one, alike, loss, carryState);
      if (carryState) this.#writeRestored(opened);
      this.#restored = null;
      const count = Math.min(alike, opened.capacity);
      arena.borrow(this.#stores);
      this.#write(opened, batches.slice(next, next + count), loss);
      arena.writeHyper(arena.steps, rows(arena.steps, count));
      opened.session.run(carryState ? "continue" : "fresh", count, arena.steps % RING);
      arena.steps += count;
      next += count;
    }
  }

  /**
   * Reads the states that the next batch would start from: h and, of an LSTM, c of each layer and
   * direction.
   */
  async carried(): Promise<readonly Float32Array[]> {
    if (this.#restored || !this.#opened) return this.#restored ?? [];
    const { session, layout: { initialStates } } = this.#opened;
    const states: Float32Array[] = [];
    for (const region of initialStates) states.push(await session.read(region));
    return states;
  }

  /**
   * Sets the states that the next step starts from if it carries states.
   *
   * @param states The states, as {@link FusedStep.carried} returns them.
   */
  restore(states: readonly Float32Array[]): void {
    this.#restored = states;
  }

  /** Forgets the open arena and the carried states; the next step starts from 0. */
  forget(): void {
    this.#opened = null;
    this.#restored = null;
  }

  #writeRestored({ session, layout: { initialStates } }: OpenNetwork): void {
    const states = this.#restored;
    if (!states) return;
    const wanted = initialStates.map(({ size }) => size * this.#replicas);
    const found = states.map(({ length }) => length);
    if (wanted.join() !== found.join()) {
      throw new InputError("carried states", `of ${wanted.join(", ")} numbers`, found);
    }
    initialStates.forEach((region, i) => {
      const state = states[i];
      if (state) session.write(region, state);
    });
  }

  /**
   * Opens an arena for batches of these sizes, with room for `count` batches or as many as
   * {@link ROOM} permits.
   */
  #openFor(batch: Batch, count: number, loss: NetworkLoss, carryState: boolean): OpenNetwork {
    const size = batchSizes(this.#model, batch);
    const counts = batchCounts(this.#spec, loss, size);
    const each = (counts.x + counts.target + counts.mask) * this.#replicas;
    // The capacity is a power of two, so that calls with more and more batches rarely need a new
    // arena.
    const wanted = 2 ** Math.ceil(Math.log2(count));
    const capacity = Math.max(1, Math.min(RING, Math.floor(ROOM / each), wanted));
    const key = JSON.stringify([size, loss]);
    const before = this.#opened;
    if (before && this.#arena.key === key && before.capacity >= capacity) return before;
    const { program, layout } = this.#programFor(loss, size, capacity);
    const states = carryState && before ? this.#states(before) : null;
    const opened = this.#arena.open(key, { program, layout });
    layout.initialStates.forEach((region, i) => {
      const state = states?.[i];
      if (state) writeValues(opened.session, region, state);
      else opened.session.write(region, new Float32Array(region.size * this.#replicas));
    });
    states?.forEach(disposeValues);
    this.#opened = { ...opened, capacity, batch: size.batch };
    return this.#opened;
  }

  /** Returns the program for batches of a size. It is kept, since batches of other sizes come between. */
  #programFor(loss: NetworkLoss, size: BatchSizes, capacity: number): NetworkProgram {
    const key = JSON.stringify([size, loss, capacity]);
    const known = this.#programs.get(key) ??
      trainingProgram(this.#spec, loss, { ...size, capacity });
    if (this.#programs.size >= MOST_PROGRAMS) this.#programs.clear();
    this.#programs.set(key, known);
    return known;
  }

  /** The states that the next batch would start from, which the caller disposes of. */
  #states({ session, layout }: OpenNetwork): Values[] {
    return layout.initialStates.map((region) =>
      readValues(session, region, [this.#replicas, region.size])
    );
  }

  /** Writes batches into the arena. */
  #write({ session, layout }: OpenNetwork, batches: readonly Batch[], loss: NetworkLoss): void {
    const { x, target, mask } = layout;
    const field = ({ all, current }: BatchQueue, values: readonly TensorOrArray[]): void =>
      writeFields(session, { offset: all.offset, size: current.size }, this.#replicas, values);
    field(x, batches.map(({ x }) => x));
    const masks = batches.flatMap(({ mask }) => mask ?? []);
    if (masks.length > 0) field(mask, masks);
    const targets = batches.map(({ target, mask }) =>
      countedTarget(this.#spec, loss, target, mask)
    );
    field(target, targets);
    targets.forEach((made, i) => {
      if (made !== batches[i]?.target && isTensor(made)) made.dispose();
    });
  }

  #checkBatchAxis(batches: readonly Batch[]): void {
    let last = this.#opened?.batch;
    for (const batch of batches) {
      const found = batchSizes(this.#model, batch).batch;
      if (last !== undefined && found !== last) {
        throw new InputError("the batch axis", `${last}, as the carried states`, found);
      }
      last = found;
    }
  }
}

function sameShapes(one: Batch, other: Batch | undefined): boolean {
  return other !== undefined && one.x.shape.join() === other.x.shape.join() &&
    (one.mask === undefined) === (other.mask === undefined);
}

/**
 * Writes one field of several batches, one after the other.
 *
 * @param session The session of the arena.
 * @param first The region of the first batch.
 * @param replicas The size of the replica axis.
 * @param fields The field of each batch.
 */
function writeFields(
  session: Session,
  { offset, size }: Region,
  replicas: number,
  fields: readonly TensorOrArray[],
): void {
  const plain = fields.flatMap((field) => isTensor(field) ? [] : [field.data]);
  if (plain.length === fields.length) {
    // All batches are written at once, since the cost of a write hardly depends on its size.
    const joined = new Float32Array(replicas * fields.length * size);
    plain.forEach((data, step) => {
      for (let r = 0; r < replicas; r++) {
        const part = data.subarray(r * size, (r + 1) * size);
        joined.set(part, (r * fields.length + step) * size);
      }
    });
    session.write({ offset, size: fields.length * size }, joined);
    return;
  }
  fields.forEach((field, step) => {
    const region = { offset: offset + step * size, size };
    if (!isTensor(field)) {
      session.write(region, Float32Array.from(field.data));
      return;
    }
    const floats = field.toFloat();
    session.writeTensor(region, floats);
    if (floats !== field) floats.dispose();
  });
}

/**
 * Returns the target for the command of the loss. In this target, padding has an ignored class.
 *
 * @param network The network.
 * @param loss The loss.
 * @param target The target, which stays unchanged.
 * @param mask The mask of the batch, if it has one.
 * @returns The target itself, or another one, which the caller disposes of if it is a tensor.
 */
export function countedTarget(
  { readout }: Pick<NetworkSpec, "readout">,
  loss: NetworkLoss,
  target: TensorOrArray,
  mask: TensorOrArray | undefined,
): TensorOrArray {
  return mask && loss.kind === "crossEntropy" && readout === "all"
    ? maskTarget(target, mask, loss.ignoreIndex ?? NO_CLASS)
    : target;
}

/**
 * Replaces the targets of padding.
 *
 * @param target Classes [...], which stay unchanged.
 * @param mask 1 for targets that count, 0 for padding, in the same shape.
 * @param ignored The target that does not count.
 * @returns Plain values if both arguments are plain; otherwise a tensor, which the caller disposes
 *   of.
 */
function maskTarget(target: TensorOrArray, mask: TensorOrArray, ignored: number): TensorOrArray {
  if (isTensor(target) || isTensor(mask)) {
    return tf.tidy(() => {
      const toFloats = (values: TensorOrArray): Tensor =>
        isTensor(values) ? values : tf.tensor(values.data, [...values.shape]);
      const [classes, counts] = [toFloats(target), toFloats(mask)];
      return tf.where(counts.notEqual(0), classes.toFloat(), tf.fill(classes.shape, ignored));
    });
  }
  const data = Float32Array.from(target.data, (id, i) => mask.data[i] === 0 ? ignored : id);
  return { shape: target.shape, data };
}
