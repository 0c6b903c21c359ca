import { checkList } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";

/**
 * Takes over logits, which may be -infinity where a token cannot be.
 *
 * @throws {InputError} On another number of them than `scores` has, on NaN and on infinity.
 */
export function copyLogits(logits: ArrayLike<number>, scores: Float64Array): void {
  checkList("logits", logits);
  if (logits.length !== scores.length) {
    throw new InputError("logits", `${scores.length} numbers`, logits.length);
  }
  for (let i = 0; i < scores.length; i++) {
    const value = logits[i] ?? NaN;
    if (!(typeof value === "number" && value < Infinity)) {
      throw new InputError(`logits[${i}]`, "a number below infinity", value);
    }
    scores[i] = value;
  }
}

/** Makes tokens impossible. */
export function ban(scores: Float64Array, ids: readonly number[]): void {
  for (const id of ids) scores[id] = -Infinity;
}

/**
 * The token of the highest score, the lowest id among equals.
 *
 * @throws {InputError} Where no token is possible.
 */
export function likeliest(scores: Float64Array): number {
  let best = -1;
  let largest = -Infinity;
  for (let i = 0; i < scores.length; i++) {
    const score = scores[i] ?? -Infinity;
    if (score > largest) {
      largest = score;
      best = i;
    }
  }
  if (best < 0) throw new InputError("logits", "finite for a token that is not banned", -Infinity);
  return best;
}
