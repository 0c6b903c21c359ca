import { InputError, isPlainObject } from "../core/errors.ts";
import type { Prediction, SeedStatistic } from "../result/result.ts";
import { checkNumber } from "../core/shapes.ts";

/**
 * Checks that a prediction suits a statistic.
 *
 * @param prediction What was given.
 * @param statistic What is predicted; left out, any value suits.
 * @throws {InputError} If the relation is unknown, the value is not finite, not above 0 for a
 * geometric mean or not from 0 to 1 for a share, or the smallest effect is not above 0.
 */
export function checkPrediction(prediction: Prediction, statistic?: SeedStatistic): void {
  const given: unknown = prediction;
  if (!isPlainObject(given)) {
    throw new InputError("prediction", "an object such as { relation, value }", given);
  }
  const { relation, value, smallestEffect } = prediction;
  if (relation !== "above" && relation !== "below" && relation !== "near") {
    throw new InputError("relation of the prediction", '"above", "below" or "near"', relation);
  }
  const positive = (number: number) => number > 0 && number < Infinity;
  switch (statistic) {
    case "geometric-mean":
      checkNumber("value of the prediction", value, "a finite number above 0", positive);
      break;
    case "share":
      checkNumber(
        "value of the prediction",
        value,
        "a number from 0 to 1",
        (share) => share >= 0 && share <= 1,
      );
      break;
    default:
      checkNumber("value of the prediction", value, "a finite number", Number.isFinite);
  }
  checkNumber(
    "smallestEffect of the prediction",
    smallestEffect,
    "a finite number above 0",
    positive,
  );
}
