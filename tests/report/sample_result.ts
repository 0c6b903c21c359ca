import type { Figure } from "../../src/result/figure.ts";
import type { Result } from "../../src/result/result.ts";
import { estimate, metric, sampleChecks, sampleClaims, sampleUnmeasured } from "./sample_claims.ts";
import { accuracyTable, decayTable, eigenvalueTable, gains, seedsTable } from "./sample_tables.ts";

const decayFigure: Figure = {
  kind: "chart",
  id: "gradient-decay",
  title: "The gradient vanishes below gain 1",
  caption:
    "Norm of the gradient of the last loss with respect to h_(T-k), divided by its value at " +
    "lag 0. Symbols: mean over 10 seeds; bands: 95 % intervals; dashed: g^k.",
  alt: "Four lines against lag; those with a gain below 1 fall by many decades.",
  x: { label: "lag k", unit: "steps", scale: "linear" },
  y: { label: "relative norm of the gradient", scale: "log" },
  series: gains,
  seriesLabel: "gain of W_hh",
  layers: [
    { mark: "band", table: "decay", x: "lag", low: "low", high: "high", series: "gain" },
    {
      ...{ mark: "line", table: "decay", x: "lag", y: "theory", series: "gain" },
      ...{ role: "theory", label: "g^k" },
    },
    { mark: "line", table: "decay", x: "lag", y: "norm", series: "gain", role: "measured" },
    { mark: "rule", axis: "y", value: 1e-7, label: "resolution of 32-bit floats" },
  ],
};

const eigenvalueFigure: Figure = {
  kind: "chart",
  id: "eigenvalues",
  title: "Eigenvalues of the recurrent weights",
  caption: "Each symbol is an eigenvalue of W_hh at H = 64, one draw. n = 1.",
  alt: "Points in the complex plane inside two circles.",
  x: { label: "real part", scale: "linear" },
  y: { label: "imaginary part", scale: "linear" },
  series: ["default", "Glorot"],
  seriesLabel: "initialisation",
  aspect: "equal",
  layers: [
    { mark: "point", table: "eigenvalues", x: "re", y: "im", series: "init" },
    { mark: "circle", radius: 1, label: "unit circle" },
    { mark: "circle", radius: 0.61, label: "radius 0.61" },
  ],
};

const facetFigure: Figure = {
  kind: "chart",
  id: "accuracy",
  title: "Accuracy by length and task",
  caption: "Share of symbols right. Symbols: mean over 10 seeds; bands: 95 % intervals.",
  alt: "Three charts, one for each task; accuracy falls with length, last for the GRU.",
  x: { label: "length of the sequence", unit: "steps", scale: "log" },
  y: { label: "accuracy", scale: "linear", domain: [0, 1] },
  series: ["RNN", "LSTM", "GRU"],
  facet: "task",
  layers: [
    { mark: "band", table: "accuracy", x: "length", low: "low", high: "high", series: "cell" },
    {
      mark: "line",
      table: "accuracy",
      x: "length",
      y: "accuracy",
      series: "cell",
      role: "measured",
    },
    { mark: "rule", axis: "y", value: 0.125, label: "chance" },
  ],
};

const drawing: Figure = {
  kind: "drawing",
  id: "unfolding",
  title: "A recurrent network, folded and unfolded in time",
  caption: "The same weights are used at every step.",
  alt: "A cell with a loop, then the same cell drawn once for each of eight steps.",
  drawing: "rnn-unfolding",
  options: { steps: 8 },
};

/** A result with every kind of entry. */
export function sampleResult(id = "vanishing-gradients"): Result {
  return {
    format: "unroll-result-2",
    experiment: {
      id,
      title: id === "vanishing-gradients" ? "Vanishing gradients" : "Gates of an LSTM",
      question: "How fast does the gradient fall with the lag, and does theory say so?",
      version: 1,
    },
    parameters: { hiddenSize: 64, gains: [0.5, 0.9, 1, 1.5], cell: "rnn", learningRate: 0.00001 },
    seeds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    backend: {
      name: "webgpu",
      adapter: {
        description: "llvmpipe (LLVM 19.1.7, 256 bits)",
        vendor: "mesa",
        architecture: "",
        kind: "software",
      },
      versions: { deno: "2.9.6", tfjs: "4.22.0" },
    },
    metrics: [
      metric(
        { id: "half-life", label: "half-life at gain 0.9", unit: "steps" },
        estimate(6.68, 0.21),
      ),
      metric({ id: "radius", label: "spectral radius of W_hh" }, estimate(0.612, 0.021)),
    ],
    tables: [decayTable(), eigenvalueTable(), accuracyTable(), seedsTable()],
    figures: [drawing, decayFigure, eigenvalueFigure, facetFigure],
    claims: sampleClaims,
    unmeasured: sampleUnmeasured,
    checks: sampleChecks,
  };
}
