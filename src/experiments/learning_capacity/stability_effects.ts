import { sortedRates, type Values } from "./parameters.ts";
import {
  atBestRate,
  type Ending,
  type Limits,
  shareBySeed,
  type StabilityRuns,
} from "./stability.ts";

/** The endings of a run that has failed. */
export const failed: readonly Ending[] = ["diverged", "stalled"];

/** A difference between two groups of runs. */
export interface Effect {
  /** What figures call it. */
  readonly name: string;
  /** Which runs are compared. */
  readonly among: (runs: StabilityRuns) => boolean;
  /** Which of them should fail more often. */
  readonly more: (runs: StabilityRuns) => boolean;
  /** Which should fail less often. */
  readonly less: (runs: StabilityRuns) => boolean;
}

/** Whether runs are of the two schedules that claims on clipping and networks are over. */
function isDeclared({ condition: { schedule } }: StabilityRuns): boolean {
  return schedule !== "plateau";
}

/** The differences that are measured, by the ids of their claims. */
export const effects = {
  "clipping-prevents-failure": {
    name: "without clipping less with it",
    among: isDeclared,
    more: ({ condition }) => !condition.clipping,
    less: ({ condition }) => condition.clipping,
  },
  "schedule-prevents-failure": {
    name: "constant rate less cosine",
    among: isDeclared,
    more: ({ condition }) => condition.schedule === "constant",
    less: ({ condition }) => condition.schedule === "cosine",
  },
  "plateau-prevents-failure": {
    name: "constant rate less plateau",
    among: ({ condition }) => condition.schedule !== "cosine",
    more: ({ condition }) => condition.schedule === "constant",
    less: ({ condition }) => condition.schedule === "plateau",
  },
  "rnn-fails-more": {
    name: "RNN less LSTM",
    among: isDeclared,
    more: ({ architecture }) => architecture === "RNN",
    less: ({ architecture }) => architecture === "LSTM",
  },
} as const satisfies Readonly<Record<string, Effect>>;

/** The two shares of failed runs in each seed that an effect is the difference of. */
export function sharesOf(
  runs: readonly StabilityRuns[],
  { among, more, less }: Effect,
  limits: Limits,
): { readonly more: readonly number[]; readonly less: readonly number[] } {
  const compared = runs.filter(among);
  const share = (which: Effect["more"]) => shareBySeed(compared.filter(which), limits, failed);
  return { more: share(more), less: share(less) };
}

/** The difference of the shares of failed runs in each seed. */
export function effectBySeed(
  runs: readonly StabilityRuns[],
  effect: Effect,
  limits: Limits,
): number[] {
  const { more, less } = sharesOf(runs, effect, limits);
  return more.map((share, i) => share - (less[i] ?? NaN));
}

/** The two lowest learning rates. */
export function lowestRates({ stabilityRates }: Values): number[] {
  return sortedRates(stabilityRates).slice(0, 2);
}

/**
 * What the differences are under other conventions.
 *
 * @param runs All runs.
 * @param values The experiment's parameters.
 * @returns A name for each convention, and the differences of an effect in each seed.
 */
export function conventions(
  runs: readonly StabilityRuns[],
  values: Values,
): readonly { readonly name: string; readonly of: (effect: Effect) => number[] }[] {
  const { learningRate } = values;
  const half: Limits = { ...values, stalledAbove: 0.5 };
  const lowest = lowestRates(values);
  const all = [
    { name: "a run has stalled above half of the memoryless baseline", runs, limits: half },
    {
      name: `at a learning rate of ${learningRate} alone`,
      runs: runs.filter(({ rate }) => rate === learningRate),
      limits: values,
    },
    {
      name: `at learning rates of ${lowest.join(" and ")} alone`,
      runs: runs.filter(({ rate }) => lowest.includes(rate)),
      limits: values,
    },
    {
      name: "each network at its best learning rate, chosen on validation networks",
      runs: atBestRate(runs),
      limits: values,
    },
  ];
  return all.filter((one) => one.runs.length > 0).map(({ name, runs, limits }) => ({
    name,
    of: (effect) => effectBySeed(runs, effect, limits),
  }));
}
