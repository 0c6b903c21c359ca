import type { Figure } from "../../src/core/figure.ts";
import type { Page } from "../../src/report/markdown.ts";
import { Random } from "../../src/core/random.ts";
import { machineSchema, parseJson, resultSchema } from "../../src/core/result_schema.ts";
import type {
  Claim,
  Estimate,
  MachineRecord,
  Manifest,
  Result,
  Table,
} from "../../src/core/result.ts";

/** Text that must never reach a page as markup. */
export const hostile = `"><img src=x onerror=alert(1)></script><script>alert('&')</script>{{x}}`;

/** An estimate with an interval about its value. */
export function estimate(value: number, half: number, n = 10): Estimate {
  return {
    value,
    low: value - half,
    high: value + half,
    n,
    confidence: 0.95,
    method: "mean, BCa bootstrap, 10000 resamples",
  };
}

const gains = ["0.5", "0.9", "1.0", "1.5"];

/** Decay by lag for four gains, over many decades, with theory. */
export function decayTable(): Table {
  const random = new Random(1);
  const rows = gains.flatMap((gain) =>
    Array.from({ length: 41 }, (_, lag) => {
      const theory = Math.min(Number(gain), 1.06) ** lag;
      const mean = theory * Math.exp(0.1 * random.normal() * Math.sqrt(lag));
      const spread = 1 + 0.04 * lag;
      return [gain, lag, mean, mean / spread, mean * spread, theory];
    })
  );
  return {
    id: "decay",
    title: "Gradient norm by lag",
    columns: [
      { name: "gain", label: "gain of W_hh" },
      { name: "lag", label: "lag k", unit: "steps" },
      { name: "norm", label: "norm of the gradient" },
      { name: "low", label: "lower end of the interval" },
      { name: "high", label: "upper end of the interval" },
      { name: "theory", label: "g^k" },
    ],
    rows,
  };
}

/** Eigenvalues in the complex plane, at two initialisations. */
export function eigenvalueTable(): Table {
  const random = new Random(2);
  const rows = ["default", "Glorot"].flatMap((init, i) =>
    Array.from({ length: 64 }, () => {
      const radius = (i === 0 ? 0.58 : 1.02) * Math.sqrt(random.uniform());
      const angle = 2 * Math.PI * random.uniform();
      return [init, radius * Math.cos(angle), radius * Math.sin(angle)];
    })
  );
  return {
    id: "eigenvalues",
    title: "Eigenvalues of W_hh",
    columns: [
      { name: "init", label: "initialisation" },
      { name: "re", label: "real part" },
      { name: "im", label: "imaginary part" },
    ],
    rows,
  };
}

/** Accuracy by length for three cells and three tasks. */
export function accuracyTable(): Table {
  const random = new Random(3);
  const rows = ["copy", "adding", "pattern"].flatMap((task, t) =>
    ["RNN", "LSTM", "GRU"].flatMap((cell, c) =>
      [5, 10, 20, 40, 80].map((length) => {
        const mean = 1 / (1 + Math.exp((Math.log2(length) - 3.5 - c - t * 0.6) * 1.3));
        const half = 0.03 + 0.03 * random.uniform();
        return [
          task,
          cell,
          length,
          mean,
          Math.max(0, mean - half),
          Math.min(1, mean + half),
        ];
      })
    )
  );
  return {
    id: "accuracy",
    title: "Accuracy by length",
    columns: [
      { name: "task", label: "task" },
      { name: "cell", label: "cell" },
      { name: "length", label: "length", unit: "steps" },
      { name: "accuracy", label: "accuracy" },
      { name: "low", label: "lower end" },
      { name: "high", label: "upper end" },
    ],
    rows,
  };
}

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
    { mark: "line", table: "decay", x: "lag", y: "theory", series: "gain", role: "theory" },
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

