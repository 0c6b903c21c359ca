import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import type { ClassifiedTexts } from "./classifier.ts";

/**
 * Throws unless texts can train a classifier.
 *
 * @param training The texts.
 * @throws {InputError} If there are no texts, not as many labels as texts, fewer than two classes, or
 * a label that is not a class.
 */
export function checkTraining(training: ClassifiedTexts): void {
  const given: unknown = training;
  if (typeof given !== "object" || given === null) {
    throw new InputError("training", "an object with texts, labels and classes", given);
  }
  const { texts, labels, classes } = training;
  checkArray("texts", texts);
  checkArray("labels", labels);
  if (texts.length === 0) throw new InputError("texts", "at least one", texts);
  if (!Number.isSafeInteger(classes) || classes < 2) {
    throw new InputError("classes", "an integer of at least 2", classes);
  }
  if (labels.length !== texts.length) {
    throw new InputError("labels", `one of each of ${texts.length} texts`, labels.length);
  }
  const wrong = labels.findIndex((label) =>
    !Number.isInteger(label) || label < 0 || label >= classes
  );
  if (wrong >= 0) {
    throw new InputError(`labels[${wrong}]`, `a class from 0 to ${classes - 1}`, labels[wrong]);
  }
}
