import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { stableStringify } from "../../../src/core/json.ts";
import { Random } from "../../../src/core/random.ts";
import type { Result } from "../../../src/result/result.ts";
import { streamBatches } from "../../../src/data/text/token_batches.ts";
import { START } from "../../../src/data/text/vocabulary.ts";
import { windows } from "../../../src/data/text/windows.ts";
import { architectures } from "../../../src/experiments/architectures.ts";
import { compare } from "../../../src/harness/compare.ts";
import { resolveParameters } from "../../../src/harness/parameters.ts";
import { runExperiment, type RunOptions } from "../../../src/harness/run.ts";
import { textGeneration } from "../../../src/experiments/text_generation/experiment.ts";
import { judgeOf, readSoFar } from "../../../src/experiments/text_generation/baselines.ts";
import {
  characterNetwork,
  checkUpdates,
  heldOutBatch,
} from "../../../src/experiments/text_generation/character_model.ts";
import { readTexts } from "../../../src/experiments/text_generation/character_texts.ts";
import {
  contextBatch,
  contextLosses,
  contexts,
  LONGEST,
} from "../../../src/experiments/text_generation/context_losses.ts";
import { grownUpdates } from "../../../src/experiments/text_generation/characters.ts";
import {
  crossing,
  type parameters as shape,
} from "../../../src/experiments/text_generation/parameters.ts";
import {
  type SentenceTraining,
  trainOnSentences,
} from "../../../src/experiments/text_generation/sentence_model.ts";
import { meanSurprisal, surprisals } from "../../../src/experiments/surprisals.ts";
import { expectedLeak } from "../../../src/experiments/text_generation/record_texts.ts";
import { Embedding } from "../../../src/model/embedding.ts";
import { languageModel } from "../../../src/model/language_model.ts";
import { Linear } from "../../../src/model/linear.ts";
import { LSTM } from "../../../src/model/lstm.ts";
import { SequenceModel } from "../../../src/model/sequence_model.ts";
import { type BackendName, forEachBackend, onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { rows } from "../rows.ts";

const backend = { name: "cpu", adapter: null, versions: {} } as const;
const small = {
  ...{ embeddingDim: 3, hiddenSize: 4, epochs: 3, generated: 4, maxCharacters: 40_000 },
  ...{ maxHeldOut: 300, characterEmbedding: 3, characterHidden: 4, characterBatch: 60 },
  ...{ characterLength: 16, checks: 2, updates: 40, characterGenerated: 20, prompts: 2 },
  ...{ judgeCharacters: 20_000 },
};

/** The paragraphs of a file of the user. */
const text = Array.from(
  { length: 30 },
  (_, i) => `${i} small words of a small text, ${i * i}.`.repeat(8),
);

/**
 * Runs the experiment on a backend. The backend has the same description in all results, so that
 * only measurements differ.
 */
function measure(
  name: BackendName,
  set: Record<string, unknown> = {},
  options: Partial<RunOptions<typeof shape>> = {},
): Promise<Result> {
  const parameters = resolveParameters(textGeneration.parameters, { ...small, ...set });
  const seeds = [1, 2, 3];
  return onBackend(name, async () => {
    const run = { parameters, seeds, backend, ...options };
    const { result } = await runExperiment(textGeneration, run);
    return result;
  });
}

const onCpu = await measure("cpu");

forEachBackend("text-generation has the same numbers", async (name) => {
  // Two seeds are enough to compare backends.
  const [found, wanted] = name === "cpu"
    ? [await measure(name), onCpu]
    : [await measure(name, {}, { seeds: [1, 2] }), await measure("cpu", {}, { seeds: [1, 2] })];
  // If probabilities are close, rounding can change the drawn token, so only losses are compared.
  const losses = (result: Result) =>
    result.tables.filter(({ id }) => /^(curves|context|perplexity|bits|rate)/.test(id));
  const { numbers, differences } = compare(
    JSON.parse(stableStringify(losses(wanted))),
    JSON.parse(stableStringify(losses(found))),
    tolerance.steps.relative,
  );
  assert(numbers > 100);
  assertEquals(differences, []);
});

Deno.test("text-generation reads a file of the user, and its baselines have known losses", async () => {
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
  // In a text with one pattern, longer n-grams predict better.
  const bits = rows(result, "bits-characters").slice(0, 4).map((row) => Number(row[1]));
  bits.slice(1).forEach((value, i) => assert(value < (bits[i] ?? 0), bits.join()));
  // The uniform model predicts every character and END.
  const vocabulary = Number(sizesOf(result).get("characters: different ones"));
  assert(Math.abs((bits[0] ?? 0) - Math.log2(vocabulary + 1)) < 0.05);
  // If the whole text is used, nothing is left for a judge.
  assert(result.unmeasured.some(({ id }) => id === "predictability-network"));
  assertEquals(result.tables.some(({ id }) => id === "judged-characters"), false);
});

Deno.test("text-generation refuses a file that cannot be read or is too short", async () => {
  await assertRejects(
    () => measure("cpu", { corpus: "a.txt" }),
    InputError,
    "readFile of the run's options must be given if an experiment reads a file, found undefined",
  );
  const wrong: (readonly [Record<string, unknown>, string, string])[] = [
    [{}, "One paragraph.\n", "the documents of a.txt must be 2 or more, found 1"],
    [{}, "One.\n\nTwo.\n", "training characters must be 961 or more"],
    [{ maxHeldOut: 100 }, text.join("\n\n"), "held-out characters must be 130 or more, found 100"],
    [
      { maxCharacters: 1000 },
      "a".repeat(9000),
      "maxCharacters must be large enough for the beginning of 2 documents",
    ],
  ];
  for (const [set, content, message] of wrong) {
    const readFile = () => Promise.resolve(new Blob([content]).stream());
    // The error must occur before any training.
    const onProgress = () => assert(false);
    const run = () => measure("cpu", { corpus: "a.txt", ...set }, { readFile, onProgress });
    await assertRejects(run, InputError, message);
  }
});

Deno.test("text-generation shows a text for every prompt and strategy", () => {
  const shown = (id: string) =>
    new Set(
      rows(onCpu, id).map(([strategy, text]) => {
        return `${strategy} ${String(text).split(" ▸ ")[0]}`;
      }),
    ).size;
  assertEquals(shown("samples-sentences"), 4 * 6);
  // Six strategies, and the continuation in the text.
  assertEquals(shown("samples-characters"), 2 * 7);
  assertEquals(rows(onCpu, "judged-characters").length, 6 * 3 + 1);
  // The figure has no greedy texts, which would hide the differences of the others.
  assertEquals(rows(onCpu, "repeated-characters").length, 5 * 3 + 1);
  for (const id of ["repeated-words", "repeated-characters"]) {
    for (const row of rows(onCpu, id)) {
      const value = Number(row[id === "repeated-words" ? 1 : 2]);
      assert(value >= 0 && value <= 1, `${id}: ${row}`);
    }
  }
});

Deno.test("text-generation: the table of windows counts held-out windows of sentences in training", () => {
  // Sentences of 15, 14, 13 and 13 tokens are longer than a window of 12: 3 + 2 + 1 + 1.
  assertEquals(rows(onCpu, "windows").slice(0, 4).map((row) => row[1]), [4, 7, 5, 2]);
  assertEquals(rows(onCpu, "windows")[5]?.[1], 20);
  const leak = expectedLeak([3, 2, 1, 1], 2);
  assertEquals(rows(onCpu, "windows")[4]?.[3], leak);
  // The expected value counts all pairs of held-out windows.
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

Deno.test("text-generation: perplexity-sentences has both supports, and is lower on the smaller one", () => {
  const sizes = sizesOf(onCpu);
  const share = Number(sizes.get("words: held-out ones that training has")) /
    Number(sizes.get("words: held out"));
  assert(share > 0.2 && share < 0.6, `${share}`);
  const perplexity = rows(onCpu, "perplexity-sentences");
  assertEquals(perplexity.length, 12);
  perplexity.slice(0, 6).forEach((row, i) => {
    assert(Number(row[2]) > Number(perplexity[i + 6]?.[2]), `row ${i}`);
  });
  // The uniform model has 145 words and END.
  assertClose([Number(perplexity[0]?.[2])], [146], tolerance.rounding);
});

Deno.test("text-generation: the table of frequencies has the notebook's vocabulary and smaller ones", () => {
  const found = rows(onCpu, "frequencies").map((row) => row.slice(0, 4));
  // 149 with the four special tokens, of 191 words of all sentences.
  assertEquals(found[0], [1, 1000, 145, 191]);
  // A limit counts the special tokens.
  assertEquals(found.slice(4).map((row) => row[2]), [96, 46]);
  for (const [i, [, , words, tokens]] of found.entries()) {
    assert(i === 0 || (Number(words) < 145 && Number(tokens) < 191), `row ${i}`);
  }
});

Deno.test("text-generation records every hypothesis by its values in each seed", () => {
  assertEquals(onCpu.unmeasured, []);
  assertEquals(
    onCpu.claims.map(({ id }) => id).toSorted(),
    Object.keys(textGeneration.hypotheses.claims).toSorted(),
  );
  for (const { id, values, overlap } of onCpu.claims) {
    assertEquals(values.length, 3, id);
    // Overlapping splits: 4 of 20 sentences are held out, and 1 of 3 chapters.
    const isOfWords = /^(sentences|held-out|scheduling)-/.test(id);
    assertEquals(overlap, isOfWords ? 4 / 16 : 1 / 2, id);
  }
});

Deno.test("trainOnSentences() continues at a constant learning rate as if from the beginning", async () => {
  await onBackend("cpu", async () => {
    const set = { ...small, epochs: 4, patience: 0, learningRate: 0.1, dropout: 0.3 };
    const values = resolveParameters(textGeneration.parameters, set);
    const made = () =>
      languageModel({
        ...{ vocabularySize: 9, embeddingDim: 3, hiddenSize: 4, numLayers: 2, dropout: 0.3 },
        random: new Random(1),
      });
    const documents = [Int32Array.of(2, 4, 5, 6, 7, 3), Int32Array.of(2, 7, 5, 4, 3)];
    const cut = windows(documents, { length: 3, pad: true });
    const heldOut = windows([Int32Array.of(2, 8, 4, 3)], { length: 3, pad: true });
    const support = Array.from({ length: 9 }, (_, id) => id > 2);
    const supports = { everything: support.map(() => true), all: support, known: support };
    const run = async (patience: number, begun?: SentenceTraining) => {
      const model = made();
      const found = await trainOnSentences(
        ...[model, { ...values, patience }, { training: cut, heldOut }, supports] as const,
        ...[new Random(2), { signal: new AbortController().signal, progress() {} }, begun] as const,
      );
      model.dispose();
      return found;
    };
    // A schedule with this patience never reduces the rate.
    const whole = await run(100);
    const scheduled = await run(0);
    assert(scheduled.history.at(-1)?.learningRate !== 0.1);
    assertEquals((await run(0, scheduled)).history, whole.history);
  });
});

Deno.test("contextLosses() agrees with the loss of the last step of a forward pass", async () => {
  await onBackend("cpu", async () => {
    const embedding = new Embedding({ numEmbeddings: 9, embeddingDim: 3, random: new Random(1) });
    const recurrent = new LSTM({ inputSize: 3, hiddenSize: 4, random: new Random(2) });
    const head = new Linear({ inFeatures: 4, outFeatures: 9, random: new Random(3) });
    const model = new SequenceModel({ embedding, recurrent, head });
    const ids = Int32Array.from({ length: 140 }, (_, i) => 3 + (i * i) % 6);
    const support = Array.from({ length: 9 }, (_, id) => id > 2 && id !== 7);
    const positions = [...ids.keys()].filter((i) => i >= LONGEST && support[ids[i] ?? 0]);
    const found = await contextLosses(model, ids, support);
    for (const [i, length] of contexts.entries()) {
      const batch = contextBatch(ids, positions, length);
      const [values = new Float32Array()] = await surprisals(model, batch, [support]);
      const { mean } = meanSurprisal(values, batch.target.data, support);
      assertClose([found[i] ?? NaN], [mean], tolerance.float32);
    }
    model.dispose();
  });
});

Deno.test("surprisals() normalises probabilities over the support", async () => {
  await onBackend("cpu", async () => {
    const sizes = { vocabularySize: 6, embeddingDim: 3, hiddenSize: 4, random: new Random(1) };
    const model = languageModel(sizes);
    const x = { shape: [3, 1], data: Int32Array.of(2, 4, 5) };
    const support = [false, false, false, true, true, true];
    const everything = support.map(() => true);
    // Each id of the support is the target of every step.
    const found = await Promise.all([3, 4, 5].map((id) => {
      const target = { shape: [3, 1], data: new Int32Array(3).fill(id) };
      return surprisals(model, { x, target }, [support, everything]);
    }));
    for (let step = 0; step < 3; step++) {
      const [within, among] = [0, 1].map((which) =>
        found.map((one) => Math.exp(-(one[which]?.[step] ?? NaN)))
      );
      const sum = (values: readonly number[] = []) => values.reduce((a, b) => a + b, 0);
      assertClose([sum(within)], [1], tolerance.float32);
      assert(sum(among) < 0.99);
      // The ratios of probabilities are unchanged.
      assertClose(
        [(within?.[0] ?? NaN) / (within?.[1] ?? NaN)],
        [(among?.[0] ?? NaN) / (among?.[1] ?? NaN)],
        tolerance.float32,
      );
    }
    const target = { shape: [3, 1], data: Int32Array.of(4, 0, 1) };
    const [values = new Float32Array()] = await surprisals(model, { x, target }, [support]);
    const { mean, tokens } = meanSurprisal(values, target.data, support);
    assertEquals([mean, tokens], [values[0], 1]);
    model.dispose();
  });
});

Deno.test("contextBatch() ends with the true ids, after ids from another part of the text", () => {
  const ids = Int32Array.from({ length: 300 }, (_, i) => i + 10);
  for (const length of contexts) {
    const { x, target } = contextBatch(ids, [64, 200, 299], length);
    for (const [row, place] of [64, 200, 299].entries()) {
      const read = Array.from({ length: LONGEST }, (_, t) => x.data[t * 3 + row] ?? NaN);
      const wanted = [...ids.subarray(place - length, place)];
      assertEquals(read.slice(LONGEST - length), wanted);
      // None of the other ids is from the 64 before the position.
      const before = new Set(ids.subarray(place - LONGEST, place));
      assertEquals(read.slice(0, LONGEST - length).some((id) => before.has(id)), false);
      assert(read.every((id) => id >= 10));
      assertEquals(target.data[(LONGEST - 1) * 3 + row], ids[place]);
    }
  }
});

Deno.test("heldOutBatch() predicts every id but the first once, after 64 others", () => {
  const ids = Int32Array.from({ length: 997 }, (_, i) => 10 + i % 50);
  const { x, target, positions } = heldOutBatch(ids, (id) => id !== 17, 10);
  const wanted = [...ids.keys()].filter((i) => i > 0 && ids[i] !== 17);
  assertEquals(positions, wanted);
  const [steps = 0, rows = 0] = x.shape;
  let asked = 0;
  for (let row = 0; row < rows; row++) {
    const column = (of: Int32Array) => Array.from({ length: steps }, (_, t) => of[t * rows + row]);
    const first = column(target.data).findIndex((id) => id !== 0);
    assert(row === 0 || first >= 64, `row ${row}`);
    column(target.data).forEach((id, t) => {
      if (id === 0) return;
      asked += 1;
      // In this text an id is followed by the next number.
      assertEquals(id, 10 + (Number(column(x.data)[t]) - 9) % 50);
    });
  }
  assertEquals(asked, wanted.length);
});

Deno.test("readTexts() holds out an equal part of each long document, and short documents entirely", async () => {
  const read = async (length: number, maxHeldOut: number) => {
    const documents = Array.from({ length: 20 }, (_, i) => String(i % 10).repeat(length));
    const corpus = { id: "a", title: "a", source: "a", licence: null, documents: () => documents };
    const set = { characterValidation: 0.2, maxHeldOut };
    const values = resolveParameters(textGeneration.parameters, set);
    const { heldOut, split } = await readTexts(corpus, documents, values, new Random(1));
    assertEquals(split, { training: 16, heldOut: 4 });
    return heldOut.map(({ length }) => length);
  };
  assertEquals(await read(5000, 8000), [2000, 2000, 2000, 2000]);
  assertEquals(await read(5000, 2500), [1000, 1000, 500]);
  // The lengths include START and END.
  assertEquals(await read(100, 300), [102, 102, 96]);
});

Deno.test("readSoFar() returns the text that streamBatches() gives to a network", () => {
  const ids = Int32Array.from({ length: 101 }, (_, i) => i % 20 === 0 ? START : 4 + i);
  const batches = streamBatches(ids, { batchSize: 4, length: 5 });
  const read = readSoFar(ids, 4, 2 * 5);
  // Each piece begins a track or a document, and its first id is not predicted.
  for (const piece of read) assertEquals(piece.subarray(1).includes(START), false);
  const predicted = read.flatMap((piece) => [...piece.subarray(1)]);
  const asked = [0, 1].flatMap((i) => [...batches.at(i)?.target.data ?? []])
    .filter((id) => id !== START);
  assertEquals(predicted.toSorted(), asked.toSorted());
});

Deno.test("text-generation: crossings has the intersections of curves in each seed", () => {
  const updates = checkUpdates(small.updates, small.checks);
  const perUpdate = small.characterBatch * small.characterLength;
  const data = samplesOf(onCpu, "data-characters");
  const curve = (model: string, xs: readonly number[], seed: number) =>
    xs.map((x) => data.get(`${model} ${x * perUpdate}`)?.[seed] ?? NaN);
  const found = samplesOf(onCpu, "crossings");
  const needed = samplesOf(onCpu, "needed-characters");
  const ends = samplesOf(onCpu, "bits-characters");
  const grown = grownUpdates(resolveParameters(textGeneration.parameters, small));
  let crossed = 0;
  for (const network of architectures) {
    for (const model of ["bigram", "3-gram", "5-gram"] as const) {
      for (const seed of [0, 1, 2]) {
        const own = curve(network, updates, seed);
        const other = curve(model, grown, seed);
        const whole = ends.get(model)?.[seed] ?? NaN;
        const read = own.map((loss, i) => loss - (other[i] ?? NaN));
        const wanted = {
          "all text": crossing(updates, own, whole),
          "text read": crossing(updates, read, 0),
        };
        for (const [of, place] of Object.entries(wanted)) {
          assertSame(found.get(`${network} ${model} ${of}`)?.[seed], place);
          if (place !== null) crossed += 1;
        }
        const characters = grown.map((place) => place * perUpdate);
        const level = own.at(-1) ?? NaN;
        const least = crossing(characters, curve(model, grown, seed), level);
        assertSame(needed.get(`${model} ${network}`)?.[seed], least);
        if (least !== null) crossed += 1;
      }
    }
  }
  assert(crossed > 0);
  for (const network of architectures) {
    for (const model of ["3-gram", "5-gram"]) {
      const all = found.get(`${network} ${model} all text`);
      const { values } = onCpu.metrics.find(({ id }) =>
        id === `${network.toLowerCase()}-overtakes-${model}`
      ) ?? {};
      assertEquals(values, all?.map((place) => place === null ? 0 : 1));
    }
  }
});

Deno.test("grownUpdates() has every check of a network, and smaller numbers of updates", () => {
  const values = resolveParameters(textGeneration.parameters, { updates: 700, checks: 2 });
  const updates = grownUpdates(values);
  assertEquals(checkUpdates(700, 2).every((update) => updates.includes(update)), true);
  assertEquals(updates.slice(0, 4), [11, 22, 44, 88]);
});

Deno.test("text-generation: claims and metrics on texts are differences of distances from the text", () => {
  const judged = samplesOf(onCpu, "judged-characters");
  const own = judged.get("the text itself the author") ?? [];
  const distance = (strategy: string, network: string, seed: number) =>
    Math.abs((judged.get(`${strategy} ${network}`)?.[seed] ?? NaN) - (own[seed] ?? NaN));
  const over = (strategy: string, seed: number) =>
    architectures.reduce((sum, network) => sum + distance(strategy, network, seed) / 3, 0);
  const nearer = (strategy: string, seed: number) =>
    distance(strategy, "RNN", seed) - distance(strategy, "LSTM", seed);
  const values = (id: string) => {
    const claim = onCpu.claims.find((one) => one.id === id);
    assert(claim);
    const others = new Map(claim.alternatives.map(({ name, values }) => [name, values]));
    return { values: claim.values, others };
  };
  const seeds = [0, 1, 2];
  for (const [id, strategy] of [["top-k", "Top-K"], ["top-p", "Top-P"]] as const) {
    const found = onCpu.metrics.find((one) => one.id === `${id}-over-temperature`)?.values ?? [];
    const than = seeds.map((seed) => over("Conservative", seed) - over(strategy, seed));
    assertClose(found, than, tolerance.rounding);
  }
  const { values: found, others } = values("predictability-network");
  const usual = ["Balanced", "Top-K", "Top-P"];
  assertClose(
    found,
    seeds.map((seed) => usual.reduce((sum, strategy) => sum + nearer(strategy, seed) / 3, 0)),
    tolerance.rounding,
  );
  assertClose(
    others.get("always the likeliest character (greedy)") ?? [],
    seeds.map((seed) => nearer("Greedy", seed)),
    tolerance.rounding,
  );
  assertEquals(others.size, 6);
});

Deno.test("checkUpdates() halves the updates without repetition", () => {
  assertEquals(checkUpdates(100, 3), [13, 25, 50, 75, 100]);
  assertEquals(checkUpdates(1, 5), [1]);
});

Deno.test("crossing() interpolates on a logarithmic axis where a curve reaches a level", () => {
  assertEquals(crossing([1, 4], [5, 3], 2), null);
  assertEquals(crossing([3, 4], [1, 0.5], 2), 3);
  assertClose([crossing([1, 4, 9], [5, 3, 1], 4) ?? NaN], [2], tolerance.rounding);
});

Deno.test("characterNetwork() matches the parameters of the LSTM", async () => {
  await onBackend("cpu", () => {
    const values = resolveParameters(textGeneration.parameters, {});
    const counts = architectures.map((architecture) => {
      const { model } = characterNetwork(architecture, 80, values, new Random(1));
      const { parameterCount } = model;
      model.dispose();
      return parameterCount;
    });
    const [rnn = NaN, lstm = NaN, gru = NaN] = counts;
    assert(Math.abs(rnn / lstm - 1) < 0.01 && Math.abs(gru / lstm - 1) < 0.01, counts.join());
  });
});

Deno.test("judgeOf() returns a judge that finds text like its own more predictable", async () => {
  const judge = await judgeOf(["abcabcabcabcabcabcabc", "abcabcabcabcabc"]);
  assert(judge !== null);
  const [own, other] = [judge.bits("abcabc", "abcabc"), judge.bits("abcabc", "cbacba")];
  assert(own < 0.5 && other > 2, `${own} ${other}`);
  assertEquals(await judgeOf([]), null);
});

/** Asserts that two positions are equal, or that both are missing. */
function assertSame(found: number | null | undefined, wanted: number | null): void {
  if (wanted === null) assertEquals(found, null);
  else assertClose([found ?? NaN], [wanted], tolerance.rounding);
}

/** Returns the values by seed of each row of a table, by the cells in front of them. */
function samplesOf(result: Result, id: string): Map<string, readonly (number | null)[]> {
  const table = result.tables.find((one) => one.id === id);
  assert(table?.samples);
  const before = table.columns.findIndex(({ name }) => name === "value");
  const named = (place: number) =>
    (table.rows[place] ?? []).slice(0, before).filter((_, i) => table.columns[i]?.name !== "seeds");
  return new Map(table.samples.values.map((values, i) => [named(i).join(" "), values]));
}

/** Returns the values of the table of sizes, by their names. */
function sizesOf(result: Result): Map<unknown, unknown> {
  return new Map(rows(result, "sizes").map(([what, value]) => [what, value]));
}
