import { InputError } from "../core/errors.ts";
import { type Statistic, statisticFunction } from "./resample.ts";
import { mean } from "./statistics.ts";

/** Up to so many values each is left out in turn; of more, statistics known by name need one pass. */
const EACH = 1000;

/** The most values of which a function is computed without each in turn: 10^9 numbers in all. */
const MOST_OF_FUNCTION = 31_622;

/**
 * A statistic of values without each of them in turn.
 *
 * @param values At least 2 numbers.
 * @param statistic What to compute.
 * @returns Of shape [n]: entry i is without value i.
 * @throws {InputError} On more than 31,622 values and a function, which would take n^2 steps.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { jackknife } from "./jackknife.ts";
 *
 * assertEquals(jackknife([1, 2, 6], "mean"), [4, 3.5, 1.5]);
 * ```
 */
export function jackknife(values: readonly number[], statistic: Statistic): number[] {
  if (values.length > EACH && typeof statistic === "string") {
    switch (statistic) {
      case "mean":
        return meansWithoutEach(values);
      case "geometric-mean":
        return meansWithoutEach(values.map(Math.log)).map(Math.exp);
      case "median":
        return mediansWithoutEach(values);
    }
  }
  if (values.length > MOST_OF_FUNCTION) {
    const help = 'Choose method: "percentile"';
    const wanted = `at most ${MOST_OF_FUNCTION} for the BCa interval of a function`;
    throw new InputError("values", wanted, values.length, help);
  }
  const compute = statisticFunction(statistic);
  return values.map((_, out) => compute(values.filter((_, i) => i !== out)));
}

function meansWithoutEach(values: readonly number[]): number[] {
  const centre = mean(values);
  return values.map((value) => centre + (centre - value) / (values.length - 1));
}

function mediansWithoutEach(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((a, b) => (values[a] ?? NaN) - (values[b] ?? NaN));
  const left = new Array<number>(values.length).fill(NaN);
  const last = values.length - 2; // The last place of the values that are left.
  for (const [rank, i] of order.entries()) {
    // Values from the one that is left out on move down by a place.
    const at = (place: number) => values[order[place < rank ? place : place + 1] ?? 0] ?? NaN;
    left[i] = (at(last >> 1) + at((last + 1) >> 1)) / 2;
  }
  return left;
}
