import { geometricMean } from "../../src/statistics/descriptive.ts";
import type { Trained } from "../../src/experiments/learning_capacity/train.ts";
import { agree, AGREEMENT } from "./norms.ts";

/**
 * So many epochs are held to {@link AGREEMENT}. Later on rounding alone can part networks where
 * training is rough, as it parts float32 from float64 in PyTorch itself.
 */
export const CHECKED_EPOCHS = 10;

/** How far means over all networks may lie apart at the end: a few networks halve or double. */
export const AGREEMENT_AT_THE_END = 0.25;

/**
 * The numbers by which those who learn from the same numbers are compared: the loss of each network
 * in each of the first epochs, then the geometric means over the networks of the training loss in
 * the last epoch and of the test loss. All are the first seed's.
 */
export function learningChecks(outcomes: readonly Pick<Trained, "curves" | "tests">[]): number[] {
  const curves = outcomes.map(({ curves: [first = []] }) => first);
  return [
    ...curves.flatMap((curve) => curve.slice(0, CHECKED_EPOCHS)),
    geometricMean(curves.map((curve) => curve.at(-1) ?? NaN)),
    geometricMean(outcomes.map(({ tests: [first = NaN] }) => first)),
  ];
}

/** Whether {@link learningChecks} agree: the epochs closely, the ends roughly. */
export function learnedTheSame(found: readonly number[], reference: readonly number[]): boolean {
  return agree(found.slice(0, -2), reference.slice(0, -2), AGREEMENT) &&
    agree(found.slice(-2), reference.slice(-2), AGREEMENT_AT_THE_END);
}
