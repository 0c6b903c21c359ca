import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import {
  BeamExtender,
  type BeamOptions,
  beamSearch,
  FinishedBeams,
  type Hypothesis,
} from "../../src/generation/beam_search.ts";
import { generate } from "../../src/generation/generate.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { logProbabilities, scale, type TinyModel, tinyModel } from "./tiny_model.ts";

const end = 3;

/** A sequence and its score; `ids` excludes the end. */
interface Sequence {
  ids: number[];
  logProbability: number;
  score: number;
}

/** Enumerates every sequence up to a length, the best first. */
async function everySequence(
  model: TinyModel,
  prompt: readonly number[],
  { maxTokens, lengthPenalty = 0, banned = [] }: BeamOptions,
): Promise<Sequence[]> {
  const found: Sequence[] = [];
  const visit = async (ids: readonly number[], before: number): Promise<void> => {
    const all = (await logProbabilities(model, [...prompt, ...ids])).at(-1) ?? [];
    const left = all.map((p, id) => banned.includes(id) ? 0 : Math.exp(p));
    const sum = left.reduce((a, b) => a + b, 0);
    for (const [id, share] of left.entries()) {
      if (banned.includes(id)) continue;
      const logProbability = before + Math.log(share / sum);
      const longer = [...ids, id];
      if (id !== end && longer.length < maxTokens) {
        await visit(longer, logProbability);
        continue;
      }
      const score = logProbability / ((5 + longer.length) / 6) ** lengthPenalty;
      found.push({ ids: id === end ? [...ids] : longer, logProbability, score });
    }
  };
  await visit([], 0);
  return found.sort((a, b) => b.score - a.score);
}

forEachBackend("beamSearch() with one beam is greedy", async () => {
  const model = tinyModel();
  for (const prompt of [[1, 4, 2], [5], [0, 0]]) {
    const options = { maxTokens: 12, end };
    const request = { prompt, sampling: { temperature: 0 }, random: new Random(1) };
    const [wanted] = await generate(model, [request], options);
    const found = await beamSearch(model, prompt, { ...options, beams: 1 });
    assertEquals(found.map(({ ids }) => ids), [wanted]);
    assertEquals(found[0]?.ended, (wanted?.length ?? 0) < 12);
  }
  model.dispose();
});

forEachBackend("beamSearch() gives the log probabilities of a forward pass", async (backend) => {
  const model = tinyModel();
  const prompt = [1, 4, 2];
  const found = await beamSearch(model, prompt, { beams: 3, maxTokens: 7, end });
  assertEquals(found.length, 3);
  for (const { ids, logProbability, ended } of found) {
    const all = [...prompt, ...ids, ...(ended ? [end] : [])];
    const rows = await logProbabilities(model, all.slice(0, -1));
    const wanted = all.slice(prompt.length).reduce((sum, id, t) => {
      return sum + (rows[prompt.length - 1 + t]?.[id] ?? NaN);
    }, 0);
    assertClose([logProbability], [wanted], tolerance.backend[backend], { what: `${ids}` });
  }
  model.dispose();
});

const settings: readonly (readonly [string, Partial<BeamOptions>])[] = [
  ["by log probability", {}],
  ["with a penalty of length", { lengthPenalty: 1.5 }],
  ["with banned ids", { banned: [0] }],
];

for (const [what, setting] of settings) {
  Deno.test(`beamSearch() finds the best of all sequences with enough beams: ${what}`, async () => {
    await selectBackend("cpu");
    for (const seed of [1, 2, 3]) {
      const model = tinyModel(4, seed);
      // The last step extends 27 sequences by 4 ids.
      const options: BeamOptions = { maxTokens: 4, end, beams: 108, ...setting };
      const wanted = await everySequence(model, [1, 2], options);
      const found = await beamSearch(model, [1, 2], options);
      assertEquals(found.length, Math.min(108, wanted.length));
      const best = wanted.slice(0, 20);
      assertEquals(found.slice(0, 20).map(({ ids }) => [...ids]), best.map(({ ids }) => ids));
      for (const part of ["score", "logProbability"] as const) {
        assertClose(
          found.map((sequence) => sequence[part]),
          wanted.slice(0, found.length).map((sequence) => sequence[part]),
          tolerance.backend.cpu,
        );
      }
      model.dispose();
    }
  });
}

