import { timeScale } from "../analysis/gates.ts";

/**
 * The time scale -1/ln of a factor for each step, over that of the factor that is predicted.
 *
 * @param factor The measured factor.
 * @param predicted What it is compared with.
 * @returns `NaN` unless both are between 0 and 1: what does not decay has no time scale.
 */
export function timeScaleRatio(factor: number, predicted: number): number {
  const decays = [factor, predicted].every((one) => one > 0 && one < 1);
  return decays ? timeScale(factor) / timeScale(predicted) : NaN;
}

/**
 * The alternative of a claim on factors that compares time scales instead.
 *
 * @param values The ratio of time scales of each seed, as {@link timeScaleRatio} gives it.
 * @returns No alternative if a seed has none.
 */
export function inTimeScales(
  values: readonly number[],
): { readonly name: string; readonly values: readonly number[] }[] {
  if (!values.every(Number.isFinite)) return [];
  return [{ name: "in time scales, −1/ln of the factor", values }];
}
