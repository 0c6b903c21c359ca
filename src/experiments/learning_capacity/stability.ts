import type { Random } from "../../core/random.ts";
import { InputError } from "../../core/errors.ts";
import { cosineSchedule } from "../../training/cosine_schedule.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { stabilityTask } from "./jobs.ts";
import { type Context, sortedRates } from "./parameters.ts";
import { drawing, trainNetworks } from "./train.ts";

/** How a run is kept stable. */
export interface Condition {
  /** Whether gradients are clipped. */
  readonly clipping: boolean;
  /** Whether the learning rate falls to 0 by a cosine. */
  readonly schedule: boolean;
}

/** The conditions, in the order of figures. */
export const conditions: readonly Condition[] = [
  { clipping: false, schedule: false },
  { clipping: true, schedule: false },
  { clipping: false, schedule: true },
  { clipping: true, schedule: true },
];

/** The name of a condition. */
export function conditionName({ clipping, schedule }: Condition): string {
  if (clipping) return schedule ? "clipping and schedule" : "clipping";
  return schedule ? "schedule" : "neither";
}

/** Runs of one network at one learning rate under one condition, one for each seed. */
export interface StabilityRuns {
  readonly architecture: Architecture;
  readonly rate: number;
  readonly condition: Condition;
  /** Test losses after training over the memoryless baseline [seed]. */
  readonly losses: readonly number[];
  /** Whether every loss, in training and after it, is a finite number [seed]. */
  readonly finite: readonly boolean[];
}

/** The limits that tell how a run ended, as shares of the memoryless baseline. */
export interface Limits {
  /** Above it a run has diverged. */
  readonly divergedAbove: number;
  /** Above it a run has at least stalled. */
  readonly stalledAbove: number;
}

/** Trains networks of every architecture at every learning rate under every condition. */
export async function runStability(context: Context): Promise<StabilityRuns[]> {
  const { stabilityRates } = context.parameters;
  const items = architectures.flatMap((architecture) =>
    sortedRates(stabilityRates).flatMap((rate) =>
      conditions.map((condition) => ({ architecture, rate, condition }))
    )
  );
  const byName = new Map(items.map((item) => {
    return [`${item.architecture}, ${item.rate}, ${conditionName(item.condition)}`, item];
  }));
  const found = await context.each("stability", [...byName.keys()], async (name, part) => {
    const item = byName.get(name);
    if (!item) throw new InputError("a part", "known", name);
    return await runOne(context, item, part);
  });
  // What is computed is kept as JSON; the conditions are those of the list above.
  return items.flatMap((item, i) => {
    const own = found[i];
    return own ? [{ ...item, ...own }] : [];
  });
}

type Item = Pick<StabilityRuns, "architecture" | "rate" | "condition">;

async function runOne(
  context: Context,
  { architecture, rate, condition: { clipping, schedule } }: Item,
  part: Parameters<typeof trainNetworks>[1],
): Promise<Pick<StabilityRuns, "losses" | "finite">> {
  const { stabilityTrainingSteps: updates, hiddenSize } = context.parameters;
  const { trainingBatch, testBatch, clipGradNorm } = context.parameters;
  const task = stabilityTask(context.parameters);
  // A network has the same weights and sees the same sequences at every rate and condition.
  const sources = (...path: string[]): Random[] => {
    return context.seeds.map((seed) => context.random(seed, "stability", ...path));
  };
  const { curves, tests } = await trainNetworks({
    ...{ task, architecture, hiddenSize, updates, learningRate: rate },
    clipGradNorm: clipping ? clipGradNorm : undefined,
    schedule: schedule ? cosineSchedule({ steps: updates }) : undefined,
    weights: sources("weights", architecture),
    draw: drawing(task, trainingBatch, sources("data")),
    test: drawing(task, testBatch, sources("test"))(),
  }, part);
  return {
    losses: tests.map((loss) => loss / task.memoryless.value),
    finite: tests.map((loss, seed) => [loss, ...curves[seed] ?? []].every((one) => one < MOST)),
  };
}

/** More than any loss that is a finite number: `trainNetworks` gives the largest 32-bit float for others. */
const MOST = 3e38;

/** How a run ended. */
export type Ending = "diverged" | "stalled" | "learned";

/** How the run of each seed ended. */
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
 * The share of runs of each seed that ended so.
 *
 * @param runs Runs of the same seeds.
 * @param limits What tells how a run ended.
 * @param ended Endings that count.
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
