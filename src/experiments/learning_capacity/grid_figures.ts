import { geometricMean } from "../../statistics/descriptive.ts";
import { type Cell, curveColumns } from "../../harness/curves.ts";
import { intervalCells } from "../../harness/intervals.ts";
import { gridInitialisations } from "./grid_cells.ts";
import { memoryNetworks } from "./jobs.ts";
import { type Outcome, taskNames } from "./memory_tasks.ts";
import { type Context, sortedRates } from "./parameters.ts";

/** Records the validation losses of every cell of the grids, and the cells that were chosen. */
export function recordGrid(context: Context, outcomes: readonly Outcome[]): void {
  const { validationSeeds, rates } = context.parameters;
  const labels = Array.from({ length: validationSeeds }, (_, i) => `validation ${i + 1}`);
  for (const name of taskNames(outcomes)) {
    const own = outcomes.filter(({ task }) => task.name === name);
    recordTask(context, gridId(context, own[0]?.lag ?? null), name, own, labels);
  }
  const [lowest, highest] = [sortedRates(rates).at(0), sortedRates(rates).at(-1)];
  context.table({
    id: "chosen",
    title: "The best of each grid",
    columns: [
      { name: "task", label: "task" },
      { name: "network", label: "network" },
      { name: "initialisation", label: "initial weights" },
      { name: "rate", label: "learning rate" },
      { name: "edge", label: "at an edge of the grid" },
      { name: "loss", label: "validation loss, geometric mean" },
    ],
    rows: outcomes.map(({ task, network, best, grid }): Cell[] => {
      const edge = best.rate === lowest ? "lowest" : best.rate === highest ? "highest" : "no";
      const losses = grid.find(({ cell }) => cell === best)?.losses ?? [];
      return [task.name, network, best.initialisation, best.rate, edge, geometricMean(losses)];
    }),
  });
}

/** What the grid's table and figure of a task are called, the same for every choice of lags. */
function gridId({ parameters: { shortLag, longLag } }: Context, lag: number | null): string {
  if (lag === null) return "grid-adding";
  if (lag === shortLag) return "grid-copy-short";
  return lag === longLag ? "grid-copy-long" : `grid-copy-lag-${lag}`;
}

function recordTask(
  context: Context,
  id: string,
  name: string,
  outcomes: readonly Outcome[],
  labels: readonly string[],
): void {
  const label = "validation loss over the memoryless baseline";
  context.table({
    id,
    title: `Validation loss by learning rate and initial weights: ${name}`,
    labels,
    columns: [
      { name: "network", label: "network" },
      { name: "initialisation", label: "initial weights" },
      { name: "rate", label: "learning rate" },
      ...curveColumns({ label }, "geometric-mean"),
    ],
    rows: outcomes.flatMap(({ network, grid, task: { memoryless } }) =>
      grid.map(({ cell, losses }): Cell[] => [
        ...[network, cell.initialisation, cell.rate],
        ...intervalCells(losses.map((loss) => loss / memoryless.value)),
      ])
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: `The grid: ${name}`,
    caption: "The lowest point of each chart is the cell that the network is then trained with. " +
      "Validation loss over the memoryless baseline by learning rate and initial weights; " +
      `geometric mean over ${labels.length} networks, whose seeds are used for nothing else.`,
    alt: `A chart for each network (${memoryNetworks.join("; ")}): the validation loss over the ` +
      "memoryless baseline on a log axis against the learning rate on a log axis, a line for each " +
      "of two initialisations, and a rule at 1.",
    x: { label: "learning rate", scale: "log" },
    y: { label, scale: "log" },
    series: gridInitialisations,
    seriesLabel: "initial weights",
    facet: "network",
    layers: [
      { mark: "rule", axis: "y", value: 1, label: "memoryless baseline" },
      {
        mark: "line",
        table: id,
        x: "rate",
        y: "value",
        series: "initialisation",
        role: "measured",
      },
    ],
  });
}
