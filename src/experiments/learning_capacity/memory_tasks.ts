import { ascending } from "../ascending.ts";
import { ratioBySeed } from "../ratios.ts";
import { chronoInit } from "../../model/init/gate_bias_init.ts";
import { orthogonalInit, type RecurrentInit } from "../../model/init/recurrent_init.ts";
import { type Architecture, candidateName } from "../architectures.ts";
import { type Context, validationNames, type Values } from "./parameters.ts";
import { geometricMean } from "../../statistics/descriptive.ts";
import { InputError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import type { PartProgress } from "../../harness/experiment.ts";
import { type MemoryJob, memoryJobs } from "./jobs.ts";
import { drawing, type Trained, trainNetworks } from "./train.ts";

/** The initial weights of the grid, by name, in the order of figures. */
export const gridInitialisations = ["PyTorch's weights", "orthogonal W_hh", "chrono"] as const;

/** One of the {@link gridInitialisations}. */
export type GridInitialisation = (typeof gridInitialisations)[number];

/** A cell of the grid: the learning rate and the initial weights. */
export interface GridCell {
  /** The learning rate of Adam. */
  readonly rate: number;
  /** The initial weights. */
  readonly initialisation: GridInitialisation;
}

/** The second initialisation of each architecture, which is designed for long memories. */
const forMemory: Readonly<Record<Architecture, GridInitialisation>> = {
  RNN: "orthogonal W_hh",
  LSTM: "chrono",
  GRU: "chrono",
};

/**
 * Lists the grid of an architecture: each learning rate with PyTorch's weights and with an
 * initialisation for long memories. All architectures have the same number of cells.
 *
 * Sources: Henaff, Szlam & LeCun (2016), https://arxiv.org/abs/1602.06662, for the orthogonal
 * matrix; Tallec & Ollivier (2018), https://arxiv.org/abs/1804.11188, for the chrono
 * initialisation.
 *
 * @param values The experiment's parameters.
 * @param architecture The architecture.
 * @returns The cells, in the order in which {@link bestOf} prefers them if their losses are equal.
 */
export function gridOf(values: Values, architecture: Architecture): GridCell[] {
  const initialisations: readonly GridInitialisation[] = [
    "PyTorch's weights",
    forMemory[architecture],
  ];
  return initialisations.flatMap((initialisation) =>
    ascending(values.rates).map((rate) => ({ rate, initialisation }))
  );
}

/**
 * Returns the reference setting: the same learning rate and PyTorch's weights for every network.
 */
export function referenceCell({ learningRate }: Values): GridCell {
  return { rate: learningRate, initialisation: "PyTorch's weights" };
}

/** Returns whether two cells are the same. */
export function isSameCell(a: GridCell, b: GridCell): boolean {
  return a.rate === b.rate && a.initialisation === b.initialisation;
}

/** Returns the name of a cell: `"chrono, 0.01"`. */
export function cellName({ rate, initialisation }: GridCell): string {
  return `${initialisation}, ${rate}`;
}

/**
 * Returns the initialiser of a recurrent layer.
 *
 * @param initialisation The name of the initialisation.
 * @param steps The steps of a sequence, which are the longest time scale of the chrono
 *   initialisation.
 * @returns The initialiser; `undefined` for PyTorch's, the default of layers.
 */
export function gridInit(
  initialisation: GridInitialisation,
  steps: number,
): RecurrentInit | undefined {
  switch (initialisation) {
    case "PyTorch's weights":
      return undefined;
    case "orthogonal W_hh":
      return orthogonalInit();
    case "chrono":
      return chronoInit(Math.max(2, steps));
  }
}

/** The ways to choose the cell of a network: by validation, or the same for all. */
export type Setting = "best of the grid" | "reference";

/** The {@link Setting}s, in the order of figures. */
export const settings: readonly Setting[] = ["best of the grid", "reference"];

/** The test losses of a cell's validation networks. */
export interface Validated {
  readonly cell: GridCell;
  readonly losses: readonly number[];
}

/**
 * The outcome of a network on a task: its grid, and the trained networks of the seeds with the best
 * cell and with the reference setting.
 */
export interface Outcome extends MemoryJob {
  /** The name of the network in tables and figures. */
  readonly network: string;
  /** Every cell of the grid. */
  readonly grid: readonly Validated[];
  /** The best cell. */
  readonly best: GridCell;
  /** The networks of the seeds, by setting. */
  readonly found: Readonly<Record<Setting, Trained>>;
}

/**
 * Finds for each network and task the best cell of the grid, by validation networks. Then trains
 * the networks of the seeds with this cell and with the reference setting.
 *
 * @param context The run.
 * @returns An outcome for each network and task.
 */
export async function runMemoryTasks(context: Context): Promise<Outcome[]> {
  const { parameters } = context;
  const jobs = memoryJobs(parameters);
  const validation = jobs.flatMap((job) => {
    return gridOf(parameters, job.candidate.architecture).map((cell) => ({ job, cell }));
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
      network: candidateName(job.candidate),
      ...{ grid, best },
      found: { "best of the grid": of(best), reference: of(reference) },
    };
  });
}

