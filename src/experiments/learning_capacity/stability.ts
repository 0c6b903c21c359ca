import { ascending } from "../ascending.ts";
import type { Random } from "../../core/random.ts";
import { InputError } from "../../core/errors.ts";
import { cosineSchedule } from "../../training/cosine_schedule.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { bestOf } from "./memory_tasks.ts";
import { stabilityTask } from "./jobs.ts";
import { type Context, validationNames, type Values } from "./parameters.ts";
import type { PartProgress } from "../../harness/experiment.ts";
import { drawing, trainNetworks } from "./train.ts";

/**
 * The schedule of the learning rate: constant, a cosine down to 0, or a reduction when the
 * validation loss does not improve.
 */
export type Schedule = "constant" | "cosine" | "plateau";

/** The measures against instability in a run. */
export interface Condition {
  /** Whether gradients are clipped. */
  readonly clipping: boolean;
  /** The schedule of the learning rate. */
  readonly schedule: Schedule;
}

/** The conditions, in the order of figures. */
export const conditions: readonly Condition[] = [
  { clipping: false, schedule: "constant" },
  { clipping: true, schedule: "constant" },
  { clipping: false, schedule: "cosine" },
  { clipping: true, schedule: "cosine" },
  { clipping: false, schedule: "plateau" },
  { clipping: true, schedule: "plateau" },
];

/** Returns the name of a condition. */
export function conditionName({ clipping, schedule }: Condition): string {
  if (schedule === "constant") return clipping ? "clipping" : "neither";
  return clipping ? `clipping and ${schedule}` : schedule;
}

/** Runs of one network at one learning rate under one condition, one for each seed. */
export interface StabilityRuns {
  readonly architecture: Architecture;
  readonly rate: number;
  readonly condition: Condition;
  /** The test losses after training, relative to the memoryless baseline, of shape [seed]. */
  readonly losses: readonly number[];
  /** Whether every loss, in training and after it, is finite, of shape [seed]. */
  readonly finite: readonly boolean[];
  /** The test losses of the validation networks, relative to the memoryless baseline. */
  readonly validation: readonly number[];
}

/** A combination of network, learning rate and condition. */
type Item = Pick<StabilityRuns, "architecture" | "rate" | "condition">;

/** The outcomes of the runs of some seeds. */
type Runs = Pick<StabilityRuns, "losses" | "finite">;

/** The limits that decide how a run ended, as shares of the memoryless baseline. */
export interface Limits {
  /** A run with a loss above this has diverged. */
  readonly divergedAbove: number;
  /** A run with a loss above this, and not above `divergedAbove`, has stalled. */
  readonly stalledAbove: number;
}

/** Trains networks of every architecture at every learning rate under every condition. */
export async function runStability(context: Context): Promise<StabilityRuns[]> {
  const items = architectures.flatMap((architecture) =>
    ascending(context.parameters.stabilityRates).flatMap((rate) =>
      conditions.map((condition) => ({ architecture, rate, condition }))
    )
  );
  const names = [...context.seeds, ...validationNames(context.parameters)];
  const found = await eachOf(context, "stability", items, names);
  const count = context.seeds.length;
  return found.map(({ losses, finite, ...item }) => ({
    ...item,
    losses: losses.slice(0, count),
    finite: finite.slice(0, count),
    validation: losses.slice(count),
  }));
}

/**
 * The RNN's runs with neither clipping nor a schedule, for the seeds of the experiment and for more
 * seeds.
 */
export interface MoreSeeds {
  readonly seeds: readonly number[];
  readonly runs: readonly StabilityRuns[];
}

/**
 * Trains RNNs of more seeds with neither clipping nor a schedule.
 *
 * @param context The run. Its parameter `divergenceSeeds` is the number of seeds in all.
 * @param runs The runs of the seeds of the run.
 * @returns The runs of all seeds. The additional seeds follow the highest seed of the run.
 */
export async function runMoreSeeds(
  context: Context,
  runs: readonly StabilityRuns[],
): Promise<MoreSeeds> {
  const { seeds, parameters: { divergenceSeeds } } = context;
  const own = runs.filter(({ architecture, condition }) => {
    return architecture === "RNN" && conditionName(condition) === "neither";
  });
  const highest = Math.max(...seeds);
  const more = Array.from(
    { length: Math.max(0, divergenceSeeds - seeds.length) },
    (_, i) => highest + 1 + i,
  );
  if (more.length === 0) return { seeds, runs: own };
  const found = await eachOf(context, "stability, more seeds", own, more);
  return {
    seeds: [...seeds, ...more],
    runs: own.map((one, i) => ({
      ...one,
      losses: [...one.losses, ...found[i]?.losses ?? []],
      finite: [...one.finite, ...found[i]?.finite ?? []],
    })),
  };
}

/** Trains the networks of some names or seeds for each item. */
async function eachOf(
  context: Context,
  group: string,
  items: readonly Item[],
  names: readonly (string | number)[],
): Promise<(Item & Runs)[]> {
  const byName = new Map(items.map((item) => {
    return [`${item.architecture}, ${item.rate}, ${conditionName(item.condition)}`, item];
  }));
  const found = await context.each(group, [...byName.keys()], async (name, part) => {
    const item = byName.get(name);
    if (!item) throw new InputError("a part", "known", name);
    return await runOne(context, item, names, part);
  });
  // The parts contain the outcomes in the order of the items, but not the items' own settings.
  return items.flatMap(({ architecture, rate, condition }, i) => {
    const own = found[i];
    return own ? [{ architecture, rate, condition, ...own }] : [];
  });
}

