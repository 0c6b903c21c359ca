import type { NDArray } from "../../core/nd_array.ts";

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
