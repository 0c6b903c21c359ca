import { assert, assertEquals } from "@std/assert";
import { studyAttention } from "../../src/analysis/attention_study.ts";
import { attentionMeans, attentionStudy } from "../../src/classification/attention_study.ts";
import {
  fitSequenceClassifiers,
  SequenceClassifier,
} from "../../src/classification/sequence_classifier.ts";
import { Random } from "../../src/core/random.ts";
import { testOn } from "../backends.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const texts = ["a good film", "a bad film", "good music", "bad music", "so good", "so bad"];
const training = { texts, labels: [1, 0, 1, 0, 1, 0], classes: 2 };
const sizes = { embeddingDim: 4, hiddenSize: 4, minCount: 1, epochs: 10, learningRate: 0.05 };
const tested = ["A bad, bad day with good music!", "good", "", "so it goes", "bad good"];

/** Two classifiers with different seeds. */
async function twoClassifiers(): Promise<SequenceClassifier[]> {
  return await fitSequenceClassifiers(training, {
    ...sizes,
    random: [new Random(1), new Random(2)],
  });
}

testOn(
  "wasm",
  "attentionStudy() has the words, weights and probabilities of attend()",
  async () => {
    const classifiers = await twoClassifiers();
    const study = await attentionStudy(classifiers, tested, { random: new Random(3) });
    for (const [r, classifier] of classifiers.entries()) {
      const attended = await classifier.attend(tested);
      for (const [i, text] of (study[r] ?? []).entries()) {
        assertEquals(text.words, attended[i]?.words);
        assertClose(text.weights, attended[i]?.weights ?? [], tolerance.backend.wasm);
        assertClose(text.probabilities, attended[i]?.probabilities ?? [], tolerance.backend.wasm);
        assertEquals(text.excess, null);
      }
      assertEquals(study[r]?.[2]?.words, ["<UNK>"]);
    }
    for (const classifier of classifiers) classifier.dispose();
  },
);

testOn("wasm", "attentionStudy() is studyAttention() of the ids, with chosen words", async () => {
  const classifiers = await twoClassifiers();
  const options = { random: new Random(3), epsilon: 0.05, permutations: 10 };
  const isChosen = (word: string): boolean => word === "good" || word === "bad";
  const study = await attentionStudy(classifiers, tested, { ...options, isChosen });
  const ids = tested.map((text) => {
    const { x } = classifiers[0]?.encode([text]) ?? {};
    return [...x?.data ?? []];
  });
  const wanted = await studyAttention(classifiers.map(({ model }) => model), ids, options);
  for (const [r, found] of study.entries()) {
    for (const [i, { words: _, excess, ...measures }] of found.entries()) {
      assertEquals(measures, wanted[r]?.[i]);
      // In the first text 3 of 7 words are chosen; in the others none or all.
      if (i > 0) assertEquals(excess, null);
      else {
        const [, first = NaN, second = NaN, , , third = NaN] = measures.weights;
        assertClose([excess ?? NaN], [first + second + third - 3 / 7], tolerance.rounding, {
          scale: 1,
        });
      }
    }
  }
  for (const classifier of classifiers) classifier.dispose();
});

testOn("wasm", "attentionMeans() counts the texts for which a measure is defined", async () => {
  const [first, second] = await twoClassifiers();
  assert(first && second);
  const isChosen = (word: string): boolean => word === "bad";
  const [alone = []] = await attentionStudy(first, tested, { random: new Random(3), isChosen });
  const means = attentionMeans(alone);
  const counts = Object.entries(means).map(([name, { texts }]) => [name, texts]);
  assertEquals(Object.fromEntries(counts), {
    tauGradient: 3,
    tauLeaveOneOut: 3,
    permuted: 3,
    adversarial: 3,
    uniform: 3,
    overSeeds: 0,
    excess: 2,
  });
  assertEquals(means.overSeeds.mean, null);
  const divergences = alone.flatMap(({ adversarial }) => adversarial?.divergence ?? []);
  const sum = divergences.reduce((total, value) => total + value, 0);
  assertClose([means.adversarial.mean ?? NaN], [sum / 3], tolerance.rounding);
  first.dispose();
  second.dispose();
});

testOn("wasm", "attentionStudy() refuses other classifiers and wrong options", async () => {
  const [first, second] = await twoClassifiers();
  assert(first && second);
  const random = new Random(1);
  const other = { ...training, texts: texts.map((text) => text.replace("film", "book")) };
  using books = await SequenceClassifier.fit(other, { ...sizes, random });
  using last = await SequenceClassifier.fit(training, { ...sizes, readout: "last", random });
  using wide = await SequenceClassifier.fit(training, { ...sizes, hiddenSize: 5, random });
  second.dispose();
  const film = ["a film"];
  await assertMistakes([
    [() => attentionStudy([], film, { random }), "classifiers must be at least one"],
    [() => attentionStudy([first, books], film, { random }), "classifiers[1]", "same vocabulary"],
    [() => attentionStudy([first, wide], film, { random }), "networks[1] must be of the sizes"],
    [() => attentionStudy(last, film, { random }), 'must be "attention" or "mean"'],
    [() => attentionStudy(second, film, { random }), "disposed"],
    [() => call(null, attentionStudy, {}, film, { random }), "classifiers must be"],
    [() => call(null, attentionStudy, [first, 3], film, { random }), "classifiers[1] must be"],
    [() => call(null, attentionStudy, first, "film", { random }), "texts must be"],
    [() => call(null, attentionStudy, first, film, {}), "random must be"],
    [() => call(null, attentionStudy, first, film, { random, isChosen: 1 }), "isChosen must be"],
    [() => call(null, attentionStudy, first, film, { random, lexicon: 1 }), "isChosen"],
    [() => call(null, attentionMeans, 1), "texts must be an array of measured texts"],
    [() => call(null, attentionMeans, [1]), "texts[0] must be a measured text"],
  ]);
  first.dispose();
});
