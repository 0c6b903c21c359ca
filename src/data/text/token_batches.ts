import { InputError } from "../../core/errors.ts";
import type { NDArray } from "../../core/nd_array.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { positiveInteger } from "../../core/shapes.ts";
import { checkIdArray, PAD } from "./vocabulary.ts";

/** A batch of ids with their targets, for a model with an embedding. */
export interface TokenBatch {
  /** The ids, of shape [sequence, batch]. */
  readonly x: NDArray<Int32Array>;
  /** The target ids, of shape [sequence, batch]; PAD for a step without a target. */
  readonly target: NDArray<Int32Array>;
}

/** A list of batches of one shape. Each batch is created when it is read. */
export interface TokenBatches extends Iterable<TokenBatch> {
  /** The number of batches. */
  readonly length: number;
  /**
   * Creates a batch.
   *
   * @param index The index; a negative one counts from the end, as in an array.
   * @returns The batch, or `undefined` if the index is out of range.
   */
  at(index: number): TokenBatch | undefined;
}

/**
 * Creates a list of batches that are filled when they are read.
 *
 * @param length The number of batches.
 * @param shape The shape of a batch, [sequence, batch].
 * @param fill Writes the batch of an index into arrays that are filled with 0.
 * @returns The batches.
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
      const at = index < 0 ? length + index : index;
      return Number.isInteger(at) && at >= 0 && at < length ? make(at) : undefined;
    },
    *[Symbol.iterator]() {
      for (let index = 0; index < length; index++) yield make(index);
    },
  };
}

/** Options for {@link streamBatches}. */
export interface StreamBatchOptions {
  /** The number of parts of the sequence that are read side by side. */
  readonly batchSize: number;
  /** The number of steps of a batch, through which gradients flow back. */
  readonly length: number;
  /** Ids without a target, such as START, for which the target is PAD; none by default. */
  readonly ignoredTargets?: readonly number[];
}

const names: OptionNames<StreamBatchOptions> = {
  batchSize: true,
  length: true,
  ignoredTargets: true,
};

/**
 * Cuts a long sequence into batches for truncated backpropagation through time. The sequence is cut
 * into `batchSize` parts, the rows of the batches. Row b of batch k + 1 begins where row b of batch
 * k ends, so that the state can be carried from batch to batch. The target is the next id. Fewer
 * than `batchSize * (length + 1)` ids at the ends of the parts are not used.
 *
 * Source: Williams & Peng (1990), doi:10.1162/neco.1990.2.4.490, with equal numbers of steps
 * forward and backward.
 *
 * @param ids The sequence.
 * @param options The sizes of the batches.
 * @returns The batches in order.
 * @throws {InputError} If the ids are not an `Int32Array`, if an option is unknown or of another
 * type, if a size is not a positive integer, or if there are too few ids for one batch.
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
  const part = Math.floor((ids.length - 1) / batchSize);
  const count = Math.floor(part / length);
  if (count < 1) {
    const wanted = `at least ${batchSize * length + 1} numbers, ` +
      `for one batch of ${batchSize} rows of ${length} steps`;
    throw new InputError("ids", wanted, ids.length);
  }
  return tokenBatches(count, [length, batchSize], (index, x, target) => {
    for (let b = 0; b < batchSize; b++) {
      const start = b * part + index * length;
      for (let t = 0; t < length; t++) {
        x[t * batchSize + b] = ids[start + t] ?? PAD;
        const next = ids[start + t + 1] ?? PAD;
        target[t * batchSize + b] = ignoredTargets.includes(next) ? PAD : next;
      }
    }
  });
}
