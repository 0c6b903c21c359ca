import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { stableStringify } from "../../src/core/json.ts";
import { Random } from "../../src/core/random.ts";
import type { Result } from "../../src/core/result.ts";
import { compare } from "../../src/experiments/compare.ts";
import { resolveParameters } from "../../src/experiments/parameters.ts";
import { runExperiment, type RunOptions } from "../../src/experiments/run.ts";
import { contextLosses, contexts } from "../../src/experiments/text_generation/context_losses.ts";
import { expectedLeak } from "../../src/experiments/text_generation/texts.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { tokenLosses } from "../../src/training/token_losses.ts";
import { textGeneration } from "../../src/experiments/text_generation.ts";
import type { parameters as shape } from "../../src/experiments/text_generation/parameters.ts";
import { type BackendName, forEachBackend, onBackend } from "../backends.ts";
import { rows } from "./rows.ts";
import { assertClose, tolerance } from "../tolerance.ts";

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

const onCpu = await measure("cpu");

forEachBackend("text-generation finds the same numbers", async (name) => {
  // Two seeds are enough for the backends to be told apart.
  const [found, wanted] = name === "cpu"
    ? [await measure(name), onCpu]
    : [await measure(name, {}, { seeds: [1, 2] }), await measure("cpu", {}, { seeds: [1, 2] })];
  // A token that is drawn may be another where probabilities are near each other.
  const losses = (result: Result) =>
    result.tables.filter(({ id }) => /^(curves|position|context|perplexity|bits|step)/.test(id));
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
  // Every character, UNK and END may come next.
  const vocabulary = Number(rows(result, "sizes")[7]?.[1]);
  assert(Math.abs((bits[0] ?? 0) - Math.log2(vocabulary + 2)) < 0.05);
});

Deno.test("nothing is said of a file that cannot be read or holds too little", async () => {
  await assertRejects(
    () => measure("cpu", { corpus: "a.txt" }),
    InputError,
    "readFile of the run's options must be given where a file is read, found undefined",
  );
  const wrong: (readonly [Record<string, unknown>, string, string])[] = [
    [{}, "One paragraph.\n", "the documents of a.txt must be 2 or more, found 1"],
    [{}, "One.\n\nTwo.\n", "characters to learn from must be 961 or more"],
    [{ maxHeldOut: 100 }, text.join("\n\n"), "held-out characters must be 128 or more, found 100"],
    [{ maxCharacters: 1000 }, "a".repeat(9000), "maxCharacters must be so many that 2 documents"],
  ];
  for (const [set, content, message] of wrong) {
    const readFile = () => Promise.resolve(new Blob([content]).stream());
    // Before any training.
    const onProgress = () => assert(false);
    const run = () => measure("cpu", { corpus: "a.txt", ...set }, { readFile, onProgress });
    await assertRejects(run, InputError, message);
  }
});

Deno.test("what is generated is there for every prompt and strategy", () => {
  for (const id of ["samples-sentences", "samples-characters"]) {
    const pairs = rows(onCpu, id).map(([strategy, text]) => {
      return `${strategy} ${String(text).split(" ▸ ")[0]}`;
    });
    assertEquals(new Set(pairs).size, 4 * 6);
  }
  for (const [, , value] of rows(onCpu, "repeated")) {
    assert(value === null || (Number(value) >= 0 && Number(value) <= 1));
  }
});

Deno.test("the tutorial's windows are counted, and what it holds out of what it trains on", () => {
  // Sentences of 15, 14, 13 and 13 tokens are longer than a window of 12: 3 + 2 + 1 + 1.
  assertEquals(rows(onCpu, "windows").slice(0, 4).map((row) => row[1]), [4, 7, 5, 2]);
  assertEquals(rows(onCpu, "windows")[5]?.[1], 20);
  const leak = expectedLeak([3, 2, 1, 1], 2);
  assertEquals(rows(onCpu, "windows")[4]?.[3], leak);
  // By counting all pairs of held-out windows.
  const sentences = [0, 0, 0, 1, 1, 2, 3];
  let [found, pairs] = [0, 0];
  for (let i = 0; i < 7; i++) {
    for (let j = 0; j < i; j++) {
      const trained = sentences.filter((_, window) => window !== i && window !== j);
      for (const held of [i, j]) {
        found += Number(trained.some((sentence) => sentence === sentences[held]));
        pairs += 1;
      }
    }
  }
  assertClose([leak], [found / pairs], tolerance.rounding);
});

Deno.test("of the words that training has, models are asked for as many, and know more", () => {
  const sizes = new Map(rows(onCpu, "sizes").map(([what, value]) => [what, Number(value)]));
  const share = sizes.get("words: share of the held-out ones that training has") ?? NaN;
  assert(share > 0.2 && share < 0.6, `${share}`);
  const perplexity = rows(onCpu, "perplexity-sentences");
  assertEquals(perplexity.length, 12);
  for (let i = 0; i < 4; i++) {
    assert(Number(perplexity[i]?.[2]) > Number(perplexity[i + 6]?.[2]), `row ${i}`);
  }
});

Deno.test("what is known of a character is as long as it is said to be", async () => {
  await onBackend("cpu", async () => {
    const random = new Random(1);
    const sizes = { vocabularySize: 9, embeddingDim: 3, hiddenSize: 4, random };
    const model = languageModel(sizes);
    const ids = Int32Array.from({ length: 70 }, () => random.integer(4, 8));
    const losses = await contextLosses(model, ids, (id) => id !== 5);
    const wanted = await Promise.all(contexts.map(async (length) => {
      const places = [64, 65, 66, 67, 68, 69].filter((place) => ids[place] !== 5);
      const each = await Promise.all(places.map(async (place) => {
        const field = (first: number) => ({
          shape: [length, 1],
          data: ids.slice(place - length + first, place + first),
        });
        const batch = { x: field(0), target: field(1) };
        return (await tokenLosses(model, [batch], { ignoreIndex: 0 })).byStep.at(-1) ?? NaN;
      }));
      return each.reduce((sum, loss) => sum + loss / each.length, 0);
    }));
    assertClose(losses, wanted, tolerance.steps);
    model.dispose();
  });
});
