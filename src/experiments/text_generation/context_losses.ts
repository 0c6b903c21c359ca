import { PAD } from "../../data/text/vocabulary.ts";
import type { Ids, TokenBatch } from "../../data/text/token_batches.ts";
import type { Model } from "../../model/model.ts";
import { tokenLosses } from "../../training/token_losses.ts";

/** How many characters are known, from few to many. */
export const contexts: readonly number[] = [1, 2, 3, 4, 6, 8, 16, 64];

/** The longest of them. */
export const LONGEST = 64;

/** Characters that are asked for, at most. */
const ASKED = 500;

/** Windows that are computed at once. */
const ROWS = 100;

/**
 * The loss of the same characters, spread over a text, with so many characters before each known
 * and a state of 0 before those.
 *
 * @param ids A text, longer than {@link LONGEST}.
 * @param counts Which ids are asked for.
 * @param signal Stops it.
 * @returns In nats, for each of {@link contexts}.
 */
export async function contextLosses(
  model: Model,
  ids: Int32Array,
  counts: (id: number) => boolean,
  signal?: AbortSignal,
): Promise<number[]> {
  const stride = Math.max(1, Math.floor((ids.length - LONGEST) / ASKED));
  const places: number[] = [];
  for (let place = LONGEST; place < ids.length; place += stride) {
    if (counts(ids[place] ?? PAD)) places.push(place);
  }
  const losses: number[] = [];
  for (const length of contexts) {
    const batches: TokenBatch[] = [];
    for (let first = 0; first < places.length; first += ROWS) {
      batches.push(batchOf(ids, places.slice(first, first + ROWS), length));
    }
    losses.push((await tokenLosses(model, batches, { ignoreIndex: PAD, signal })).mean);
  }
  return losses;
}

/** Windows that end before such places, of which the id at the place alone is asked for. */
function batchOf(ids: Int32Array, places: readonly number[], length: number): TokenBatch {
  const rows = places.length;
  const make = (): Ids => {
    return { shape: [length, rows], data: new Int32Array(length * rows).fill(PAD) };
  };
  const [x, target] = [make(), make()];
  for (const [row, place] of places.entries()) {
    for (let t = 0; t < length; t++) x.data[t * rows + row] = ids[place - length + t] ?? PAD;
    target.data[(length - 1) * rows + row] = ids[place] ?? PAD;
  }
  return { x, target };
}
