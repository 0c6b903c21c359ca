import * as tf from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import { batchCounts, type NetworkLoss, type NetworkSpec } from "../kernels/network.ts";
import type { NetworkLayout, Slots } from "../kernels/network_layout.ts";
import { networkProgram } from "../kernels/network_program.ts";
import { RING } from "../kernels/update_program.ts";
import type { Model } from "../model/model.ts";
import type { ParameterStore } from "../model/parameter_store.ts";
import type { Opened, TrainingArena } from "./arena.ts";
import { type Batch, checkIds, checkValues, type Values } from "./batch.ts";
import type { Loss } from "./losses.ts";

/** Numbers of the batches of one run that the arena makes room for, per replica. */
const ROOM = 2 ** 20;

/** Does training steps as one program: n steps over n batches are one call into the kernels. */
export class FusedStep {
  readonly #model: Model;
  readonly #spec: NetworkSpec;
  readonly #stores: readonly ParameterStore[];
  readonly #arena: TrainingArena;
  readonly #replicas: number;
  #opened: Opened<NetworkLayout> | null = null;

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

  /** Does a step for each batch; `rows` gives the hyperparameters of steps. */
  run(
    { fused }: Loss,
    batches: readonly Batch[],
    rows: (first: number, count: number) => Float32Array,
    carryState: boolean,
  ): void {
    if (fused === null) throw new InputError("loss", "one that the kernels know", fused);
    for (const batch of batches) this.#check(batch, fused);
    const arena = this.#arena;
    for (let next = 0; next < batches.length;) {
      const one = batches[next];
      if (!one) break;
      const size = this.#sizeOf(one);
      const counts = batchCounts(this.#spec, fused, size);
      const room = Math.floor(ROOM / (counts.x + counts.target + counts.mask));
      const capacity = Math.max(1, Math.min(RING, room));
      const key = JSON.stringify([size, fused, carryState]);
      if (arena.key !== key || !this.#opened) {
        const network = networkProgram(this.#spec, fused, { ...size, capacity, carryState });
        this.#opened = arena.open(key, network);
        this.#opened.session.run("reset");
      }
      arena.borrow(this.#stores);
      // A run ends where the shapes change, the room is full or the ring begins again.
      const most = Math.min(capacity, RING - arena.steps % RING);
      let count = 1;
      while (count < most && sameShapes(one, batches[next + count])) count++;
      const { session, places } = this.#opened;
      const some = batches.slice(next, next + count);
      this.#write(places.x, some.map(({ x }) => x));
      this.#write(places.target, some.map(({ target }) => target));
      if (size.masked) this.#write(places.mask, some.flatMap(({ mask }) => mask ?? []));
      arena.writeHyper(arena.steps, rows(arena.steps, count));
      session.run("step", count, arena.steps % RING);
      arena.steps += count;
      next += count;
    }
  }

  /** Writes one field of several batches behind each other. */
  #write({ all, now }: Slots, fields: readonly Values[]): void {
    if (!this.#opened) return;
    const { session } = this.#opened;
    const size = now.size;
    if (!fields.some((field) => field instanceof tf.Tensor)) {
      const joined = new Float32Array(this.#replicas * fields.length * size);
      fields.forEach((field, step) => {
        if (field instanceof tf.Tensor) return;
        for (let r = 0; r < this.#replicas; r++) {
          const part = field.data.subarray(r * size, (r + 1) * size);
          joined.set(part, (r * fields.length + step) * size);
        }
      });
      session.write({ offset: all.offset, size: fields.length * size }, joined);
      return;
    }
    fields.forEach((field, step) => {
      const region = { offset: all.offset + step * size, size };
      if (!(field instanceof tf.Tensor)) {
        session.write(region, Float32Array.from(field.data));
        return;
      }
      const floats = field.toFloat();
      session.writeTensor(region, floats);
      if (floats !== field) floats.dispose();
    });
  }

  /** The sizes of a batch. */
  #sizeOf({ x, mask }: Batch): { steps: number; batch: number; masked: boolean } {
    const [steps = 1, batch = 1] = this.#model.replicas === undefined ? x.shape : x.shape.slice(1);
    return { steps, batch, masked: mask !== undefined };
  }

  #check({ x, target, mask }: Batch, loss: NetworkLoss): void {
    const { embedding, stack, head, readout } = this.#spec;
    const open = { sequence: null, batch: null };
    checkValues("x", x, this.#model, embedding ? open : { ...open, input: stack.inputSize });
    if (embedding) checkIds("x", x, embedding.vocabulary);
    const { steps: sequence, batch } = this.#sizeOf({ x, target });
    const outputs: Record<string, number> = readout === "all" ? { sequence, batch } : { batch };
    const width = head?.outFeatures ?? stack.hiddenSize * (stack.bidirectional ? 2 : 1);
    if (loss.kind === "crossEntropy") {
      checkValues("target", target, this.#model, outputs);
      checkIds("target", target, width, loss.ignoreIndex ?? undefined);
    } else {
      checkValues("target", target, this.#model, { ...outputs, output: width });
    }
    if (mask) checkValues("mask", mask, this.#model, { sequence, batch });
  }
}

function sameShapes(one: Batch, other: Batch | undefined): boolean {
  return other !== undefined && one.x.shape.join() === other.x.shape.join() &&
    (one.mask === undefined) === (other.mask === undefined);
}