const claims: readonly Claim[] = [
  {
    id: "vanishing",
    statement: "With a gain of 0.5 the gradient at lag 20 is below 1e-4 of its first value.",
    source: "Pascanu et al., 2013",
    measure: "relative norm at lag 20",
    estimate: {
      ...estimate(1.2e-5, 0.3e-5),
    },
    threshold: { relation: "below", value: 1e-4 },
    verdict: "supported",
  },
  {
    id: "stable",
    statement: "The spectral radius of PyTorch's default weights is above 1.",
    source: "the notebook",
    measure: "spectral radius of W_hh at H = 64",
    estimate: estimate(0.612, 0.021),
    threshold: { relation: "above", value: 1 },
    verdict: "refuted",
  },
  {
    id: "lag",
    statement: "The half-life at gain 0.9 is that of theory.",
    measure: "lag at which the norm has halved",
    unit: "steps",
    estimate: { ...estimate(6.7, 0), low: null, high: null, n: 2 },
    threshold: { relation: "within", low: 6, high: 7 },
    verdict: "inconclusive",
  },
];

/** A result with every kind of entry. */
export function sampleResult(id = "vanishing-gradients"): Result {
  return {
    format: "unroll-result-1",
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
      {
        id: "half-life",
        label: "half-life at gain 0.9",
        unit: "steps",
        estimate: estimate(6.68, 0.21),
      },
      { id: "radius", label: "spectral radius of W_hh", estimate: estimate(0.612, 0.021) },
    ],
    tables: [decayTable(), eigenvalueTable(), accuracyTable()],
    figures: [drawing, decayFigure, eigenvalueFigure, facetFigure],
    claims,
  };
}

/** Times by length for two cells, with a figure and a metric of them. */
export function sampleMachine(): MachineRecord {
  return {
    metrics: [{
      id: "step-time",
      label: "time of a training step of the LSTM",
      unit: "ms",
      estimate: estimate(4.2, 0.6, 5),
    }],
    tables: [{
      id: "times",
      title: "Time of a training step by length",
      columns: [
        { name: "cell", label: "cell" },
        { name: "length", label: "length", unit: "steps" },
        { name: "time", label: "time", unit: "ms" },
      ],
      rows: ["RNN", "LSTM"].flatMap((cell, c) =>
        [5, 10, 20, 40, 80].map((length) => [cell, length, (1 + c) * (0.3 + 0.04 * length)])
      ),
    }],
    figures: [{
      kind: "chart",
      id: "time-by-length",
      title: "Time of a training step",
      caption: "Symbols: median of 5 rounds.",
      alt: "Two lines against length, both rising; that of the LSTM is higher.",
      x: { label: "length of the sequence", unit: "steps", scale: "log" },
      y: { label: "time", unit: "ms", scale: "log" },
      series: ["RNN", "LSTM"],
      layers: [
        {
          mark: "line",
          table: "times",
          x: "length",
          y: "time",
          series: "cell",
          role: "measured",
        },
      ],
    }],
  };
}

const hostileKeys = new Set([
  "title",
  "question",
  "caption",
  "alt",
  "label",
  "unit",
  "seriesLabel",
  "statement",
  "source",
  "measure",
  "method",
  "description",
  "vendor",
  "cell",
]);

/** A result with hostile text in every field that takes words. */
export function hostileResult(): Result {
  const source = { ...sampleResult(), parameters: { cell: "rnn", [hostile]: [hostile, 1] } };
  return parseJson(resultSchema, hostileText(source), "hostile result");
}

/** A manifest with hostile text in every field that takes words. */
export function hostileManifest(id: string): Manifest {
  const manifest = sampleManifest([id]);
  const machine = parseJson(machineSchema, hostileText(sampleMachine()), "hostile machine");
  return {
    ...manifest,
    profile: hostile,
    environment: { ...manifest.environment, os: hostile, arch: hostile },
    runs: manifest.runs.map((run) => ({ ...run, machine, timings: { [hostile]: 1 } })),
  };
}

