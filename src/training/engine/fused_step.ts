import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../core/errors.ts";
import type { Session } from "../../kernels/executor.ts";
import {
  batchCounts,
  type NetworkLoss,
  type NetworkSpec,
  NO_CLASS,
} from "../../kernels/network.ts";
import type { NetworkLayout, Slots } from "../../kernels/network_layout.ts";
import { networkProgram } from "../../kernels/network_program.ts";
import type { Region } from "../../kernels/program.ts";
import { RING } from "../../kernels/update_program.ts";
import type { Model } from "../../model/model.ts";
import type { ParameterStore } from "../../model/parameters/parameter_store.ts";
import { SequenceModel } from "../../model/sequence_model.ts";
import { type Opened, readRegion, type TrainingArena } from "./arena.ts";
import { type Batch, checkIds, checkValues, type Values } from "./batch.ts";
import { CrossEntropyLoss, type Loss, MSELoss } from "./losses.ts";

/** Numbers of the batches of one run that the arena makes room for, of all replicas. */
const ROOM = 2 ** 22;

/** An open arena of a network. */
interface OpenedNetwork extends Opened<NetworkLayout> {
  /** Batches that one run takes. */
  readonly capacity: number;
  /** Sequences side by side. */
  readonly batch: number;
}

/** Does training steps as one program: n steps over n batches are one call into the kernels. */
export class FusedStep {
  readonly #model: Model;
  readonly #spec: NetworkSpec;
  readonly #stores: readonly ParameterStore[];
  readonly #arena: TrainingArena;
  readonly #replicas: number;
  #opened: OpenedNetwork | null = null;
  #restored: readonly Float32Array[] | null = null;

  /** Trains a model that has a `network`. */
  constructor(model: Model, arena: TrainingArena) {
    if (!model.network || !model.stores) {
      throw new InputError("model", "a known composition", model);
    }
    this.#model = model;
    this.#spec = model.network;
    this.#stores = model.stores;
    this.#arena = arena;
    this.#replicas = model.replicas ?? 1;
  }

