import type { NDArray } from "../../core/nd_array.ts";
import { PAD } from "../../data/text/vocabulary.ts";
import type { TokenBatch } from "../../data/text/token_batches.ts";
import type { Model } from "../../model/model.ts";
import { InferenceSession } from "../../model/inference_session.ts";
import type { Support } from "../surprisals.ts";

/** The numbers of true characters before a predicted one, ascending. */
export const contexts: readonly number[] = [1, 2, 4, 8, 16, 64];

/** The largest number of {@link contexts}. */
export const LONGEST = 64;

/** The most characters that are predicted. */
const ASKED = 300;

/**
 * Computes the loss on characters of a text, depending on how many characters of context are true.
 * Each character has a context of {@link LONGEST} characters, of which only the last ones are true.
 * The others are from another part of the text, so they are plausible but wrong. A network that
 * ignores the other characters has the same loss for every context.
 *
 * @param model The model.
 * @param ids A text, longer than twice {@link LONGEST}.
 * @param support The ids that are predicted.
 * @param signal Stops the computation.
 * @returns The loss in nats for each of {@link contexts}.
 */
export async function contextLosses(
  model: Model,
  ids: Int32Array,
  support: Support,
  signal?: AbortSignal,
): Promise<number[]> {
  const stride = Math.max(1, Math.floor((ids.length - LONGEST) / ASKED));
  const positions: number[] = [];
  for (let position = LONGEST; position < ids.length; position += stride) {
    if (support[ids[position] ?? PAD] === true) positions.push(position);
  }
  const losses: number[] = [];
  const rows = positions.length;
  // Only the id after the last one is predicted, so only its logits are computed.
  const session = new InferenceSession(model, { batch: rows });
  try {
    for (const length of contexts) {
      signal?.throwIfAborted();
      const { x: { data }, target } = contextBatch(ids, positions, length);
      const before = (LONGEST - 1) * rows;
      session.reset();
      session.feed(data.subarray(0, before));
      const logits = await session.next(data.subarray(before));
      losses.push(meanLoss(logits, target.data.subarray(before), support));
    }
  } finally {
    session.dispose();
  }
  return losses;
}

/**
 * Computes the mean of -ln p over rows of logits with a target each, with probabilities normalised
 * over a support.
 */
function meanLoss(logits: Float32Array, targets: Int32Array, support: Support): number {
  const size = support.length;
  let sum = 0;
  for (const [row, id] of targets.entries()) {
    const own = logits.subarray(row * size, (row + 1) * size);
    const most = own.reduce((max, logit, i) => support[i] ? Math.max(max, logit) : max, -Infinity);
    const all = own.reduce(
      (total, logit, i) => support[i] ? total + Math.exp(logit - most) : total,
      0,
    );
    sum += most + Math.log(all) - (own[id] ?? NaN);
  }
  return sum / targets.length;
}

/**
 * Builds a row for each position: the ids before it, of which only the last `length` are true.
 *
 * @param ids A text, longer than twice {@link LONGEST}.
 * @param positions The positions of the predicted ids, at least {@link LONGEST}.
 * @param length The number of last ids that are true. The ids before them come from half the text
 * away.
 */
export function contextBatch(
  ids: Int32Array,
  positions: readonly number[],
  length: number,
): TokenBatch {
  const rows = positions.length;
  const make = (): NDArray<Int32Array> => {
    return { shape: [LONGEST, rows], data: new Int32Array(LONGEST * rows).fill(PAD) };
  };
  const [x, target] = [make(), make()];
  const room = ids.length - LONGEST;
  for (const [row, position] of positions.entries()) {
    const elsewhere = LONGEST + (position - LONGEST + Math.floor(room / 2)) % room;
    for (let back = 1; back <= LONGEST; back++) {
      const from = back <= length ? position : elsewhere;
      x.data[(LONGEST - back) * rows + row] = ids[from - back] ?? PAD;
    }
    target.data[(LONGEST - 1) * rows + row] = ids[position] ?? PAD;
  }
  return { x, target };
}
