import { Random } from "../../src/core/random.ts";
import type { Table } from "../../src/result/result.ts";
import { labels } from "./sample_claims.ts";

/** The gains of the sample, as series. */
export const gains = ["0.5", "0.9", "1.0", "1.5"];

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

/** Radii by size with their interval, and the values of ten seeds behind them. */
export function seedsTable(): Table {
  const random = new Random(4);
  const sizes = [16, 64];
  const values = sizes.map(() => labels.map(() => 1 + 0.1 * random.normal()));
  const means = values.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length);
  return {
    id: "radius-by-size",
    title: "Spectral radius by size",
    columns: [
      { name: "size", label: "H" },
      { name: "value", label: "spectral radius" },
      { name: "low", label: "lower end of the 95 % interval" },
      { name: "high", label: "upper end of the 95 % interval" },
    ],
    rows: sizes.map((size, i) => [
      ...[size, means[i] ?? null, (means[i] ?? 0) - 0.1, (means[i] ?? 0) + 0.1],
    ]),
    samples: { statistic: "mean", labels, values },
  };
}
