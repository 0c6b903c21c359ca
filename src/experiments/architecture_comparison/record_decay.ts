import {
  architectures,
  candidateName,
  candidateNames,
  isMatched,
  type Matching,
  matchings,
} from "../architectures.ts";
import { relative } from "../ratios.ts";
import { initialisations } from "../sequence_network.ts";
import { longestRates, type Measured } from "./measure.ts";
import { type Context, longest, sortedLengths } from "./parameters.ts";
import { cappedTimeScale } from "./record_training.ts";

/**
 * The largest number of lags in a figure. At larger lags a gradient is below the rounding of
 * float32.
 */
const MOST_LAGS = 50;

/** The largest relative rounding error of float32. */
const ROUNDING = 2 ** -24;

/** Names of the figures, by matching. */
const ids: Readonly<Record<Matching, string>> = {
  "same hidden size": "gradient-by-lag",
  "matched parameters": "gradient-by-lag-matched",
};

/** The first sentence of the captions, by matching. */
const finding: Readonly<Record<Matching, string>> = {
  "same hidden size": "A straight line is an exponential decay, and a steeper one is faster.",
  "matched parameters": "The same with larger RNNs and GRUs.",
};

/** Records the gradient of the last step's loss by lag, relative to that at lag 0. */
export function recordLags(context: Context, measured: readonly Measured[]): void {
  for (const matching of matchings) recordMatching(context, measured, matching);
}

/** Records the gradient by lag of the networks of a matching. */
function recordMatching(
  context: Context,
  measured: readonly Measured[],
  matching: Matching,
): void {
  const T = longest(context);
  const lags = Array.from({ length: Math.min(T, MOST_LAGS + 1) }, (_, k) => k);
  context.curves({
    id: ids[matching],
    title: `Gradient with respect to the inputs by lag, ${matching}`,
    names: [
      { name: "initialisation", label: "initial weights" },
      { name: "network", label: "network" },
    ],
    x: { name: "lag", label: "lag k", unit: "steps", values: lags },
    value: { label: "norm of ∂L/∂x_(T-k) over that at lag 0", statistic: "geometric-mean" },
    curves: measured.filter(({ candidate }) => isMatched(candidate, matching))
      .map(({ initialisation, candidate, byLag }) => ({
        names: [initialisation, candidate.architecture],
        values: byLag.map(relative),
      })),
    figure: {
      title: `The gradient by lag, ${matching}`,
      caption: `${finding[matching]} ‖∂L/∂x_(T-k)‖ relative to lag 0, T = ${T}, loss on the last ` +
        `step alone. Lags from 0 to ${
          lags.length - 1
        }: below 6·10⁻⁸ (rule), the relative rounding ` +
        "of float32, a gradient is lost in a sum with the one at lag 0. Geometric mean over " +
        `${context.seeds.length} seeds; bands: pointwise 95 % intervals over seeds.`,
      alt:
        `A chart for each way of starting (${initialisations.join("; ")}): the relative norm of ` +
        `the gradient on a log axis against the lag, from 0 to ${
          lags.length - 1
        } steps, a line with ` +
        `a band for each of ${architectures.join(", ")}, and a rule at the rounding of float32.`,
      y: { label: "relative norm of ∂L/∂x", scale: "log" },
      series: "network",
      facet: "initialisation",
      under: [{ mark: "rule", axis: "y", value: ROUNDING, label: "float32 rounding" }],
    },
  });
}

const factor = { label: "per-step decay factor", statistic: "geometric-mean" } as const;
const initialWeights = { name: "initialisation", label: "initial weights" };
const network = { name: "network", label: "network" };

/** Records the per-step decay factor of every network before training. */
export function recordDecay(context: Context, measured: readonly Measured[]): void {
  recordLongest(context, measured);
  recordTimeScales(context, measured);
  recordLengths(context, measured);
}

/** Records the decay factor of every network at the longest length. */
function recordLongest(context: Context, measured: readonly Measured[]): void {
  context.intervals({
    id: "decay",
    title: "Per-step decay factor before training, fitted over all lags",
    names: [initialWeights, network],
    value: factor,
    rows: measured.map((one) => ({
      names: [one.initialisation, candidateName(one.candidate)],
      values: longestRates(one),
    })),
    figure: {
      title: "Per-step decay factor before training",
      caption:
        "The further right, the further back a gradient reaches. Factor by which the norm of " +
        "∂L/∂x changes for each step back, by a straight line through its logarithm over all lags " +
        `at T = ${longest(context)}. Geometric mean over ${context.seeds.length} seeds with its ` +
        "95 % interval.",
      alt: `A chart for each initialisation (${initialisations.join("; ")}): for each network a ` +
        "symbol at its per-step decay factor, with an interval, and a rule at 1.",
      y: { column: "network", names: candidateNames },
      facet: "initialisation",
      under: [{ mark: "rule", axis: "x", value: 1, label: "nothing lost" }],
    },
  });
}

/** Records how far back gradients reach in networks of the same hidden size with Glorot weights. */
function recordTimeScales(context: Context, measured: readonly Measured[]): void {
  const [, glorot] = initialisations;
  for (const one of measured) {
    const { candidate, initialisation } = one;
    if (initialisation !== glorot || !isMatched(candidate, "same hidden size")) continue;
    const { architecture } = candidate;
    context.metric({
      id: `time-scale-${architecture.toLowerCase()}`,
      label: `steps back after which 1/e of the gradient of the ${architecture} is left, before ` +
        "training, normal inputs, Glorot weights",
      unit: "steps",
      statistic: "geometric-mean",
      values: longestRates(one).map((rate) => cappedTimeScale(rate, longest(context))),
    });
  }
}

/** Records the decay factor by sequence length. */
function recordLengths(context: Context, measured: readonly Measured[]): void {
  const lengths = sortedLengths(context);
  const same = measured.filter(({ candidate }) => isMatched(candidate, "same hidden size"));
  context.curves({
    id: "decay-by-length",
    title: "Per-step decay factor by sequence length, same hidden size",
    names: [initialWeights, network],
    x: { name: "length", label: "sequence length T", unit: "steps", values: lengths },
    value: factor,
    curves: same.map(({ initialisation, candidate: { architecture }, rates }) => ({
      names: [initialisation, architecture],
      values: rates,
    })),
    figure: {
      title: "Per-step decay factor by length",
      caption:
        "Where a line is flat, the factor does not depend on the length. The same hidden size. " +
        `Geometric mean over ${context.seeds.length} seeds; bands: pointwise 95 % intervals over ` +
        "seeds.",
      alt: `A chart for each initialisation (${initialisations.join("; ")}): the factor against ` +
        `lengths from ${lengths[0]} to ${lengths.at(-1)} steps, a line with a band for each of ` +
        `${architectures.join(", ")}.`,
      series: "network",
      facet: "initialisation",
    },
  });
}
