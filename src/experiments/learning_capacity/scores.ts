import type { Cell } from "../curves.ts";
import { curveColumns } from "../curves.ts";
import { intervalCells, intervalLayer } from "../intervals.ts";
import { type Group, taskNames } from "./groups.ts";
import { contenderName, contenderNames } from "../contenders.ts";
import type { Context } from "./parameters.ts";

/** What stands for a network without memory. */
const WITHOUT = "without memory";

/** Records the test losses of a group, beside what is lost without memory. */
export function recordScores(context: Context, group: Group): void {
  const table = `test-loss-${group.id}`;
  const names = taskNames(group);
  context.table({
    id: table,
    title: `Test loss ${group.title}`,
    columns: [
      { name: "task", label: "task" },
      { name: "network", label: "network" },
      ...curveColumns(group.loss),
      { name: "diverged", label: "seeds that diverged" },
    ],
    rows: names.flatMap((name) => {
      const outcomes = group.outcomes.filter(({ task }) => task.name === name);
      const { value } = outcomes[0]?.task.memoryless ?? { value: 0 };
      return [
        ...outcomes.map(({ contender, tests, diverged }): Cell[] => {
          const network = contenderName(contender);
          const cells = intervalCells(tests, {
            statistic: "geometric-mean",
            random: context.random("bootstrap", table, name, network),
          });
          return [name, network, ...cells, diverged];
        }),
        [name, WITHOUT, value, null, null, null],
      ];
    }),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: `Test loss ${group.title}`,
    caption: `Geometric mean over ${context.seeds.length} seeds with its 95 % interval, after ` +
      "training, on sequences that were not trained on. Matched: with as many parameters as the " +
      "LSTM" + (names.includes("copy") ? ". Copy needs no memory, and the loss without is 0" : "") +
      ".",
    alt: `A chart for each task (${names.join("; ")}): for each network, and for what is lost ` +
      "without memory, a symbol at its test loss on a log axis, with an interval.",
    x: { ...group.loss, scale: "log" },
    y: { label: "network", scale: "category", categories: [...contenderNames, WITHOUT] },
    facet: "task",
    layers: [intervalLayer(table, "network")],
  });
}
