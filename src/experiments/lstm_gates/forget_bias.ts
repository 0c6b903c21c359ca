import { fitDecay } from "../../analysis/decay.ts";
import { estimate } from "../../analysis/estimate.ts";
import { timeScale } from "../../analysis/forgetting.ts";
import { type Cell, curveColumns, curveLayers, curveRows } from "../curves.ts";
import { intervalCells } from "../intervals.ts";
import type { Context } from "./parameters.ts";
import { CHANGED, type Initialisation, initialisations, type Survival } from "./survival.ts";

const geometric = "geometric-mean";

/** What is left of a cell value, by what it is measured. */
const measured = [
  ["patterns", "product of the forget gates"],
  ["change", "effect of a change"],
] as const;

/** By what time scales are measured. */
const scaled = [
  ["patterns", "forget gates, notebook's sequences"],
  ["task", "forget gates, adding problem"],
  ["change", "effect of a change, notebook's sequences"],
] as const;

/** The claims that a cell value survives as its bias says, each with a metric beside it. */
const followed = [
  ["survival-follows", "forget-input-deviation", "patterns", "the notebook's sequences"],
  [
    "survival-follows-task",
    "forget-input-deviation-task",
    "task",
    "sequences of the adding problem",
  ],
] as const;

/**
 * Records how the bias of the forget gates decides for how long a cell value survives.
 *
 * @param survivals Of shape [initialisation][seed].
 */
export function recordForgetBias(
  context: Context,
  survivals: readonly (readonly Survival[])[],
): void {
  const kinds = initialisations(context).map((kind, i) => ({
    ...kind,
    seeds: survivals[i] ?? [],
  }));
  recordSurvival(context, kinds);
  recordScales(context, kinds);
  const { forgetBias } = context.parameters;
  const own = kinds.find(({ bias }) => bias === forgetBias);
  if (!own) return;
  for (const [id, deviation, kind, sequences] of followed) {
    context.metric({
      id: deviation,
      label:
        `standard deviation of the inputs of the forget gates on ${sequences}, before training`,
      estimate: estimate(own.seeds.map(({ inputDeviation }) => inputDeviation[kind]), {
        random: context.random("bootstrap", deviation),
      }),
    });
    context.claim({
      id,
      statement:
        `On ${sequences}, a cell value survives as the bias of the forget gates says: at ` +
        `b = ${forgetBias}, sigmoid(b) = ${own.factor.toPrecision(3)} of it is kept for each step.`,
      source: "theory of constant gates; Jozefowicz et al. (2015), Tallec & Ollivier (2018)",
      measure: "fitted factor for each step of the product of the forget gates over sigmoid(b), " +
        `${sequences}, before training`,
      estimate: estimate(own.seeds.map((seed) => rate(seed[kind]) / own.factor), {
        statistic: geometric,
        random: context.random("bootstrap", id),
      }),
      threshold: { relation: "within", low: 0.95, high: 1.05 },
    });
  }
}

/** An initialisation with what it measured, by seed. */
type Measured = Initialisation & { readonly seeds: readonly Survival[] };

function recordSurvival(context: Context, kinds: readonly Measured[]): void {
  const { length, hiddenSize } = context.parameters;
  const some = hiddenSize > CHANGED ? `, for at most ${CHANGED} units` : "";
  const table = "cell-survival";
  const lags = Array.from({ length: length + 1 }, (_, k) => k);
  const lag = { name: "lag", label: "lag k", unit: "steps" };
  context.table({
    id: table,
    title: "What is left of a cell value after k steps, by initialisation of the forget gates",
    columns: [
      { name: "initialisation", label: "initialisation" },
      { name: "quantity", label: "measured by" },
      lag,
      ...curveColumns({ label: "share of the cell value" }),
      { name: "theory", label: "by the bias alone" },
    ],
    rows: kinds.flatMap(({ name, factor, seeds }) =>
      measured.flatMap(([of, quantity], i) =>
        curveRows(lags, seeds.map((seed) => seed[of]), {
          statistic: geometric,
          random: context.random("bootstrap", table, name, of),
        }, [name, quantity])
          // Once for each lag, since the theory is the same for both.
          .map((row, k) => [...row, i === 0 ? factor ** k : null])
      )
    ),
  });
  context.figure({
    id: table,
    kind: "chart",
    title: "How far a cell value survives",
    caption: "Product of a unit's forget gates over k steps, and norm of the change of c_k where " +
      `c_0 is changed in one unit${some}, over that change; geometric means over units, the ` +
      `notebook's sequences and ${context.seeds.length} seeds; bands: 95 % intervals. Dashed: ` +
      "sigmoid(b)^k; for chrono initialisation its geometric mean over the distribution of b.",
    alt: `A chart for each of ${kinds.length} initialisations: the product of the forget gates ` +
      "and the effect of a change of the first cell state against lag from 0 to " +
      `${length} steps on a log axis, with bands, and a dashed straight line, the bias alone.`,
    x: { label: lag.label, unit: lag.unit, scale: "linear" },
    y: { label: "share of the cell value", scale: "log" },
    series: measured.map(([, quantity]) => quantity),
    seriesLabel: "measured by",
    facet: "initialisation",
    layers: [
      { mark: "line", table, x: "lag", y: "theory", role: "theory" },
      ...curveLayers(table, "lag", "quantity"),
    ],
  });
}

function recordScales(context: Context, kinds: readonly Measured[]): void {
  context.table({
    id: "time-scales-by-bias",
    title: "Time scale of a cell value by initialisation of the forget gates, before training",
    columns: [
      { name: "initialisation", label: "initialisation" },
      { name: "quantity", label: "measured by" },
      ...curveColumns({ label: "time scale", unit: "steps" }),
      { name: "theory", label: "by the bias alone", unit: "steps" },
    ],
    rows: kinds.flatMap(({ name, factor, seeds }) =>
      scaled.map(([of, quantity]): Cell[] => {
        const scales = seeds.map((seed) => {
          const kept = rate(seed[of]);
          // A value that does not fall has no time scale.
          return kept < 1 ? timeScale(kept) : NaN;
        });
        const cells = intervalCells(scales, {
          statistic: geometric,
          random: context.random("bootstrap", "time-scales-by-bias", name, of),
        });
        return [name, quantity, ...cells, timeScale(factor)];
      })
    ),
  });
}

/** The factor for each step, fitted over all lags; NaN where too few can be told from nothing. */
function rate(shares: readonly number[]): number {
  return shares.length < 2 || shares[1] === 0 ? NaN : fitDecay(shares).rate;
}
