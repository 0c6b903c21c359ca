import { architectures } from "../architectures.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../curves.ts";
import { type Group, taskNames } from "./groups.ts";
import { contenderName } from "../contenders.ts";
import type { Context } from "./parameters.ts";
import type { Outcome } from "./train.ts";

/** How points of a curve come about, by setting. */
const texts = {
  memorising: { x: "epoch", points: "the mean training loss of an epoch" },
  learning: {
    x: "training step",
    points: "the mean loss, before each update, since the point before",
  },
} as const;

/** Records the learning curves of a group, with what is lost without memory. */
export function recordCurves(context: Context, group: Group): void {
  const { x, points } = texts[group.setting];
  const [curves, baselines] = [`curves-${group.id}`, `baselines-${group.id}`];
  const same = group.outcomes.filter(({ contender }) =>
    contender.likeness !== "matched parameters"
  );
  const matched = group.outcomes.filter((outcome) => !same.includes(outcome));
  const names = taskNames(group);
  const [task, place] = [{ name: "task", label: "task" }, { name: "x", label: x }];
  for (
    const [id, of, outcomes] of [
      [curves, "networks of the same hidden size", same],
      [`${curves}-matched`, "networks with the LSTM's number of parameters", matched],
    ] as const
  ) {
    context.table({
      id,
      title: `Training loss ${group.title}, ${of}`,
      columns: [task, { name: "network", label: "network" }, place, ...curveColumns(group.loss)],
      rows: outcomes.flatMap((outcome) => rowsOf(context, id, outcome)),
    });
  }
  context.table({
    id: baselines,
    title: `What is lost without memory ${group.title}`,
    columns: [
      task,
      place,
      { name: "loss", ...group.loss },
      { name: "by", label: "what loses it" },
    ],
    rows: names.flatMap((name) => baselineRows(same.find((one) => one.task.name === name))),
  });
  context.figure({
    id: curves,
    kind: "chart",
    title: `Learning ${group.title}`,
    caption: `By ${x}: ${points}. Networks of ${context.parameters.hiddenSize} units. Dashed: ` +
      "what is lost without memory" +
      (names.includes("copy") ? "; for copy, which needs none, by always giving 0" : "") +
      `. Geometric mean over ${context.seeds.length} seeds; bands: 95 % intervals.`,
    alt: `A chart for each task (${names.join("; ")}): the training loss on a log axis against ` +
      `the ${x}, a line with a band for each of ${architectures.join(", ")}, and a dashed level, ` +
      "the loss without memory.",
    x: { label: x, scale: "linear", domain: [0, same[0]?.xs.at(-1) ?? 1] },
    y: { ...group.loss, scale: "log" },
    series: architectures,
    seriesLabel: "network",
    facet: "task",
    layers: [
      { mark: "line", table: baselines, x: "x", y: "loss", role: "theory" },
      ...curveLayers(curves, "x", "network"),
    ],
  });
}

function rowsOf(
  context: Context,
  table: string,
  { task, contender, xs, curves }: Outcome,
): Cell[][] {
  const name = contenderName(contender);
  return curveRows(xs, curves, {
    statistic: "geometric-mean",
    random: context.random("bootstrap", table, task.name, name),
  }, [task.name, name]);
}

/** The level that a figure draws: what is lost without memory, or a constant where that is 0. */
function baselineRows(outcome: Outcome | undefined): Cell[][] {
  if (!outcome) return [];
  const { task: { name, memoryless, constant }, xs } = outcome;
  const { value, label } = memoryless.value > 0 ? memoryless : constant ?? memoryless;
  return [xs[0], xs.at(-1)].map((x) => [name, x ?? null, value, label]);
}
