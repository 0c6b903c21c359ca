import { checkRandom } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import type { Random } from "../../core/random.ts";

/** Options for {@link splitDocuments}. */
export interface SplitOptions {
  /** The share of the documents for validation, in (0, 1). */
  readonly validation: number;
  /** The source that draws the documents for validation. */
  readonly random: Random;
}

const names: OptionNames<SplitOptions> = { validation: true, random: true };

/** The indices of documents for training and for validation, in ascending order. */
export interface Split {
  /** The documents for training. */
  readonly training: number[];
  /** The documents for validation. */
  readonly validation: number[];
}

/**
 * Splits documents into two parts, one for training and one for validation, each with at least one
 * document. Split the documents before you cut them into windows. If overlapping windows were split
 * instead, most ids of a window for validation would also be in windows for training.
 *
 * @param count The number of documents, at least 2.
 * @param options The share for validation, and the source.
 * @returns The documents of each part.
 * @throws {InputError} If there are fewer than 2 documents, if an option is unknown, if
 * `validation` is not in (0, 1), or if `random` is not a source.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../../core/random.ts";
 * import { splitDocuments } from "./split.ts";
 *
 * const split = splitDocuments(20, { validation: 0.2, random: new Random(1) });
 * assertEquals([split.training.length, split.validation.length], [16, 4]);
 * ```
 */
export function splitDocuments(count: number, options: SplitOptions): Split {
  checkOptions("splitDocuments", options, names);
  const { validation, random } = options;
  if (!Number.isSafeInteger(count) || count < 2) {
    const help = "In a file, blank lines separate them, or lines if there are no blank lines.";
    throw new InputError(
      "documents",
      "at least 2, one for training and one for validation",
      count,
      help,
    );
  }
  checkRandom("random", random);
  if (!(Number.isFinite(validation) && validation > 0 && validation < 1)) {
    throw new InputError("validation", "in (0, 1)", validation);
  }
  const kept = Math.min(count - 1, Math.max(1, Math.round(count * validation)));
  const order = shuffled(count, random);
  const numbers = (part: Int32Array): number[] => [...part].sort((a, b) => a - b);
  return { training: numbers(order.subarray(kept)), validation: numbers(order.subarray(0, kept)) };
}

/**
 * Draws a random permutation. All permutations have the same probability.
 *
 * Source: Fisher & Yates, in the form of Durstenfeld (1964), doi:10.1145/364520.364540.
 *
 * @param count The number of entries.
 * @param random The source of random numbers.
 * @returns 0 to `count - 1` in random order.
 */
export function shuffled(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}
