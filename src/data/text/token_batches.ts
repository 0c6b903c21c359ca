import { InputError } from "../../core/errors.ts";
import type { NDArray } from "../../core/nd_array.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { positiveInteger } from "../../core/shapes.ts";
import { checkIdArray, PAD } from "./vocabulary.ts";

/** Ids and what a network should say to each: a batch of training where the model embeds ids. */
export interface TokenBatch {
  /** [sequence, batch] */
  readonly x: NDArray<Int32Array>;
  /** [sequence, batch]; PAD where nothing is asked for. */
  readonly target: NDArray<Int32Array>;
}

/** Batches of one shape in order, each made when it is asked for. */
export interface TokenBatches extends Iterable<TokenBatch> {
  /** How many there are. */
  readonly length: number;
  /** One by its number; a negative one counts from the end, as in an array. */
  at(index: number): TokenBatch | undefined;
}

/**
 * Batches made on demand.
 *
 * @param shape [sequence, batch]
 * @param fill Writes one batch over arrays that hold 0.
 */
export function tokenBatches(
  length: number,
  shape: readonly [sequence: number, batch: number],
  fill: (index: number, x: Int32Array, target: Int32Array) => void,
): TokenBatches {
  const make = (index: number): TokenBatch => {
    const size = shape[0] * shape[1];
    const [x, target] = [new Int32Array(size), new Int32Array(size)];
    fill(index, x, target);
    return { x: { shape, data: x }, target: { shape, data: target } };
  };
  return {
    length,
    at(index) {
      const place = index < 0 ? length + index : index;
      return Number.isInteger(place) && place >= 0 && place < length ? make(place) : undefined;
    },
    *[Symbol.iterator]() {
      for (let index = 0; index < length; index++) yield make(index);
    },
  };
}

/** The sizes of a stream's batches. */
export interface StreamBatchOptions {
  /** Tracks side by side. */
  readonly batchSize: number;
  /** Steps of a batch: how far gradients go back. */
  readonly length: number;
  /** Ids that are read and never asked for, such as START: PAD stands for them in targets. */
  readonly ignoredTargets?: readonly number[];
}

const names: OptionNames<StreamBatchOptions> = {
  batchSize: true,
  length: true,
  ignoredTargets: true,
};

/**
 * A long sequence as batches for truncated backpropagation through time: cut into `batchSize`
 * tracks, side by side, along which batches go on. Row b of batch k + 1 begins where row b of batch
 * k ended, so that a state can be carried from one to the next; the target is the next id. What is
 * left at the ends, fewer than `batchSize * (length + 1)` ids, is not used.
 *
 * Source: Williams & Peng (1990), with as many steps forward as back.
 *
 * @param ids The sequence.
 * @param options The sizes of the batches.
 * @returns The batches in order.
 * @throws {InputError} On ids that are not an `Int32Array`, on an unknown option, on sizes that are not
 *   positive integers, and if there are too few ids for one batch.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { streamBatches } from "./token_batches.ts";
 *
 * const batches = streamBatches(Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), { batchSize: 2, length: 2 });
 * assertEquals([...batches].map(({ x }) => [...x.data]), [[1, 5, 2, 6], [3, 7, 4, 8]]);
 * assertEquals([...batches.at(1)?.target.data ?? []], [4, 8, 5, 9]);
 * ```
 */
export function streamBatches(ids: Int32Array, options: StreamBatchOptions): TokenBatches {
  checkIdArray("ids", ids);
  checkOptions("streamBatches", options, names);
  const { batchSize, length, ignoredTargets = [] } = options;
  positiveInteger("batchSize", batchSize);
  positiveInteger("length", length);
  if (!Array.isArray(ignoredTargets) || !ignoredTargets.every(Number.isSafeInteger)) {
    throw new InputError("ignoredTargets", "an array of ids", ignoredTargets);
  }
  const track = Math.floor((ids.length - 1) / batchSize);
  const count = Math.floor(track / length);
  if (count < 1) {
    const wanted = `at least ${batchSize * length + 1} numbers, ` +
      `for one batch of ${batchSize} tracks of ${length} steps`;
    throw new InputError("ids", wanted, ids.length);
  }
  return tokenBatches(count, [length, batchSize], (index, x, target) => {
    for (let b = 0; b < batchSize; b++) {
      let place = b * track + index * length;
      for (let t = 0; t < length; t++, place++) {
        x[t * batchSize + b] = ids[place] ?? PAD;
        const next = ids[place + 1] ?? PAD;
        target[t * batchSize + b] = ignoredTargets.includes(next) ? PAD : next;
      }
    }
  });
}
