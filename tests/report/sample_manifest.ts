import type { MachineRecord, Manifest } from "../../src/result/result.ts";
import { estimate, metric } from "./sample_claims.ts";
import { sampleResult } from "./sample_result.ts";

/**
 * Returns a record of another machine than the one that builds the site: times by length for two
 * cells, with a figure and a metric.
 */
export function sampleMachine(): MachineRecord {
  return {
    os: "freebsd",
    arch: "aarch64",
    cores: 8,
    metrics: [
      metric(
        { id: "step-time", label: "time of a training step of the LSTM", unit: "ms" },
        estimate(4.2, 0.6, 5),
      ),
    ],
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

/** A manifest with a run for each of these experiments. */
export function sampleManifest(ids: readonly string[]): Manifest {
  return {
    format: "unroll-manifest-5",
    date: "2026-01-02T03:04:05.000Z",
    profile: "standard",
    backend: sampleResult().backend,
    environment: {
      os: "linux",
      arch: "x86_64",
      cores: 2,
      runtime: { name: "deno", version: "2.9.6", v8: "14.0", typescript: "5.9" },
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
    files: {},
  };
}
