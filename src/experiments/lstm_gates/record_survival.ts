import type { CellInput } from "../../harness/seed_values.ts";
import { fitDecay } from "../../analysis/decay.ts";
import { timeScale } from "../../analysis/gates.ts";
import { decidingTolerances, inTimeScales, timeScaleRatio } from "../ratios.ts";
import hypotheses from "./hypotheses.json" with { type: "json" };
import { type Context, SEPARATE, sequenceKinds, weightKinds } from "./parameters.ts";
import { CHANGED, type Forgetting, type Initialisation, type Survival } from "./survival.ts";

const near = hypotheses.claims["survival-near-bias"].predicts;

/** An initialisation with its measures by seed. */
export type Measured = Initialisation & { readonly seeds: readonly Survival[] };

/** An initialisation with one bias. */
type Biased = Measured & { readonly bias: number };

/** The measures of the survival of a cell value. */
const measured: readonly [string, (seed: Survival) => readonly number[]][] = [
  ["product of the forget gates", ({ patterns }) => patterns.survival],
  ["effect of a change", ({ change }) => change ?? []],
];

/** The measures of time scales. */
const scaled: readonly [string, (seed: Survival) => readonly number[]][] = [
  ["forget gates, notebook's sequences", ({ patterns }) => patterns.survival],
  ["forget gates, adding problem", ({ task }) => task.survival],
  ["effect of a change, notebook's sequences", ({ change }) => change ?? []],
];

/** Records how long a cell value survives, by the bias of the forget gates. */
export function recordForgetBias(context: Context, kinds: readonly Measured[]): void {
  const drawn = kinds.filter((kind) => kind.drawn);
  recordSurvival(context, drawn);
  recordScales(context, drawn);
  const biased = kinds.flatMap((kind): Biased[] =>
    kind.bias === null ? [] : [{ ...kind, bias: kind.bias }]
  );
  recordTheory(context, biased);
  recordClaims(context, biased);
}

/** Records the claims that survival follows the bias and the theory. */
function recordClaims(context: Context, kinds: readonly Biased[]): void {
  const { forgetBias } = context.parameters;
  const own = kinds.filter(({ bias }) => bias === forgetBias);
  const notebook = own.find(({ weights }) => weights === "joint");
  const separate = own.find(({ weights }) => weights === "separate");
  if (!notebook || !separate) return;
  for (const [kind, sequences] of sequenceKinds) {
    context.metric({
      id: `forget-input-deviation-${kind}`,
      label:
        `standard deviation of the pre-activations of the forget gates, ${sequences}, before ` +
        "training",
      values: notebook.seeds.map((seed) => seed[kind].deviation),
    });
  }
  recordSurvivalMetrics(context, notebook);
  const ofBias = ({ seeds, factor }: Biased, kind: "patterns" | "task" = "patterns") =>
    seeds.map((seed) => seed[kind].kept / factor);
  const effects = notebook.seeds.map(({ change }) => rate(change ?? []) / notebook.factor);
  const overBias = kept(notebook.seeds).map((one) => timeScaleRatio(one, notebook.factor));
  const overTheory = notebook.seeds.map(({ patterns: { kept, predicted } }) =>
    timeScaleRatio(kept, predicted ?? NaN)
  );
  for (const [by, values] of [["bias", overBias], ["theory", overTheory]] as const) {
    if (!values.every(Number.isFinite)) continue;
    context.metric({
      id: `time-scale-over-${by}`,
      label: "steps in which a cell value falls to 1/e by the product of the forget gates, over " +
        (by === "bias" ? "those by their bias alone" : "those that normal pre-activations predict"),
      statistic: "geometric-mean",
      values,
    });
  }
  context.claim("survival-near-bias", {
    values: ofBias(notebook),
    parts: { "kept by a step": kept(notebook.seeds) },
    alternatives: [
      ...inTimeScales(overBias),
      { name: SEPARATE, values: ofBias(separate) },
      { name: "sequences of the adding problem", values: ofBias(notebook, "task") },
      {
        name: "slope of a line through the logarithms of the product",
        values: notebook.seeds.map((seed) => rate(seed.patterns.survival) / notebook.factor),
      },
      ...effects.every(Number.isFinite)
        ? [{
          name: "effect of a change of c_0 in place of the product of the gates",
          values: effects,
        }]
        : [],
    ],
  });
  const others = kinds.filter((kind) => kind.weights === "joint" && kind !== notebook);
  context.claim("survival-theory", {
    values: exactness(notebook, "patterns"),
    parts: {
      "kept by a step": kept(notebook.seeds),
      predicted: notebook.seeds.map(({ patterns }) => patterns.predicted ?? NaN),
    },
    alternatives: [
      ...inTimeScales(overTheory),
      { name: SEPARATE, values: exactness(separate, "patterns") },
      { name: "sequences of the adding problem", values: exactness(notebook, "task") },
      {
        name: "one variance for all steps, the measured one",
        values: notebook.seeds.map(({ patterns: { kept, predictedAtOnce } }) =>
          kept / (predictedAtOnce ?? NaN)
        ),
      },
      ...others.map((kind) => ({ name: kind.name, values: exactness(kind, "patterns") })),
    ],
  });
}