  /** Does a step for each batch, which must fit; `rows` gives the hyperparameters of steps. */
  run(
    loss: NetworkLoss,
    batches: readonly Batch[],
    rows: (first: number, count: number) => Float32Array,
    carryState: boolean,
  ): void {
    if (carryState) this.#checkCarried(batches);
    const arena = this.#arena;
    for (let next = 0; next < batches.length;) {
      const one = batches[next];
      if (!one) break;
      // A run ends where the shapes change, the room is full or the ring begins again.
      const most = RING - arena.steps % RING;
      let alike = 1;
      while (alike < most && sameShapes(one, batches[next + alike])) alike++;
      const opened = this.#openFor(one, alike, loss, carryState);
      if (carryState) this.#takeUp(opened);
      this.#restored = null;
      const count = Math.min(alike, opened.capacity);
      arena.borrow(this.#stores);
      this.#write(opened, batches.slice(next, next + count), loss);
      arena.writeHyper(arena.steps, rows(arena.steps, count));
      opened.session.run(carryState ? "goOn" : "begin", count, arena.steps % RING);
      arena.steps += count;
      next += count;
    }
  }

  /** The states that the next batch would go on from: h, and c, of each layer and direction. */
  async carried(): Promise<readonly Float32Array[]> {
    if (this.#restored || !this.#opened) return this.#restored ?? [];
    const { session, places: { initialStates } } = this.#opened;
    const states: Float32Array[] = [];
    for (const region of initialStates) states.push(await session.read(region));
    return states;
  }

  /** Goes on from such states at the next step that carries states on. */
  restore(states: readonly Float32Array[]): void {
    this.#restored = states;
  }

  /** Begins anew at the next step: what there was is another's arena by then, or is not to count. */
  forget(): void {
    this.#opened = null;
    this.#restored = null;
  }

  #takeUp({ session, places: { initialStates } }: OpenedNetwork): void {
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

  /** The arena for batches such as this one, with room for as many as there are, if it can be. */
  #openFor(batch: Batch, count: number, loss: NetworkLoss, carryState: boolean): OpenedNetwork {
    const size = batchSizes(this.#model, batch);
    const counts = batchCounts(this.#spec, loss, size);
    const each = (counts.x + counts.target + counts.mask) * this.#replicas;
    // A power of two, so that calls of growing length do not each begin anew.
    const wanted = 2 ** Math.ceil(Math.log2(count));
    const capacity = Math.max(1, Math.min(RING, Math.floor(ROOM / each), wanted));
    const key = JSON.stringify([size, loss]);
    const before = this.#opened;
    if (before && this.#arena.key === key && before.capacity >= capacity) return before;
    const { program, places } = networkProgram(this.#spec, loss, { ...size, capacity });
    const states = carryState && before ? this.#states(before) : null;
    const opened = this.#arena.open(key, { program, places });
    places.initialStates.forEach((region, i) => {
      const state = states?.[i];
      if (state) opened.session.writeTensor(region, state);
      else opened.session.write(region, new Float32Array(region.size * this.#replicas));
    });
    tf.dispose(states ?? []);
    this.#opened = { ...opened, capacity, batch: size.batch };
    return this.#opened;
  }

  /** The states that the next batch would go on from, the caller's to dispose. */
  #states({ session, places }: OpenedNetwork): tf.Tensor[] {
    return places.initialStates.map((region) =>
      readRegion(session, region, [this.#replicas, region.size])
    );
  }

  /** Writes batches into their slots. */
  #write({ session, places }: OpenedNetwork, batches: readonly Batch[], loss: NetworkLoss): void {
    const { x, target, mask } = places;
    const field = ({ all, now }: Slots, values: readonly Values[]): void =>
      writeSlots(session, { offset: all.offset, size: now.size }, this.#replicas, values);
    field(x, batches.map(({ x }) => x));
    const masks = batches.flatMap(({ mask }) => mask ?? []);
    if (masks.length > 0) field(mask, masks);
    const targets = batches.map(({ target, mask }) =>
      mask && loss.kind === "crossEntropy" && this.#spec.readout === "all"
        ? countedTarget(target, mask, loss.ignoreIndex ?? NO_CLASS)
        : target
    );
    field(target, targets);
    targets.forEach((made, i) => {
      if (made !== batches[i]?.target && made instanceof tf.Tensor) made.dispose();
    });
  }

  #checkCarried(batches: readonly Batch[]): void {
    let last = this.#opened?.batch;
    for (const batch of batches) {
      const found = batchSizes(this.#model, batch).batch;
      if (last !== undefined && found !== last) {
        throw new InputError("the batch axis", `${last}, as the states carried on`, found);
      }
      last = found;
    }
  }
}

function sameShapes(one: Batch, other: Batch | undefined): boolean {
  return other !== undefined && one.x.shape.join() === other.x.shape.join() &&
    (one.mask === undefined) === (other.mask === undefined);
}

/** Whether the kernels know the composition of model and loss. */
export function canFuse(model: Model, { fused, of }: Loss): boolean {
  const { network, stores, forward } = model;
  if (!network || !stores || !fused) return false;
  // What overrides the library's computations is computed as it says.
  const known = [MSELoss.prototype.of, CrossEntropyLoss.prototype.of].some((own) => own === of);
  if (!known || forward !== SequenceModel.prototype.forward) return false;
  // Without a head the loss's gradient would overwrite the states.
  return fused.kind === "squaredError" || network.head !== null;
}

/** The sizes of a batch that a program is written for. */
export interface BatchSizes {
  /** Steps of the sequences. */
  readonly steps: number;
  /** Sequences side by side. */
  readonly batch: number;
  /** Whether there is a mask. */
  readonly masked: boolean;
}

/** The sizes of a batch for a model. */
export function batchSizes(
  { replicas }: Pick<Model, "replicas">,
  { x, mask }: Batch,
): BatchSizes {
  const [steps = 1, batch = 1] = replicas === undefined ? x.shape : x.shape.slice(1);
  return { steps, batch, masked: mask !== undefined };
}

/**
 * Checks that a batch fits a known composition and its loss.
 *
 * @throws {InputError} On shapes that do not fit and, but for tensors on a GPU, on numbers that are
 *   not ids or classes.
 */
export function checkNetworkBatch(
  model: Pick<Model, "replicas">,
  { embedding, stack, head, readout }: NetworkSpec,
  loss: NetworkLoss,
  given: Batch,
): void {
  const { x, target, mask } = given;
  const open = { sequence: null, batch: null };
  checkValues("x", x, model, embedding ? open : { ...open, input: stack.inputSize });
  if (embedding) checkIds("x", x, embedding.vocabulary);
  const { steps: sequence, batch } = batchSizes(model, given);
  const outputs: Record<string, number> = readout === "all" ? { sequence, batch } : { batch };
  const width = head?.outFeatures ?? stack.hiddenSize * (stack.bidirectional ? 2 : 1);
  if (loss.kind === "crossEntropy") {
    checkValues("target", target, model, outputs);
    checkIds("target", target, width, loss.ignoreIndex ?? undefined);
  } else {
    checkValues("target", target, model, { ...outputs, output: width });
  }
  if (mask) checkValues("mask", mask, model, { sequence, batch });
}

/**
 * Writes one field of several batches, one behind the other.
 *
 * @param first Where the first batch's numbers go.
 * @param replicas How many networks the field is of, one after the other.
 * @param fields The field of each batch.
 */
export function writeSlots(
  session: Session,
  { offset, size }: Region,
  replicas: number,
  fields: readonly Values[],
): void {
  const plain = fields.flatMap((field) => field instanceof tf.Tensor ? [] : [field.data]);
  if (plain.length === fields.length) {
    // All at once: a write costs the same whatever its size.
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
    if (!(field instanceof tf.Tensor)) {
      session.write(region, Float32Array.from(field.data));
      return;
    }
    const floats = field.toFloat();
    session.writeTensor(region, floats);
    if (floats !== field) floats.dispose();
  });
}

/**
 * Classes with those of padding replaced by what does not count.
 *
 * @param target Classes [...]; stays as it is.
 * @param mask 1 where they count, 0 elsewhere, of the same shape.
 * @param ignored What does not count.
 * @returns Plain values of plain values, else a tensor, the caller's to dispose.
 */
export function countedTarget(target: Values, mask: Values, ignored: number): Values {
  if (target instanceof tf.Tensor || mask instanceof tf.Tensor) {
    return tf.tidy(() => {
      const [classes, counts] = [target, mask].map((values) =>
        values instanceof tf.Tensor ? values : tf.tensor(values.data, [...values.shape])
      );
      if (!classes || !counts) throw new RangeError("two tensors became fewer");
      return tf.where(counts.notEqual(0), classes.toFloat(), tf.fill(classes.shape, ignored));
    });
  }
  const data = Float32Array.from(target.data, (id, i) => mask.data[i] === 0 ? ignored : id);
  return { shape: target.shape, data };
}
