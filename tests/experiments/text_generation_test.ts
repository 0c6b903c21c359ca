import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { stableStringify } from "../../src/core/json.ts";
import type { Result } from "../../src/core/result.ts";
import { compare } from "../../src/experiments/compare.ts";
import { resolveParameters } from "../../src/experiments/parameters.ts";
import { runExperiment, type RunOptions } from "../../src/experiments/run.ts";
import { textGeneration } from "../../src/experiments/text_generation.ts";
import type { parameters as shape } from "../../src/experiments/text_generation/parameters.ts";
import { type BackendName, forEachBackend, onBackend } from "../backends.ts";
import { tolerance } from "../tolerance.ts";

const backend = { name: "cpu", adapter: null, versions: {} } as const;
const small = {
  ...{ embeddingDim: 3, hiddenSize: 4, epochs: 3, generated: 4, maxCharacters: 40_000 },
  ...{ maxHeldOut: 200, characterEmbedding: 3, characterHidden: 4, characterBatch: 60 },
  ...{ characterLength: 16, checks: 2, characterGenerated: 20 },
};

/** Paragraphs of a file that is no novel. */
const text = Array.from(
  { length: 30 },
  (_, i) => `${i} small words of a small text, ${i * i}.`.repeat(8),
);

/** The result on a backend, described alike for all, so that only what was measured differs. */
function measure(
  name: BackendName,
  set: Record<string, unknown> = {},
  options: Partial<RunOptions<typeof shape>> = {},
): Promise<Result> {
  const parameters = resolveParameters(textGeneration.parameters, { ...small, ...set });
  const seeds = [1, 2, 3, 4, 5];
  return onBackend(name, async () => {
    const run = { parameters, seeds, backend, ...options };
    const { result } = await runExperiment(textGeneration, run);
    return result;
  });
}

function rows(result: Result, id: string) {
  const table = result.tables.find((one) => one.id === id);
  assert(table, `there is no table ${id}`);
  return table.rows;
}

const onCpu = await measure("cpu");

forEachBackend("text-generation finds the same numbers", async (name) => {
  // Two seeds are enough for the backends to be told apart.
  const [found, wanted] = name === "cpu"
    ? [await measure(name), onCpu]
    : [await measure(name, {}, { seeds: [1, 2] }), await measure("cpu", {}, { seeds: [1, 2] })];
  // A token that is drawn may be another where probabilities are near each other.
  const losses = (result: Result) =>
    result.tables.filter(({ id }) => /^(curves|position|perplexity|bits|step)/.test(id));
  const { numbers, differences } = compare(
    JSON.parse(stableStringify(losses(wanted))),
    JSON.parse(stableStringify(losses(found))),
    tolerance.steps.relative,
  );
  assert(numbers > 100);
  assertEquals(differences, []);
});

Deno.test("a file of the user's is read, and the baselines know what they should", async () => {
  const opened: string[] = [];
  const result = await measure("cpu", { corpus: "small.txt", characterBatch: 8 }, {
    readFile: (path) => {
      opened.push(path);
      return Promise.resolve(new Blob([text.join("\n\n")]).stream());
    },
  });
  assertEquals(opened, ["small.txt"]);
  const named = resolveParameters(textGeneration.parameters, { corpus: "small.txt" });
  assertEquals(textGeneration.files?.(named), ["small.txt"]);
  assertEquals(textGeneration.files?.(resolveParameters(textGeneration.parameters, {})), []);
  assertEquals(rows(result, "texts")[1], ["small.txt", "small.txt", "not stated"]);
  // In a text of one pattern a longer n-gram knows more.
  const bits = rows(result, "bits-characters").slice(0, 4).map((row) => Number(row[1]));
  bits.slice(1).forEach((value, i) => assert(value < (bits[i] ?? 0), bits.join()));
  const vocabulary = Number(rows(result, "sizes")[6]?.[1]);
  assert(Math.abs((bits[0] ?? 0) - Math.log2(vocabulary - 2)) < 0.05);
});

Deno.test("nothing is said of a file that cannot be read or holds too little", async () => {
  await assertRejects(
    () => measure("cpu", { corpus: "a.txt" }),
    InputError,
    "readFile of the run's options must be given where a file is read, found undefined",
  );
  const readFile = () => Promise.resolve(new Blob(["One paragraph.\n"]).stream());
  await assertRejects(() => measure("cpu", { corpus: "a.txt" }, { readFile }), InputError);
});

Deno.test("what is generated is there for every prompt and strategy", () => {
  for (const id of ["samples-sentences", "samples-characters"]) {
    const pairs = new Set(rows(onCpu, id).map(([prompt, strategy]) => `${prompt} ${strategy}`));
    assertEquals(pairs.size, 4 * 6);
  }
  for (const [, , value] of rows(onCpu, "repeated")) {
    assert(value === null || (Number(value) >= 0 && Number(value) <= 1));
  }
});

Deno.test("the tutorial's windows are counted", () => {
  // Sentences of 15, 14, 13 and 13 tokens are longer than a window of 12: 3 + 2 + 1 + 1.
  assertEquals(rows(onCpu, "windows")[0]?.[1], 7);
  const leak = onCpu.metrics.find(({ id }) => id === "leak")?.estimate.value ?? NaN;
  assert(leak > 0 && leak <= 1);
});

Deno.test("the rules of a figure and its table are the same models", () => {
  const [, unigram] = rows(onCpu, "perplexity-sentences");
  const figure = onCpu.figures.find(({ id }) => id === "curves-sentences");
  assert(figure?.kind === "chart");
  const rule = figure.layers.find(({ mark }) => mark === "rule");
  assert(rule?.mark === "rule");
  assertEquals([unigram?.[0], unigram?.[1]], ["unigram", rule.value]);
});