/**
 * Finds the cell whose validation networks have the lowest geometric mean of test losses.
 *
 * @param grid The cells. Of equally good cells the first is returned.
 * @throws {InputError} If the list is empty.
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

/** Trains the networks of one job and cell, side by side. */
async function trainJob(
  context: Context,
  { task, candidate, updates }: MemoryJob,
  cell: GridCell,
  stage: "validation" | "training",
  part: PartProgress,
): Promise<Trained> {
  const { trainingBatch, testBatch, clipGradNorm } = context.parameters;
  const { architecture, hiddenSize } = candidate;
  const seeds = stage === "validation" ? validationNames(context.parameters) : context.seeds;
  // For every cell a seed has the same random numbers for its weights and the same sequences. The
  // sequences are also the same for every network.
  const sources = (...path: string[]): Random[] => {
    return seeds.map((seed) => context.random(seed, "memory", task.name, ...path));
  };
  return await trainNetworks({
    ...{ task, architecture, hiddenSize, clipGradNorm, updates, learningRate: cell.rate },
    init: gridInit(cell.initialisation, task.steps),
    weights: sources("weights", candidateName(candidate)),
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
    const { job: { task, candidate }, cell } = item;
    return [`${task.name}: ${candidateName(candidate)}, ${cellName(cell)}`, item];
  }));
  return await context.each(group, [...byName.keys()], async (name, part) => {
    const item = byName.get(name);
    if (!item) throw new InputError("a part", "known", name);
    return await compute(item, part);
  });
}

/** Finds the outcome of a network on a task. */
export function outcomeOf(outcomes: readonly Outcome[], task: string, network: string): Outcome {
  const found = outcomes.find((one) => one.task.name === task && one.network === network);
  if (!found) throw new InputError(`a network on ${task}`, "trained", network);
  return found;
}

/** Lists the names of the tasks, in order, each once. */
export function taskNames(outcomes: readonly Outcome[]): string[] {
  return [...new Set(outcomes.map(({ task }) => task.name))];
}

/** Two networks that are compared by the ratio of their test losses, seed by seed. */
export interface Pair {
  /** `"LSTM / RNN"`. */
  readonly name: string;
  /** The network in the numerator. */
  readonly first: string;
  /** The network in the denominator. */
  readonly second: string;
}

/** The pairs that are compared, in the order of figures. */
export const pairs = {
  lstm: { name: "LSTM / RNN", first: "LSTM", second: "RNN" },
  lstmMatched: { name: "LSTM / RNN, matched", first: "LSTM", second: "RNN, matched" },
  gru: { name: "GRU / RNN", first: "GRU", second: "RNN" },
  gruMatched: { name: "GRU / RNN, matched", first: "GRU", second: "RNN, matched" },
  gruLstm: { name: "GRU / LSTM", first: "GRU", second: "LSTM" },
} as const satisfies Readonly<Record<string, Pair>>;

/** The test losses of a pair and their ratios, of shape [seed]. */
export interface Ratios {
  readonly values: readonly number[];
  /** The losses, by the name of the network. */
  readonly parts: Readonly<Record<string, readonly number[]>>;
}

/**
 * Computes the ratio of test losses of a pair in each seed.
 *
 * @param outcomes The trained networks.
 * @param task The task's name.
 * @param pair The two networks.
 * @param setting The setting of their training.
 * @param capped Whether a loss above the memoryless baseline counts as the baseline.
 */
export function ratiosOf(
  outcomes: readonly Outcome[],
  task: string,
  { first, second }: Pair,
  setting: Setting,
  capped = false,
): Ratios {
  const losses = (network: string): number[] => {
    const { found, task: { memoryless } } = outcomeOf(outcomes, task, network);
    return found[setting].tests.map((loss) => capped ? Math.min(loss, memoryless.value) : loss);
  };
  const [above, below] = [losses(first), losses(second)];
  return { values: ratioBySeed(above, below), parts: { [first]: above, [second]: below } };
}
