import type { NDArray } from "../../core/nd_array.ts";
import type { TokenBatch } from "../../data/text/token_batches.ts";
import { PAD } from "../../data/text/vocabulary.ts";

/** Held-out text as one batch, and which of its ids are asked for. */
export interface HeldOutBatch extends TokenBatch {
  /** The places in the text of the ids that are asked for, ascending. */
  readonly places: readonly number[];
}

/** Ids before the first that is asked for in a row, which the state comes from. */
const WARM_UP = 64;

/**
 * Cuts a text into rows side by side. Each row begins with the end of the row before, which is read
 * and not asked for, so that nothing is predicted from a state of 0 but the beginning of the text.
 *
 * @param ids The text.
 * @param counts Which ids are asked for.
 * @param rows How many rows.
 */
export function heldOutBatch(
  ids: Int32Array,
  counts: (id: number) => boolean,
  rows: number,
): HeldOutBatch {
  const chunk = Math.ceil((ids.length - 1) / rows);
  const steps = chunk + WARM_UP;
  const make = (): NDArray<Int32Array> => {
    return { shape: [steps, rows], data: new Int32Array(steps * rows).fill(PAD) };
  };
  const [x, target] = [make(), make()];
  const places: number[] = [];
  for (let row = 0; row < rows; row++) {
    const first = row * chunk;
    const start = Math.max(0, first - WARM_UP);
    for (let t = 0; t < steps; t++) {
      const place = start + t + 1;
      if (place >= ids.length || place > first + chunk) break;
      x.data[t * rows + row] = ids[place - 1] ?? PAD;
      const next = ids[place] ?? PAD;
      if (place <= first || !counts(next)) continue;
      target.data[t * rows + row] = next;
      places.push(place);
    }
  }
  return { x, target, places };
}
