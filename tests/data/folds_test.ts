import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import {
  crossValidationSplits,
  type LabelledSample,
  learningSubsets,
  sourceSplits,
  stratifiedFolds,
} from "../../src/data/folds.ts";
import { sentimentSentences } from "../../src/data/text/sentiment_sentences.ts";
import { assertMistakes, call } from "../mistakes.ts";

/** Counts the samples of each label of each source. */
function strata(samples: readonly (LabelledSample | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const sample of samples) {
    const key = `${sample?.source} ${sample?.label}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** Samples without groups, in strata of uneven sizes. */
const uneven: readonly LabelledSample[] = Array.from({ length: 103 }, (_, i) => ({
  label: i % 7 === 0 ? 2 : i % 2,
  source: i < 31 ? "a" : "b",
  group: i,
}));

Deno.test("stratifiedFolds() deals every label of every source evenly", () => {
  for (const folds of [2, 3, 10]) {
    const fold = stratifiedFolds(uneven, { folds, random: new Random(folds) });
    const counts = Array.from(
      { length: folds },
      (_, f) => strata(uneven.filter((_, i) => fold[i] === f)),
    );
    for (const stratum of Object.keys(strata(uneven))) {
      const each = counts.map((count) => count[stratum] ?? 0);
      assert(Math.max(...each) - Math.min(...each) <= 1, `${folds} ${stratum} ${each}`);
    }
  }
});

Deno.test("stratifiedFolds() of the sentiment sentences keeps copies together", async () => {
  const { texts } = await sentimentSentences();
  const fold = stratifiedFolds(texts, { random: new Random(1) });
  const foldOfGroup = new Map<number, number>();
  for (const [i, { group }] of texts.entries()) {
    assertEquals(foldOfGroup.get(group) ?? fold[i], fold[i]);
    foldOfGroup.set(group, fold[i] ?? -1);
  }
  for (let f = 0; f < 10; f++) {
    const counts = strata(texts.filter((_, i) => fold[i] === f));
    for (const count of Object.values(counts)) assert(Math.abs(count - 50) <= 1, `${count}`);
  }
});

Deno.test("stratifiedFolds() spreads large groups", () => {
  const samples = Array.from({ length: 60 }, (_, i) => ({
    label: Math.floor(i / 10) % 2,
    source: "a",
    group: Math.floor(i / 10),
  }));
  const fold = stratifiedFolds(samples, { folds: 3, random: new Random(4) });
  for (let f = 0; f < 3; f++) {
    assertEquals(strata(samples.filter((_, i) => fold[i] === f)), { "a 0": 10, "a 1": 10 });
  }
});

Deno.test("stratifiedFolds() depends on the random source and on nothing else", () => {
  const folds = (seed: number) => stratifiedFolds(uneven, { folds: 5, random: new Random(seed) });
  assertEquals(folds(3), folds(3));
  assertNotEquals(folds(3), folds(4));
});

Deno.test("crossValidationSplits() tests each sample once and validates with others", () => {
  const options = { folds: 5, validationFolds: 4, random: new Random(1) };
  const splits = crossValidationSplits(uneven, options);
  const tested = splits.flatMap(({ test }) => test);
  assertEquals(tested.toSorted((a, b) => a - b), [...uneven.keys()]);
  for (const { train, validation, test } of splits) {
    const all = [...train, ...validation, ...test];
    assertEquals(all.toSorted((a, b) => a - b), [...uneven.keys()]);
    assert(Math.abs(validation.length - (train.length + validation.length) / 4) <= 3);
  }
  const plain = crossValidationSplits(uneven, { folds: 5, random: new Random(1) });
  assertEquals(plain.map(({ test }) => test), splits.map(({ test }) => test));
  assertEquals(plain.map(({ validation }) => validation), [[], [], [], [], []]);
});

Deno.test("crossValidationSplits() never divides a group between parts", async () => {
  const { texts } = await sentimentSentences();
  const options = { validationFolds: 9, random: new Random(2) };
  for (const { train, validation, test } of crossValidationSplits(texts, options)) {
    const parts = [train, validation, test].map((part) =>
      new Set(part.map((i) => texts[i]?.group))
    );
    const [a, b, c] = parts;
    const sizes = parts.reduce((sum, { size }) => sum + size, 0);
    assertEquals(new Set([...a ?? [], ...b ?? [], ...c ?? []]).size, sizes);
  }
});

Deno.test("sourceSplits() tests each source with all others and with each other alone", async () => {
  const { texts } = await sentimentSentences();
  const splits = sourceSplits(texts, { random: new Random(1) });
  assertEquals(splits.map(({ trainSources, testSource }) => [trainSources.join("+"), testSource]), [
    ["imdb+yelp", "amazon"],
    ["imdb", "amazon"],
    ["yelp", "amazon"],
    ["amazon+yelp", "imdb"],
    ["amazon", "imdb"],
    ["yelp", "imdb"],
    ["amazon+imdb", "yelp"],
    ["amazon", "yelp"],
    ["imdb", "yelp"],
  ]);
  for (const { train, test, trainSources, testSource } of splits) {
    assertEquals(test.length, 1000);
    assert(test.every((i) => texts[i]?.source === testSource));
    assert(train.every((i) => trainSources.includes(texts[i]?.source ?? "")));
    const tested = new Set(test.map((i) => texts[i]?.group));
    assert(train.every((i) => !tested.has(texts[i]?.group)));
    assert(train.length > 990 * trainSources.length);
  }
  const two = sourceSplits(uneven, { validationFolds: 5, random: new Random(1) });
  assertEquals(two.map(({ trainSources }) => trainSources), [["b"], ["a"]]);
  assert(two.every(({ validation }) => validation.length > 0));
});

Deno.test("learningSubsets() are nested and stratified", async () => {
  const { texts } = await sentimentSentences();
  const [split] = crossValidationSplits(texts, { random: new Random(1) });
  const indices = split?.train ?? [];
  const sizes = [100, 300, 900, indices.length];
  const subsets = learningSubsets(texts, indices, { sizes, random: new Random(5) });
  assertEquals(subsets.map(({ length }) => length), sizes);
  assertEquals(subsets.at(-1), [...indices]);
  for (const [s, subset] of subsets.entries()) {
    const next = new Set(subsets[s + 1] ?? indices);
    assert(subset.every((i) => next.has(i)));
    for (const count of Object.values(strata(subset.map((i) => texts[i])))) {
      assert(Math.abs(count - subset.length / 6) <= 2, `${count} of ${subset.length}`);
    }
  }
});

Deno.test("folds refuse samples and options that are wrong", async () => {
  const random = new Random(1);
  const few = uneven.slice(0, 3);
  await assertMistakes([
    [() => call(null, stratifiedFolds, few, { folds: 2 }), "random must be a source of random"],
    [() => stratifiedFolds(few, { folds: 4, random }), "folds must be from 2 to the 3 groups"],
    [() => stratifiedFolds(few, { folds: 1, random }), "folds must be from 2 to"],
    [() => call(null, stratifiedFolds, few, { fold: 2, random }), "Did you mean folds?"],
    [() => call(null, stratifiedFolds, [1], { random }), "samples[0] must be an object with label"],
    [
      () => call(null, stratifiedFolds, [{ ...few[0], label: -1 }], { random }),
      "label of samples[0] must be an integer of at least 0",
    ],
    [() => sourceSplits(few, { random }), 'samples must be of at least two sources, found ["a"]'],
    [
      () => crossValidationSplits(uneven, { folds: 5, validationFolds: 1, random }),
      "validationFolds must be 0 or an integer of at least 2",
    ],
    [() => learningSubsets(few, [0, 1], { sizes: [3], random }), "a size must be at most 2"],
    [() => learningSubsets(few, [7], { sizes: [1], random }), "indices must be those of samples"],
  ]);
});
