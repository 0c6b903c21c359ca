import type { Manifest, Result } from "../../src/result/result.ts";
import { machineSchema, resultSchema } from "../../src/result/result_schema.ts";
import { parseJson } from "../../src/core/schema.ts";
import { sampleMachine, sampleManifest } from "./sample_manifest.ts";
import { sampleResult } from "./sample_result.ts";

/** Text that must never reach a page as markup. */
export const hostile = `"><img src=x onerror=alert(1)></script><script>alert('&')</script>{{x}}`;

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
  "os",
  "arch",
]);

/** A result with hostile text in every text field. */
export function hostileResult(): Result {
  const source = { ...sampleResult(), parameters: { cell: "rnn", [hostile]: [hostile, 1] } };
  return parseJson(resultSchema, hostileText(source), "hostile result");
}

/** A manifest with hostile text in every text field. */
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
