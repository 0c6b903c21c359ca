import { InputError } from "../../core/errors.ts";
import type { DataSplit } from "../../data/folds.ts";
import type { LabelledTexts } from "../../data/text/labelled_texts.ts";
import { sentenceWords } from "../../data/text/sentence_words.ts";

/**
 * Finds a class with too few texts for cross-validation: models of some folds would be trained
 * without it.
 *
 * @param data The texts.
 * @param folds The number of folds.
 * @returns The first class with fewer different texts than there are folds, and their number;
 * `undefined` if there is none.
 */
export function smallClass(
  { classes, texts }: LabelledTexts,
  folds: number,
): { readonly name: string; readonly different: number } | undefined {
  const groups = classes.map(() => new Set<number>());
  for (const { label, group } of texts) groups[label]?.add(group);
  return classes.map((name, label) => ({ name, different: groups[label]?.size ?? 0 }))
    .find(({ different }) => different < folds);
}

/**
 * Throws if a class has too few texts for cross-validation.
 *
 * @param data The texts.
 * @param folds The number of folds.
 * @throws {InputError} If a class has fewer different texts than there are folds.
 */
export function checkClasses(data: LabelledTexts, folds: number): void {
  const small = smallClass(data, folds);
  if (small === undefined) return;
  throw new InputError(
    `the texts of the class "${small.name}" in ${data.title}`,
    `at least ${folds} different ones, one for each fold`,
    small.different,
    "Add texts of the class or leave the class out",
  );
}

/**
 * Throws if the training part of a division cannot train a model.
 *
 * @param data The texts.
 * @param splits The divisions.
 * @param minCount How often the training part must have a word.
 * @throws {InputError} If a training part lacks a class, or no word of it is as common as `minCount`.
 */
export function checkTrainingParts(
  data: LabelledTexts,
  splits: readonly DataSplit[],
  minCount: number,
): void {
  for (const { train } of splits) {
    const missing = missingClass(data, train);
    if (missing !== undefined) {
      const wanted = "enough for the training part of every fold";
      throw new InputError(
        `the texts of the class "${missing}" in ${data.title}`,
        wanted,
        "a fold without them",
      );
    }
    const most = largestCount(data, train);
    if (most === 0) {
      throw new InputError(`the texts of ${data.title}`, "some with words", "none with words");
    }
    if (most >= minCount) continue;
    const wanted = `at most ${most}, the count of the most common word of a training part`;
    throw new InputError("minCount", wanted, minCount);
  }
}

/**
 * Throws if attention cannot be studied in a fold: the attention to a single word is always 1.
 *
 * @param data The texts.
 * @param splits The divisions.
 * @throws {InputError} If no tested text of a division has two words.
 */
export function checkTestedParts(data: LabelledTexts, splits: readonly DataSplit[]): void {
  for (const { test } of splits) {
    if (test.some((i) => sentenceWords(data.texts[i]?.text ?? "").length > 1)) continue;
    const wanted = "some of two or more words in every fold";
    throw new InputError(`the texts of ${data.title}`, wanted, "a fold without them");
  }
}

/**
 * Returns whether texts can train a model.
 *
 * @param data The texts.
 * @param indices The indices of the training texts.
 * @param minCount How often they must have a word.
 * @returns Whether every class occurs, and a word is as common as `minCount`.
 */
export function isTrainable(
  data: LabelledTexts,
  indices: readonly number[],
  minCount: number,
): boolean {
  return missingClass(data, indices) === undefined && largestCount(data, indices) >= minCount;
}

/** Returns the name of a class that does not occur in texts. */
function missingClass(
  { classes, texts }: LabelledTexts,
  indices: readonly number[],
): string | undefined {
  const found = new Set(indices.map((i) => texts[i]?.label));
  return classes.find((_, label) => !found.has(label));
}

/** Returns how often the most common word of texts occurs; 0 without words. */
function largestCount({ texts }: LabelledTexts, indices: readonly number[]): number {
  const counts = new Map<string, number>();
  let largest = 0;
  for (const i of indices) {
    for (const word of sentenceWords(texts[i]?.text ?? "")) {
      const count = (counts.get(word) ?? 0) + 1;
      counts.set(word, count);
      largest = Math.max(largest, count);
    }
  }
  return largest;
}