/** Records how long a cell value survives, compared with the prediction from the bias. */
function recordSurvivalMetrics(context: Context, { seeds, factor }: Biased): void {
  const { length } = context.parameters;
  const less = seeds.map(({ patterns }) => 1 - patterns.kept / factor);
  const percent = { unit: "%", statistic: "mean" } as const;
  context.metric({
    id: "survival-less-in-a-step",
    label: "by how much less of a cell value forget gates keep in a step than their bias says",
    values: less.map((share) => 100 * share),
    ...percent,
  });
  context.metric({
    id: "survival-less-in-all",
    label: `the same after ${length} steps, for each network by its own rate`,
    values: less.map((share) => 100 * (1 - (1 - share) ** length)),
    ...percent,
  });
  context.metric({
    id: "time-scale-by-bias",
    label: "steps in which a cell value falls to 1/e by the bias of the forget gates alone",
    unit: "steps",
    labels: ["theory"],
    values: [timeScale(factor)],
  });
  const scales: readonly [string, string, readonly number[]][] = [
    ["time-scale-of-gates", "by the product of the forget gates", kept(seeds)],
    [
      "time-scale-of-changes",
      "by the effect of a change of it",
      seeds.map(({ change }) => rate(change ?? [])),
    ],
  ];
  for (const [id, by, factors] of scales) {
    // A value that does not fall has no time scale.
    if (!factors.every((factor) => factor > 0 && factor < 1)) continue;
    context.metric({
      id,
      label: `steps in which a cell value falls to 1/e before training, ${by}`,
      unit: "steps",
      statistic: "geometric-mean",
      values: factors.map(timeScale),
    });
  }
}

/** Returns the share of a cell value that forget gates keep in a step, by seed. */
function kept(seeds: readonly Survival[]): number[] {
  return seeds.map(({ patterns }) => patterns.kept);
}

/** Computes the ratio of the kept share to its prediction from normal pre-activations, by seed. */
function exactness({ seeds }: Measured, kind: "patterns" | "task"): number[] {
  return seeds.map((seed) => seed[kind].kept / (seed[kind].predicted ?? NaN));
}

/** The ratios that compare gates with their bias and with the theory. */
const ratios: readonly [string, (found: Forgetting, factor: number) => number][] = [
  ["mean gate over sigmoid(b)", (found, factor) => found.mean / factor],
  ["kept by a step over sigmoid(b)", (found, factor) => found.kept / factor],
  ["kept by a step over prediction", (found) => found.kept / (found.predicted ?? NaN)],
];

/** Records how near forget gates are to their bias and to the theory. */
function recordTheory(context: Context, kinds: readonly Biased[]): void {
  const { forgetBias } = context.parameters;
  const own = kinds.filter(({ bias }) => bias === forgetBias);
  context.intervals({
    id: "bias-and-theory",
    title: `Forget gates at b = ${forgetBias} before training, over sigmoid(b) and over the ` +
      "prediction from normal pre-activations",
    names: [
      { name: "ratio", label: "ratio" },
      { name: "network", label: "weights and sequences" },
    ],
    value: { label: "ratio", statistic: "geometric-mean" },
    rows: own.flatMap(({ weights, factor, seeds }) =>
      sequenceKinds.flatMap(([kind, sequences]) =>
        ratios.map(([ratio, of]) => ({
          names: [ratio, `${weights} weights, ${sequences}`],
          values: seeds.map((seed) => of(seed[kind], factor)),
        }))
      )
    ),
    figure: {
      title: "Near the bias, and near the theory",
      caption:
        "A ratio to sigmoid(b) is near 1 if its interval lies within 5 %, whose end is a rule; for that " +
        "to the prediction the tolerance is 2 %. " +
        "Geometric means over " +
        `${context.seeds.length} seeds; lines: 95 % intervals over seeds. ` +
        `${weightKinds.map(([kind, name]) => `${kind}: ${name}`).join("; ")}.`,
      alt:
        "Three ratios for each of four networks and kinds of sequences, with intervals, and rules " +
        "at 1 and at the tolerance.",
      y: { column: "ratio", label: "of what" },
      series: "network",
      under: [
        { mark: "rule", axis: "x", value: 1, label: "equal" },
        { mark: "rule", axis: "x", value: 1 / (1 + near.smallestEffect), label: "5 %" },
      ],
    },
  });
  context.table({
    id: "tolerances",
    title: "By which tolerance each of these is near 1, without allowance for the family",
    columns: [
      { name: "ratio", label: "ratio" },
      { name: "network", label: "weights and sequences" },
      { name: "supported", label: "near 1 with a tolerance above", unit: "%" },
      { name: "refuted", label: "not near 1 with one below", unit: "%" },
    ],
    rows: own.flatMap(({ weights, factor, seeds }) =>
      sequenceKinds.flatMap(([kind, sequences]) =>
        ratios.map(([ratio, of]): CellInput[] => {
          const found = decidingTolerances(seeds.map((seed) => of(seed[kind], factor)));
          return [ratio, `${weights} weights, ${sequences}`, found.within, found.outside];
        })
      )
    ),
  });
  context.intervals({
    id: "survival-by-theory",
    title:
      "Share of a cell value that a step keeps, over the prediction from normal pre-activations",
    names: [
      { name: "initialisation", label: "initialisation" },
      { name: "sequences", label: "sequences" },
      { name: "bias", label: "sigmoid(b)" },
    ],
    value: { label: "measured over predicted", statistic: "geometric-mean" },
    rows: kinds.flatMap((kind) =>
      sequenceKinds.map(([of, sequences]) => ({
        names: [kind.name, sequences, kind.factor],
        values: exactness(kind, of),
      }))
    ),
  });
}

