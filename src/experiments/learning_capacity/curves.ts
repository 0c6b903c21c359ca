import { architectures } from "../architectures.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../curves.ts";
import { type Group, taskNames } from "./groups.ts";
import { contenderName, isAlike, type Likeness, likenesses } from "../contenders.ts";
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

/** Records the learning curves of a group, by likeness, with what is lost without memory. */
export function recordCurves(context: Context, group: Group): void {
  recordBaselines(context, group);
  for (const likeness of likenesses) recordLikeness(context, group, likeness);
}

function recordBaselines(context: Context, group: Group): void {
  context.table({
    id: `baselines-${group.id}`,
    title: `What is lost without memory ${group.title}`,
    columns: [
      { name: "task", label: "task" },
      { name: "x", label: texts[group.setting].x },
      { name: "loss", ...group.loss },
      { name: "by", label: "what loses it" },
    ],
    rows: taskNames(group).flatMap((name) =>
      baselineRows(group.outcomes.find(({ task }) => task.name === name))
    ),
  });
}

function recordLikeness(context: Context, group: Group, likeness: Likeness): void {
  const { x, points } = texts[group.setting];
  const matched = likeness === "matched parameters";
  const id = `curves-${group.id}${matched ? "-matched" : ""}`;
  const outcomes = group.outcomes.filter(({ contender }) => isAlike(contender, likeness));
  const names = taskNames(group);
  context.table({
    id,
    title: `Training loss ${group.title}, ${likeness}`,
    columns: [
      { name: "task", label: "task" },
      { name: "network", label: "network" },
      { name: "x", label: x },
      ...curveColumns(group.loss),
    ],
    rows: outcomes.flatMap((outcome) => rowsOf(context, outcome)),
  });
  const { hiddenSize } = context.parameters;
  context.figure({
    id,
    kind: "chart",
    title: `Learning ${group.title}, ${likeness}`,
    caption: `By ${x}: ${points}. Networks ` + (matched
      ? `with as many parameters as the LSTM of ${hiddenSize} units. Dashed: what is lost without `
      : `of ${hiddenSize} units. Dashed: what is lost without `) +
      "memory" +
      (names.includes("copy") ? "; for copy, which needs none, by always giving 0" : "") +
      `. Geometric mean over ${context.seeds.length} seeds; bands: 95 % intervals.`,
    alt: `A chart for each task (${names.join("; ")}): the training loss on a log axis against ` +
      `the ${x}, a line with a band for each of ${architectures.join(", ")}, and a dashed level, ` +
      "the loss without memory.",
    x: { label: x, scale: "linear", domain: [0, outcomes[0]?.xs.at(-1) ?? 1] },
    y: { ...group.loss, scale: "log" },
    series: architectures,
    seriesLabel: "network",
    facet: "task",
    layers: [
      { mark: "line", table: `baselines-${group.id}`, x: "x", y: "loss", role: "theory" },
      ...curveLayers(id, "x", "network"),
    ],
  });
}

function rowsOf(context: Context, { setting, task, contender, xs, curves }: Outcome): Cell[][] {
  return curveRows(xs, curves, {
    statistic: "geometric-mean",
    random: context.random("bootstrap", "curves", setting, task.name, contenderName(contender)),
  }, [task.name, contender.architecture]);
}

/** The level that a figure draws: what is lost without memory, or a constant where that is 0. */
function baselineRows(outcome: Outcome | undefined): Cell[][] {
  if (!outcome) return [];
  const { task: { name, memoryless, constant }, xs } = outcome;
  const { value, label } = memoryless.value > 0 ? memoryless : constant ?? memoryless;
  return [xs[0], xs.at(-1)].map((x) => [name, x ?? null, value, label]);
}
