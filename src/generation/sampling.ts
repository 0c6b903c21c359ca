import { checkList } from "../core/arrays.ts";
import { checkIds } from "../core/ids.ts";
import { Sampler } from "./sampler.ts";
import type { SamplingOptions } from "./sampling_options.ts";

export { sampleToken } from "./sample_token.ts";
export type { SamplingOptions } from "./sampling_options.ts";

/**
 * The probabilities by which the next token is drawn: what {@link SamplingOptions} leave of the
 * softmax of the logits. They are computed in float64.
 *
 * Tokens are kept by falling logit, those of equal logits by rising id: exactly k by top-k, and by
 * top-p those before which the sum is not above p. Where torch.topk and torch.sort meet equal
 * logits, they promise no order.
 *
 * @param logits By id; -infinity where a token cannot be.
 * @param options How tokens are chosen.
 * @param history Ids that were there before, for the repetition penalty.
 * @returns By id, with sum 1; exactly 0 for tokens that were removed.
 * @throws {InputError} On wrong and unknown options, on logits that are NaN or infinity, if no token
 *   is left, on a history of numbers that are not ids, and on a repetition penalty so near 0 that a
 *   logit over it is beyond float64.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { probabilities } from "./sampling.ts";
 *
 * const logits = [2, 1, 0].map((n) => n * Math.LN2); // 4 : 2 : 1
 * assertEquals([...probabilities(logits, { topP: 0.5 })], [1, 0, 0]);
 * assertEquals(probabilities(logits, { topK: 2 })[2], 0);
 * ```
 */
export function probabilities(
  logits: ArrayLike<number>,
  options: SamplingOptions = {},
  history: ArrayLike<number> = [],
): Float64Array {
  checkList("logits", logits);
  checkIds("history", history, logits.length);
  const sampler = new Sampler(logits.length, options);
  for (let i = 0; i < history.length; i++) sampler.remember(history[i] ?? NaN);
  return sampler.probabilities(logits);
}