/** Trains the networks of an item side by side. */
async function runOne(
  context: Context,
  { architecture, rate, condition: { clipping, schedule } }: Item,
  names: readonly (string | number)[],
  part: PartProgress,
): Promise<Runs> {
  const { parameters } = context;
  const { stabilityTrainingSteps: updates, hiddenSize } = parameters;
  const { trainingBatch, testBatch, plateauSequences, clipGradNorm } = parameters;
  const { plateauEpochs: epochs, plateauFactor: factor, plateauPatience: patience } = parameters;
  const task = stabilityTask(parameters);
  // A network has the same initial weights and sequences at every learning rate and condition.
  const sources = (...path: string[]): Random[] => {
    return names.map((name) => context.random(name, "stability", ...path));
  };
  const { curves, tests } = await trainNetworks({
    ...{ task, architecture, hiddenSize, updates, learningRate: rate },
    clipGradNorm: clipping ? clipGradNorm : undefined,
    schedule: schedule === "cosine" ? cosineSchedule({ steps: updates }) : undefined,
    plateau: schedule === "plateau"
      ? {
        epochs,
        factor,
        patience,
        validation: drawing(task, plateauSequences, sources("validation"))(),
      }
      : undefined,
    weights: sources("weights", architecture),
    draw: drawing(task, trainingBatch, sources("data")),
    test: drawing(task, testBatch, sources("test"))(),
  }, part);
  return {
    losses: tests.map((loss) => loss / task.memoryless.value),
    finite: tests.map((loss, i) => [loss, ...curves[i] ?? []].every((one) => one < MOST)),
  };
}

/**
 * Selects the runs of each network and condition at the best learning rate: the rate with the
 * lowest geometric mean of the test losses of validation networks.
 *
 * @param runs The runs at all learning rates.
 */
export function atBestRate(runs: readonly StabilityRuns[]): StabilityRuns[] {
  return architectures.flatMap((architecture) =>
    conditions.flatMap((condition) => {
      const own = runs.filter((one) => {
        return one.architecture === architecture &&
          conditionName(one.condition) === conditionName(condition);
      });
      if (own.length === 0) return [];
      const { rate } = bestOf(own.map(({ rate, validation }) => ({
        cell: { rate, initialisation: "PyTorch's weights" },
        losses: validation,
      })));
      return own.filter((one) => one.rate === rate);
    })
  );
}

/**
 * A limit above every finite loss. `trainNetworks` returns a larger number, the largest 32-bit
 * float, for a loss that is not finite.
 */
const MOST = 3e38;

/** The ending of a run. */
export type Ending = "diverged" | "stalled" | "learned";

/** Returns the ending of the run of each seed. */
export function endings(
  { losses, finite }: Pick<StabilityRuns, "losses" | "finite">,
  { divergedAbove, stalledAbove }: Limits,
): Ending[] {
  return losses.map((loss, seed) => {
    if (!finite[seed] || loss > divergedAbove) return "diverged";
    return loss > stalledAbove ? "stalled" : "learned";
  });
}

/**
 * Computes the share of runs of each seed with some endings.
 *
 * @param runs Runs of the same seeds.
 * @param limits The limits by which the ending of a run is decided.
 * @param ended The endings that count.
 * @returns A share for each seed.
 */
export function shareBySeed(
  runs: readonly StabilityRuns[],
  limits: Limits,
  ended: readonly Ending[],
): number[] {
  const all = runs.map((one) => endings(one, limits));
  const [first = []] = all;
  return first.map((_, seed) => {
    return all.filter((own) => ended.some((one) => own[seed] === one)).length / all.length;
  });
}

/** The endings of a run that has failed. */
export const failed: readonly Ending[] = ["diverged", "stalled"];

/** A difference between two groups of runs. */
export interface Effect {
  /** The name in figures. */
  readonly name: string;
  /** Selects the runs that are compared. */
  readonly among: (runs: StabilityRuns) => boolean;
  /** Selects the group that should fail more often. */
  readonly more: (runs: StabilityRuns) => boolean;
  /** Selects the group that should fail less often. */
  readonly less: (runs: StabilityRuns) => boolean;
}

/**
 * Returns whether runs have one of the two schedules on which the claims about clipping and
 * networks are declared.
 */
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

/** Computes the two shares of failed runs of each seed whose difference is an effect. */
export function sharesOf(
  runs: readonly StabilityRuns[],
  { among, more, less }: Effect,
  limits: Limits,
): { readonly more: readonly number[]; readonly less: readonly number[] } {
  const compared = runs.filter(among);
  const share = (which: Effect["more"]) => shareBySeed(compared.filter(which), limits, failed);
  return { more: share(more), less: share(less) };
}

/** Computes the difference of the shares of failed runs in each seed. */
export function effectBySeed(
  runs: readonly StabilityRuns[],
  effect: Effect,
  limits: Limits,
): number[] {
  const { more, less } = sharesOf(runs, effect, limits);
  return more.map((share, i) => share - (less[i] ?? NaN));
}

/** Returns the two lowest learning rates. */
export function lowestRates({ stabilityRates }: Values): number[] {
  return ascending(stabilityRates).slice(0, 2);
}

/**
 * Computes the differences under other conventions.
 *
 * @param runs All runs.
 * @param values The experiment's parameters.
 * @returns The conventions: each has a name, and a function that returns an effect's difference in
 *   each seed.
 */
export function conventions(
  runs: readonly StabilityRuns[],
  values: Values,
): readonly { readonly name: string; readonly of: (effect: Effect) => number[] }[] {
  const { learningRate } = values;
  const lowest = lowestRates(values);
  const all = [
    ...Object.entries({ "a fifth": 0.2, half: 0.5, "four fifths": 0.8 }).map((
      [share, stalledAbove],
    ) => ({
      name: `a run has stalled above ${share} of the memoryless baseline`,
      runs,
      limits: { ...values, stalledAbove },
    })),
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