/** Records the share of a cell value that is left, by lag and initialisation. */
function recordSurvival(context: Context, kinds: readonly Measured[]): void {
  const { length, hiddenSize } = context.parameters;
  const some = hiddenSize > CHANGED ? `, for at most ${CHANGED} units` : "";
  const lags = Array.from({ length: length + 1 }, (_, k) => k);
  context.curves({
    id: "cell-survival",
    title: "What is left of a cell value after k steps, by initialisation of the forget gates",
    names: [
      { name: "initialisation", label: "initialisation" },
      { name: "quantity", label: "measured by" },
    ],
    x: { name: "lag", label: "lag k", unit: "steps", values: lags },
    value: { label: "share of the cell value", statistic: "geometric-mean" },
    more: [{ name: "theory", label: "by the bias alone" }],
    curves: kinds.flatMap(({ name, factor, seeds }) =>
      measured.map(([quantity, of], i) => ({
        names: [name, quantity],
        values: seeds.map(of),
        // The theory is in the table once, since it is the same for both kinds.
        more: i === 0 ? [lags.map((k) => factor ** k)] : [],
      }))
    ),
    figure: {
      title: "How far a cell value survives",
      caption:
        "A gap between a curve and its dashed line is what the weights add to the bias. Product " +
        "of a unit's forget gates over k " +
        "steps, and norm of the change of c_k if " +
        `c_0 is changed in one unit${some}, over that change; geometric means over units, the ` +
        `notebook's sequences and ${context.seeds.length} seeds; bands: pointwise 95 % intervals over ` +
        "seeds. Dashed: " +
        "sigmoid(b)^k; for chrono initialisation its geometric mean over the distribution of b.",
      alt: `A chart for each of ${kinds.length} initialisations: the product of the forget gates ` +
        "and the effect of a change of the first cell state against lag from 0 to " +
        `${length} steps on a log axis, with bands, and a dashed straight line, the bias alone.`,
      y: { scale: "log" },
      series: "quantity",
      facet: "initialisation",
      under: [{
        ...{ mark: "line", table: "cell-survival", x: "lag", y: "theory" },
        ...{ role: "theory", label: "bias alone" },
      }],
    },
  });
}

/** Records the time scales of a cell value by initialisation. */
function recordScales(context: Context, kinds: readonly Measured[]): void {
  context.intervals({
    id: "time-scales-by-bias",
    title: "Time scale of a cell value by initialisation of the forget gates, before training",
    names: [
      { name: "initialisation", label: "initialisation" },
      { name: "quantity", label: "measured by" },
    ],
    value: { label: "time scale", unit: "steps", statistic: "geometric-mean" },
    more: [{ name: "theory", label: "by the bias alone", unit: "steps" }],
    rows: kinds.flatMap(({ name, factor, seeds }) =>
      scaled.map(([quantity, of]) => {
        const values = seeds.map((seed) => {
          const kept = rate(of(seed));
          // A value that does not fall has no time scale.
          return kept < 1 ? timeScale(kept) : NaN;
        });
        return { names: [name, quantity], values, more: [timeScale(factor)] };
      })
    ),
  });
}

/** Fits the factor for each step over all lags; NaN if the share at lag 1 is missing or 0. */
function rate(shares: readonly number[]): number {
  return shares.length < 2 || shares[1] === 0 ? NaN : fitDecay(shares).rate;
}
