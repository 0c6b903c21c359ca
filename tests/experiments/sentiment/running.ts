import { trainBaselines } from "../../../src/experiments/sentiment/baselines.ts";
import { sentiment } from "../../../src/experiments/sentiment/experiment.ts";
import { trainNetworks } from "../../../src/experiments/sentiment/networks.ts";
import type { Findings } from "../../../src/experiments/sentiment/outcomes.ts";
import {
  type Context,
  parameters as shape,
  type Values,
} from "../../../src/experiments/sentiment/parameters.ts";
import { recordFindings } from "../../../src/experiments/sentiment/record.ts";
import { openTexts } from "../../../src/experiments/sentiment/texts.ts";
import { defineExperiment } from "../../../src/harness/experiment.ts";
import { resolveParameters } from "../../../src/harness/parameters.ts";
import { type Run, runExperiment, type RunOptions } from "../../../src/harness/run.ts";
import type { Result } from "../../../src/result/result.ts";
import { type BackendName, onBackend } from "../../backends.ts";

/** The seeds of small runs. */
export const seeds = [3, 8];

const backend = { name: "cpu", adapter: null, versions: {} } as const;

/** Parameters of small runs. Few texts make batches smaller and epochs more. */
export const small = {
  ...{ maxTexts: 90, folds: 3, embeddingDim: 3, hiddenSize: 2, epochs: 1, batchSize: 200 },
  ...{ sizes: [30, 40], permutations: 3, maxLength: 12, dropout: 0.2 },
};

/** The options of a small run, some of which a test replaces. */
export type SmallOptions = Partial<RunOptions<typeof shape>>;

/** Returns all parameters of a small run. */
export function valuesOf(set: Record<string, unknown> = {}): Values {
  return resolveParameters(shape, { ...small, ...set });
}

/**
 * Runs the experiment on a backend. The backend has the same description in all results, so that
 * only measurements differ.
 */
export function run(
  name: BackendName,
  set: Record<string, unknown> = {},
  options: SmallOptions = {},
): Promise<Run> {
  return onBackend(name, () => {
    return runExperiment(sentiment, { parameters: valuesOf(set), seeds, backend, ...options });
  });
}

/** Runs the experiment on a backend, and returns the result. */
export async function measure(...args: Parameters<typeof run>): Promise<Result> {
  return (await run(...args)).result;
}

/** Calls a function with the context of a run that records nothing. */
export function within<T>(
  name: BackendName,
  set: Record<string, unknown>,
  use: (context: Context) => T | Promise<T>,
  options: SmallOptions = {},
): Promise<T> {
  const found: T[] = [];
  const experiment = defineExperiment({
    ...sentiment,
    parameters: shape,
    hypotheses: { claims: {}, checks: {} },
    run: async (context) => {
      found.push(await use(context));
    },
  });
  return onBackend(name, async () => {
    await runExperiment(experiment, { parameters: valuesOf(set), seeds, backend, ...options });
    for (const value of found) return value;
    throw new Error("the function was not called");
  });
}

/** Runs the experiment, and returns the findings that its result is computed from, too. */
export async function measureWithFindings(
  name: BackendName,
  set: Record<string, unknown> = {},
): Promise<{ readonly result: Result; readonly findings: Findings }> {
  const found: Findings[] = [];
  const experiment = defineExperiment({
    ...sentiment,
    parameters: shape,
    run: async (context) => {
      const texts = await openTexts(context);
      const baselines = await trainBaselines(context, texts);
      const networks = await trainNetworks(context, texts);
      const findings = { texts, networks, baselines };
      found.push(findings);
      await recordFindings(context, findings);
    },
  });
  return await onBackend(name, async () => {
    const options = { parameters: valuesOf(set), seeds, backend };
    const { result } = await runExperiment(experiment, options);
    for (const findings of found) return { result, findings };
    throw new Error("the experiment did not run");
  });
}

/** A row of a file of labelled texts. */
export type Row = Readonly<Record<string, string | number | boolean>>;

/** Returns the option that opens a file with these contents under every path. */
export function fileOf(content: string | Uint8Array<ArrayBuffer>): SmallOptions {
  return { readFile: () => Promise.resolve(new Blob([content]).stream()) };
}

/** Returns rows as JSON lines. */
export function jsonLines(rows: readonly Row[]): string {
  return rows.map((row) => JSON.stringify(row)).join("\n");
}

/**
 * Returns texts of five words in turn of each class. Two words of a text are those of its class, and
 * one occurs in no other text.
 */
export function plainRows(
  count: number,
  classes: readonly string[],
): { readonly text: string; readonly label: string }[] {
  return Array.from({ length: count }, (_, i) => {
    const c = i % classes.length;
    return { text: `the word${i % 7} sign${c} mark${c} number${i}`, label: classes[c] ?? "" };
  });
}
