import { checkRandom } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import type { Random } from "../../core/random.ts";

/** How documents are split. */
export interface SplitOptions {
  /** The share of documents that is kept for validation, between 0 and 1. */
  readonly validation: number;
  /** Draws which. */
  readonly random: Random;
}

const names: OptionNames<SplitOptions> = { validation: true, random: true };

/** Documents by their numbers, ascending. */
export interface Split {
  /** Those that are learned from. */
  readonly training: number[];
  /** Those that are never seen in training. */
  readonly validation: number[];
}

/**
 * Splits documents into those for training and those for validation, at least one each. Windows are
 * cut afterwards, from the documents of one side, so that none spans both; where windows are split
 * instead, most of validation lies within windows of training too.
 *
 * @param count How many documents there are.
 * @param options How many are kept, and what draws them.
 * @returns The documents of each side.
 * @throws {InputError} On fewer than two documents, on an unknown option, on a share that is not between
 *   0 and 1, and on a `random` that is not a source.
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
    const help = "In a file, blank lines part them, or lines where there are none.";
    throw new InputError("documents", "at least 2, one to learn and one to validate", count, help);
  }
  checkRandom("random", random);
  if (!(Number.isFinite(validation) && validation > 0 && validation < 1)) {
    throw new InputError("validation", "a share between 0 and 1", validation);
  }
  const kept = Math.min(count - 1, Math.max(1, Math.round(count * validation)));
  const order = shuffled(count, random);
  const numbers = (part: Int32Array): number[] => [...part].sort((a, b) => a - b);
  return { training: numbers(order.subarray(kept)), validation: numbers(order.subarray(0, kept)) };
}

/** 0 to `count` - 1 in random order, each order as likely (Fisher & Yates, as Durstenfeld has it). */
export function shuffled(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(0, i);
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return order;
}
