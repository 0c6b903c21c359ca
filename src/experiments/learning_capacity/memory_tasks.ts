import { geometricMean } from "../../statistics/descriptive.ts";
import { InputError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import { contenderName } from "../architectures.ts";
import type { PartProgress } from "../../harness/experiment.ts";
import {
  cellName,
  type GridCell,
  gridInit,
  gridOf,
  isSameCell,
  referenceCell,
} from "./grid_cells.ts";
import { type MemoryJob, memoryJobs } from "./jobs.ts";
import { type Context, validationNames } from "./parameters.ts";
import { drawing, type Trained, trainNetworks } from "./train.ts";

/** How the cell of a network was found: by validation, or set for all. */
export type Setting = "best of the grid" | "reference";

/** The {@link Setting}s, in the order of figures. */
export const settings: readonly Setting[] = ["best of the grid", "reference"];

/** The test losses of a cell's validation networks. */
export interface Validated {
  readonly cell: GridCell;
  readonly losses: readonly number[];
}

/** A network on a task: the grid, and what the seeds found with the best of it and by reference. */
export interface Outcome extends MemoryJob {
  /** Its name in tables and figures. */
  readonly network: string;
  /** Every cell of its grid. */
  readonly grid: readonly Validated[];
  /** The best of them. */
  readonly best: GridCell;
  /** What the seeds found. */
  readonly found: Readonly<Record<Setting, Trained>>;
}

/**
 * Finds for each network and task the best cell of its grid on validation networks, and trains those
 * of the seeds with it, and with the reference setting.
 *
 * @param context The run.
 * @returns An outcome for each network and task.
 */
export async function runMemoryTasks(context: Context): Promise<Outcome[]> {
  const { parameters } = context;
  const jobs = memoryJobs(parameters);
  const validation = jobs.flatMap((job) => {
    return gridOf(parameters, job.contender.architecture).map((cell) => ({ job, cell }));
  });
  const losses = await eachOf(context, "validation", validation, async ({ job, cell }, part) => {
    return (await trainJob(context, job, cell, "validation", part)).tests;
  });
  const chosen = jobs.map((job) => {
    const grid = validation.flatMap((one, i): Validated[] => {
      const own = losses[i];
      return one.job === job && own ? [{ cell: one.cell, losses: own }] : [];
    });
    return { job, grid, best: bestOf(grid) };
  });
  const reference = referenceCell(parameters);
  const training = chosen.flatMap(({ job, best }) => {
    const cells = isSameCell(best, reference) ? [best] : [best, reference];
    return cells.map((cell) => ({ job, cell }));
  });
  const trained = await eachOf(context, "training", training, ({ job, cell }, part) => {
    return trainJob(context, job, cell, "training", part);
  });
  return chosen.map(({ job, grid, best }): Outcome => {
    const of = (cell: GridCell): Trained => {
      const i = training.findIndex((one) => one.job === job && isSameCell(one.cell, cell));
      const found = trained[i];
      if (!found) throw new InputError("the cell of a network", "trained", cellName(cell));
      return found;
    };
    return {
      ...job,
      network: contenderName(job.contender),
      ...{ grid, best },
      found: { "best of the grid": of(best), reference: of(reference) },
    };
  });
}

/**
 * The cell whose validation networks have the lowest geometric mean of test losses.
 *
 * @param grid The cells; of equal ones the first is taken.
 * @throws {InputError} If there are none.
 */
export function bestOf(grid: readonly Validated[]): GridCell {
  let best: { readonly cell: GridCell; readonly loss: number } | null = null;
  for (const { cell, losses } of grid) {
    const loss = geometricMean(losses);
    if (best === null || loss < best.loss) best = { cell, loss };
  }
  if (best === null) throw new InputError("the grid", "at least one cell", grid);
  return best.cell;
}

/** Networks of one job and cell side by side. */
async function trainJob(
  context: Context,
  { task, contender, updates }: MemoryJob,
  cell: GridCell,
  stage: "validation" | "training",
  part: PartProgress,
): Promise<Trained> {
  const { trainingBatch, testBatch, clipGradNorm } = context.parameters;
  const { architecture, hiddenSize } = contender;
  const seeds = stage === "validation" ? validationNames(context.parameters) : context.seeds;
  // Every cell begins with the same draws and sees the same sequences; so does every network, of these.
  const sources = (...path: string[]): Random[] => {
    return seeds.map((seed) => context.random(seed, "memory", task.name, ...path));
  };
  return await trainNetworks({
    ...{ task, architecture, hiddenSize, clipGradNorm, updates, learningRate: cell.rate },
    init: gridInit(cell.initialisation, task.steps),
    weights: sources("weights", contenderName(contender)),
    draw: drawing(task, trainingBatch, sources("data")),
    test: drawing(task, testBatch, sources("test"))(),
  }, part);
}

/** Computes a part for each job and cell. */
async function eachOf<Part>(
  context: Context,
  group: string,
  items: readonly { readonly job: MemoryJob; readonly cell: GridCell }[],
  compute: (
    item: { readonly job: MemoryJob; readonly cell: GridCell },
    part: PartProgress,
  ) => Promise<Part>,
): Promise<Part[]> {
  const byName = new Map(items.map((item) => {
    const { job: { task, contender }, cell } = item;
    return [`${task.name}: ${contenderName(contender)}, ${cellName(cell)}`, item];
  }));
  return await context.each(group, [...byName.keys()], async (name, part) => {
    const item = byName.get(name);
    if (!item) throw new InputError("a part", "known", name);
    return await compute(item, part);
  });
}

/** The outcome of a network on a task. */
export function outcomeOf(outcomes: readonly Outcome[], task: string, network: string): Outcome {
  const found = outcomes.find((one) => one.task.name === task && one.network === network);
  if (!found) throw new InputError(`a network on ${task}`, "trained", network);
  return found;
}

/** The names of the tasks, in order, each once. */
export function taskNames(outcomes: readonly Outcome[]): string[] {
  return [...new Set(outcomes.map(({ task }) => task.name))];
}
