import { timeScale } from "../../analysis/gates.ts";
import { curveColumns, curveLayers, curveRows } from "../../harness/curves.ts";
import { networkNames, sequenceKinds } from "./kinds.ts";
import type { Context } from "./parameters.ts";
import { sigmoid } from "./survival.ts";
import type { Training } from "./training.ts";

/** Records for how long each unit's forget gate lets its cell value live. */
export function recordTimeScales(context: Context, training: Training): void {
  const { hiddenSize, forgetBias } = context.parameters;
  const table = "time-scales";
  const theory = timeScale(sigmoid(forgetBias));
  const ranks = Array.from({ length: hiddenSize }, (_, i) => i + 1);
  context.table({
    id: table,
    title: "Time scale of each unit by its forget gate, the longest first",
    columns: [
      { name: "sequences", label: "sequences" },
      { name: "network", label: "network" },
      { name: "rank", label: "rank of the unit" },
      ...curveColumns({ label: "time scale -1 / ln f", unit: "steps" }, "geometric-mean"),
    ],
    rows: sequenceKinds.flatMap(([kind, sequences]) =>
      networkNames.flatMap((network) =>
        curveRows(
          ranks,
          // A unit that never forgets has no time scale: a gap.
          training[network].map((seed) => seed[kind].timeScales.map((scale) => scale ?? NaN)),
          [sequences, network],
        )
      )
    ),
  });
  const longest = training.trained.map(({ task }) => task.timeScales[0] ?? NaN);
  if (longest.every((scale) => Number.isFinite(scale) && scale > 0)) {
    context.metric({
      id: "time-scale-longest",
      label: "time scale of the unit that remembers longest after training, adding problem",
      unit: "steps",
      statistic: "geometric-mean",
      values: longest,
    });
  }
  context.figure({
    id: table,
    kind: "chart",
    title: "Time scales of the units",
    caption:
      "Units above the rule keep their value for longer than the bias says. −1 / ln f of each unit, f the geometric mean of its forget gate over sequences and " +
      "steps, sorted in each network by length. Geometric mean over " +
      `${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds. Rule: a gate that is always ` +
      `sigmoid(${forgetBias}).`,
    alt: "Two charts, on the notebook's sequences and on the adding problem: the time scale in " +
      "steps on a log axis against the rank of the unit, a line with a band for the untrained and " +
      "for the trained network, and a rule at the time scale of the bias.",
    x: { label: "rank of the unit", scale: "linear" },
    y: { label: "time scale", unit: "steps", scale: "log" },
    series: networkNames,
    seriesLabel: "network",
    facet: "sequences",
    layers: [
      {
        mark: "rule",
        axis: "y",
        value: theory,
        label: `${Number(theory.toPrecision(3))} steps at b = ${forgetBias}`,
      },
      ...curveLayers(table, "rank", "network"),
    ],
  });
}