Deno.test("beamSearch() finds better sequences with more beams", async () => {
  await selectBackend("cpu");
  const better = [];
  for (const seed of Array(8).keys()) {
    const model = tinyModel(6, seed);
    scale(model.parameters, 0.7);
    const best = async (beams: number): Promise<number> => {
      const [found] = await beamSearch(model, [1], { beams, maxTokens: 8, end });
      return found?.logProbability ?? NaN;
    };
    better.push(await best(6) - await best(1));
    model.dispose();
  }
  assert(better.some((gain) => gain > 0.01), `${better}`);
});

Deno.test("beamSearch() returns the best sequence first, and each one once", async () => {
  await selectBackend("cpu");
  const model = tinyModel();
  const found = await beamSearch(model, [1], { beams: 6, maxTokens: 10, end, lengthPenalty: 1 });
  assertEquals(found.length, 6);
  const scores = found.map(({ score }) => score);
  assertEquals(scores, scores.toSorted((a, b) => b - a));
  assertEquals(new Set(found.map(({ ids, ended }) => `${ids} ${ended}`)).size, 6);
  model.dispose();
});

Deno.test("beamSearch() leaves no tensor", async () => {
  await selectBackend("cpu");
  const model = tinyModel();
  const before = tf.memory().numTensors;
  await beamSearch(model, [1], { beams: 4, maxTokens: 5 });
  assertEquals(tf.memory().numTensors, before);
  model.dispose();
});

Deno.test("beamSearch() can be stopped by a timer, and leaves no tensor", async () => {
  await selectBackend("wasm");
  const model = tinyModel();
  const before = tf.memory().numTensors;
  const signal = AbortSignal.timeout(100);
  // These tokens would take an hour.
  const options = { beams: 2, maxTokens: 1e8, signal };
  const found = await assertRejects(() => beamSearch(model, [1], options));
  assertEquals(found, signal.reason);
  assertEquals(tf.memory().numTensors, before);
  model.dispose();
});

Deno.test("beamSearch() refuses wrong options, prompts and logits", async () => {
  await selectBackend("cpu");
  const model = tinyModel();
  const wrong: readonly [Partial<BeamOptions>, string][] = [
    [{ beams: 0 }, "beams must be a positive integer, found 0"],
    [{ lengthPenalty: -1 }, "lengthPenalty must be a finite number of at least 0, found -1"],
    [{ lengthPenalty: NaN }, "lengthPenalty must be a finite number of at least 0, found NaN"],
    [{ maxTokens: 1.5 }, "maxTokens must be a positive integer, found 1.5"],
    [{ end: 9 }, "end must be an integer from 0 to 5, found 9"],
    [{ banned: [0, 1, 2, 3, 4, 5] }, "banned must be fewer than all ids, found 6"],
  ];
  for (const [options, message] of wrong) {
    const all = { beams: 2, maxTokens: 3, ...options };
    await assertRejects(() => beamSearch(model, [1], all), InputError, message);
  }
  await assertRejects(
    () => beamSearch(model, [], { beams: 2, maxTokens: 3 }),
    InputError,
    "prompt must be at least 1 id if there is no prefix, found []",
  );
  scale(model.parameters, NaN);
  await assertRejects(
    () => beamSearch(model, [1], { beams: 2, maxTokens: 3 }),
    InputError,
    "logits[0] must be a number below infinity, found NaN",
  );
  model.dispose();
});

const root: Hypothesis = { before: null, id: -1, tokens: 0, logProbability: 0 };

/** Creates a sequence of ids with a log probability. */
function sequence(ids: readonly number[], logProbability: number): Hypothesis {
  return ids.reduce<Hypothesis>((before, id) => {
    return { before, id, tokens: before.tokens + 1, logProbability };
  }, root);
}