function hostileText(source: unknown): string {
  return JSON.stringify(source, (key, value) => {
    if (key === "series" && Array.isArray(value)) return value.map(swapSeries);
    if (Array.isArray(value) && value.every((cell) => typeof cell !== "object")) {
      return value.map(swapSeries);
    }
    return typeof value === "string" && hostileKeys.has(key) ? hostile : value;
  });
}

function swapSeries<T>(cell: T): T | string {
  return cell === "RNN" || cell === "copy" ? hostile : cell;
}

/** A manifest with a run for each of these experiments. */
export function sampleManifest(ids: readonly string[]): Manifest {
  return {
    format: "unroll-manifest-2",
    date: "2026-01-02T03:04:05.000Z",
    profile: "standard",
    backend: sampleResult().backend,
    environment: {
      os: "linux",
      arch: "x86_64",
      cores: 2,
      deno: "2.9.6",
      v8: "14.0",
      typescript: "5.9",
      packages: { "@tensorflow/tfjs": "4.22.0" },
    },
    commit: "0123456789abcdef0123456789abcdef01234567",
    runs: ids.map((experiment) => ({
      experiment,
      key: "9f".repeat(32),
      date: "2026-01-02T03:00:00.000Z",
      seconds: 83.4,
      timings: { train: 80, spectrum: 3.4 },
      machine: sampleMachine(),
      reused: false,
      reason: "no earlier run",
      sha256: "ab".repeat(32),
      command: `deno task ${experiment} --seeds 10`,
    })),
  };
}

/** Pages that use every binding. */
export function samplePages(): Map<string, Page> {
  const narrative = `# How gradients *vanish*: $\\rho(W_{hh})$

A recurrent network carries a state $h_t = \\tanh(W_{ih} x_t + W_{hh} h_{t-1})$ from step to step.
The gradient halves in {{metric:half-life}}, and the spectral radius is {{metric:radius.value}}
(interval {{metric:radius.interval}}, n = {{metric:radius.n}}). See {{ref:gradient-decay}} and
{{ref:eigenvalues}}, made with {{run:seeds}} seeds on \`{{run:backend}}\` ({{run:backend}}).

$$
\\frac{\\partial h_T}{\\partial h_{T-k}} = \\prod_{i=T-k+1}^{T} \\operatorname{diag}(1 - h_i^2)\\, W_{hh}
$$

{{figure:unfolding}}

## What was measured

**Claim.** {{claim:vanishing.statement}} {{claim:vanishing}} The estimate is
{{claim:vanishing.estimate}}, supported if {{claim:vanishing.threshold}}. With
{{parameter:hiddenSize}} hidden units, *the* second claim is {{claim:stable}}.

{{figure:gradient-decay}}

- one item with {{metric:half-life.low}}
- another with \`code\` and [a link](https://example.org/paper)

### A table

| a | b |
|---|--:|
| x | {{metric:radius.high}} |

{{figure:eigenvalues}}

A step takes {{metric:step-time}} ({{ref:time-by-length}}).

{{figure:time-by-length}}

{{table:times}}

\`\`\`sh
{{run:command}}
\`\`\`
`;
  const index = `# Recurrent networks, measured

What {{run:vanishing-gradients/seeds}} seeds say: the half-life is
{{metric:vanishing-gradients/half-life}}, and the first claim is
{{claim:vanishing-gradients/vanishing}} ({{ref:vanishing-gradients/gradient-decay}}).

## Findings

{{findings}}

## Experiments

{{experiments}}

{{figure:vanishing-gradients/accuracy}}

An LSTM's step takes {{metric:lstm-gates/step-time.value}} ms ({{ref:lstm-gates/time-by-length}}).

{{figure:lstm-gates/time-by-length}}

{{table:lstm-gates/times}}
`;
  return new Map([
    ["index", { path: "reports/index.md", source: index }],
    ["vanishing-gradients", { path: "reports/vanishing-gradients.md", source: narrative }],
  ]);
}
