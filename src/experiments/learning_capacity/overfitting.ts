import { estimate } from "../../analysis/estimate.ts";
import { geometricMean } from "../../analysis/statistics.ts";
import { contenderName, contenderNames, isAlike } from "../contenders.ts";
import { type Cell, curveColumns } from "../curves.ts";
import { intervalCells, intervalLayer } from "../intervals.ts";
import { type Group, taskNames } from "./groups.ts";
import type { Context } from "./parameters.ts";
import type { Outcome } from "./train.ts";

const geometric = "geometric-mean";

/** Records how much higher the loss is on sequences that were not trained on. */
export function recordOverfitting(context: Context, group: Group): void {
  const table = "overfitting";
  const names = taskNames(group);
  const { trainSequences, testSequences, epochs } = context.parameters;
  context.table({
    id: table,
    title: "Test loss over the loss on the training sequences, both after training",
    columns: [
      { name: "task", label: "task" },
      { name: "network", label: "network" },
      ...curveColumns({ label: "test loss over training loss" }),
    ],
    rows: group.outcomes.map((outcome): Cell[] => {
      const [name, network] = [outcome.task.name, contenderName(outcome.contender)];
      const cells = intervalCells(ratios(outcome), {
        statistic: geometric,
        random: context.random("bootstrap", table, name, network),
      });
      return [name, network, ...cells];
    }),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "Known sequences and new ones",
    caption:
      `Loss on ${testSequences} test sequences over that on the ${trainSequences} that were ` +
      `trained on, both after training. Geometric mean over ${context.seeds.length} seeds with its ` +
      "95 % interval. Matched: with as many parameters as the LSTM.",
    alt: `A chart for each task (${names.join("; ")}): for each network a symbol at the ratio of ` +
      "losses on a log axis, with an interval, and a rule at 1.",
    x: { label: "test loss over training loss", scale: "log" },
    y: { label: "network", scale: "category", categories: contenderNames },
    facet: "task",
    layers: [
      { mark: "rule", axis: "x", value: 1, label: "the same" },
      intervalLayer(table, "network"),
    ],
  });
  for (const name of names) {
    const alike = group.outcomes.filter(({ task, contender }) =>
      task.name === name && isAlike(contender, "same hidden size")
    ).map(ratios);
    context.claim({
      id: `overfitting-${name.replaceAll(" ", "-")}`,
      statement:
        `After ${epochs} epochs on ${trainSequences} sequences of ${name}, sequences that ` +
        "were not trained on have the higher loss.",
      source: "this report",
      measure: "test loss over the loss on the training sequences, geometric mean over the three " +
        "networks of the same hidden size",
      estimate: estimate(
        context.seeds.map((_, seed) => geometricMean(alike.map((own) => own[seed] ?? NaN))),
        { statistic: geometric, random: context.random("bootstrap", "claim", table, name) },
      ),
      threshold: { relation: "above", value: 1 },
    });
  }
}

/** The ratio of each seed. */
function ratios({ tests, fits }: Outcome): number[] {
  return tests.map((loss, seed) => loss / (fits[seed] ?? NaN));
}