Deno.test("FinishedBeams.sequences() returns the best in order, the earlier of equal ones first", () => {
  const finished = new FinishedBeams(3, 0, 9);
  finished.add(sequence([1, 2], -2), false);
  finished.add(sequence([3], -1), true);
  finished.add(sequence([4], -2), false);
  finished.add(sequence([5], -3), false);
  finished.add(sequence([6, 3], -1.5), true);
  assertEquals(finished.sequences().map(({ ids, ended }) => [[...ids], ended]), [
    [[], true],
    [[6], true],
    [[1, 2], false],
  ]);
});

Deno.test("FinishedBeams.sequences() favours longer sequences with a length penalty", () => {
  const finished = new FinishedBeams(2, 1, 9);
  finished.add(sequence([1], -1), false);
  finished.add(sequence([1, 2, 3, 4, 5, 6, 7], -1.5), false);
  const [best, other] = finished.sequences();
  assertEquals(best?.ids.length, 7);
  assertClose([best?.score ?? NaN, other?.score ?? NaN], [-0.75, -1], tolerance.rounding);
  assertEquals([best?.logProbability, other?.logProbability], [-1.5, -1]);
});

Deno.test("FinishedBeams.isSettled() is true if no extension can be among the best", () => {
  const plain = new FinishedBeams(2, 0, 7);
  plain.add(sequence([1], -1), true);
  assertEquals(plain.isSettled(sequence([2], -100)), false);
  plain.add(sequence([2], -3), true);
  assertEquals(plain.isSettled(sequence([2], -2.9)), false);
  assertEquals(plain.isSettled(sequence([2], -3)), true);
  // The penalty of 7 tokens is 2: a log probability of -4 becomes a score of -2.
  const penalised = new FinishedBeams(1, 1, 7);
  penalised.add(sequence([1], -3), true);
  assertEquals(penalised.isSettled(sequence([2], -4)), false);
  assertEquals(penalised.isSettled(sequence([2], -6.1)), true);
});

function hypothesis(logProbability: number): Hypothesis {
  return { before: null, id: -1, tokens: 4, logProbability };
}

Deno.test("BeamExtender.extend() finds the extensions of a full sort", () => {
  const random = new Random(1);
  const [vocabulary, batch] = [9, 4];
  for (const most of [1, 3, 12, 40]) {
    const extensions = new BeamExtender(most, vocabulary, [2]);
    const logits = random.array(batch * vocabulary, (r) => r.normal(0, 2));
    const live = [-1, -1.5, -2].map(hypothesis);
    const wanted = live.flatMap(({ logProbability }, row) => {
      const own = [...logits.subarray(row * vocabulary, (row + 1) * vocabulary)];
      const sum = own.reduce((sum, logit, id) => id === 2 ? sum : sum + Math.exp(logit), 0);
      return own.map((logit, id) => [row, id, logProbability + logit - Math.log(sum)] as const);
    }).filter(([, id]) => id !== 2).sort((a, b) => b[2] - a[2]).slice(0, most);
    const found = extensions.extend(logits, live);
    assertEquals(
      found.map(({ row, hypothesis }) => [row, hypothesis.id]),
      wanted.map(([row, id]) => [row, id]),
    );
    assertClose(
      found.map(({ hypothesis }) => hypothesis.logProbability),
      wanted.map(([, , logProbability]) => logProbability),
      tolerance.rounding,
    );
    for (const { row, hypothesis } of found) {
      assertEquals([hypothesis.before, hypothesis.tokens], [live[row], 5]);
    }
  }
});

Deno.test("BeamExtender.extend() orders equal extensions by row, then by id", () => {
  const extensions = new BeamExtender(5, 3, []);
  const found = extensions.extend(new Float32Array(6), [hypothesis(-1), hypothesis(-1)]);
  assertEquals(found.map(({ row, hypothesis }) => [row, hypothesis.id]), [
    ...[[0, 0], [0, 1], [0, 2], [1, 0], [1, 1]],
  ]);
});
