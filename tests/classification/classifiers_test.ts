import { assert, assertEquals } from "@std/assert";
import fixture from "../../fixtures/classification.json" with { type: "json" };
import { Random } from "../../src/core/random.ts";
import { chosenByValidation, trainedBaselines } from "../../src/classification/baselines.ts";
import type { ClassifierFamily } from "../../src/classification/classifier.ts";
import { isNegation, lexiconClassifier } from "../../src/classification/lexicon_classifier.ts";
import { fitLogisticRegression } from "../../src/classification/logistic_regression.ts";
import { majorityClassifier } from "../../src/classification/majority.ts";
import { naiveBayesClassifier } from "../../src/classification/naive_bayes.ts";
import { TermColumns } from "../../src/classification/terms.ts";
import {
  inverseFrequencies,
  tfidf,
  tfidfClassifier,
} from "../../src/classification/tfidf_classifier.ts";
import { afinnLexicon, opinionLexicon } from "../../src/data/text/lexicons.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";

for (const { name, classes, train, labels, test, naive_bayes, logistic } of fixture.classifiers) {
  const training = { texts: train, labels, classes };

  for (const { alpha, binary, pairs, probabilities } of naive_bayes) {
    const kind = `alpha ${alpha}, ${pairs ? "pairs" : "words"}`;
    Deno.test(`naiveBayesClassifier() of ${name}, ${kind}, is scikit-learn's`, async () => {
      const classifier = naiveBayesClassifier(training, { alpha, binary, pairs });
      const found = await classifier.predictProbabilities(test);
      assertClose(found.flat(), probabilities.flat(), tolerance.rounding);
    });
  }

  for (const { c, sublinear, pairs, probabilities, weights, intercepts } of logistic) {
    const kind = `C ${c}, ${pairs ? "pairs" : "words"}`;
    Deno.test(`tfidfClassifier() of ${name}, ${kind}, is scikit-learn's`, async () => {
      const found = await tfidfClassifier(training, { c, sublinear, pairs })
        .predictProbabilities(test);
      assertClose(found.flat(), probabilities.flat(), tolerance.convexFit);
    });

    if (weights === null) continue;
    Deno.test(`fitLogisticRegression() of ${name}, ${kind}, has scikit-learn's weights`, () => {
      const columns = new TermColumns(train, pairs);
      const counts = columns.count(train);
      const rows = tfidf(counts, inverseFrequencies(counts, train.length), sublinear);
      const model = fitLogisticRegression(rows, labels, classes, { c });
      const wanted = new Map<string, number[]>(Object.entries(weights));
      for (const [k, output] of model.weights.entries()) {
        const terms = columns.terms.map((term) => wanted.get(term)?.[k] ?? NaN);
        assertClose(output.slice(0, -1), terms, tolerance.convexFit, { what: `weights ${k}` });
      }
      // Intercepts of several classes are determined up to a number that all share.
      const last = model.weights.map((output) => output.at(-1) ?? NaN);
      const shift = (values: number[]) =>
        classes === 2 ? values : values.map((value) => value - (values[0] ?? 0));
      assertClose(shift(last), shift(intercepts), tolerance.convexFit, { what: "intercepts" });
      assert(model.gradient <= 1e-10 && model.steps < 20);
    });
  }
}

Deno.test("majorityClassifier() gives the shares of the training texts", async () => {
  const training = { texts: ["a", "b", "c"], labels: [2, 2, 0], classes: 3 };
  const [row] = await majorityClassifier(training).predictProbabilities(["z"]);
  assertEquals(row, [1 / 3, 0, 2 / 3]);
});

Deno.test("naiveBayesClassifier() gives a class without training texts no probability", async () => {
  const training = { texts: ["good", "bad"], labels: [2, 0], classes: 3 };
  const [row = []] = await naiveBayesClassifier(training).predictProbabilities(["good"]);
  assertEquals(row[1], 0);
  assert((row[2] ?? 0) > (row[0] ?? 1));
});

Deno.test("classifiers predict texts without known words by the prior", async () => {
  const training = { texts: ["good", "bad", "awful"], labels: [1, 0, 0], classes: 2 };
  const odd = ["", "...", "unknown"];
  for (const row of await naiveBayesClassifier(training).predictProbabilities(odd)) {
    assertClose(row, [2 / 3, 1 / 3], tolerance.rounding);
  }
  for (const row of await tfidfClassifier(training).predictProbabilities(odd)) {
    assert(row.every((p) => p > 0 && p < 1));
  }
});

Deno.test("lexiconClassifier() turns the words after a negation", async () => {
  const lexicon = await afinnLexicon();
  const texts = ["It is outstanding", "It isn't really that good", "not one of those who love it"];
  const with3 = await lexiconClassifier(lexicon).predictProbabilities(texts);
  assertEquals(with3.map((row) => (row[1] ?? 0) > 0.5), [true, false, true]);
  const without = await lexiconClassifier(lexicon, { negation: 0 }).predictProbabilities(texts);
  assertEquals(without.map((row) => (row[1] ?? 0) > 0.5), [true, true, true]);
  const turned = await lexiconClassifier(lexicon, { positive: 0 }).predictProbabilities(texts);
  assertEquals(turned, with3.map(([negative = 0, positive = 0]) => [positive, negative]));
});

Deno.test("lexiconClassifier() leaves a text without words of the list undecided", async () => {
  const [row] = await lexiconClassifier(await opinionLexicon()).predictProbabilities([":-|"]);
  assertEquals(row, [0.5, 0.5]);
});

Deno.test("isNegation() knows contractions with and without apostrophe", () => {
  const negating = ["not", "never", "can't", "cant", "cannot", "won't", "wouldnt", "ain't"];
  assertEquals(negating.filter((word) => !isNegation(word)), []);
  const others = ["knot", "want", "cont", "wont't", "pant", "nothingness"];
  assertEquals(others.filter(isNegation), []);
});

Deno.test("chosenByValidation() keeps the classifier with the lowest loss and frees the others", async () => {
  const freed: string[] = [];
  const certain = (p: number): ClassifierFamily => ({
    id: String(p),
    title: "",
    fit: () => ({
      predictProbabilities: (texts) => texts.map(() => [1 - p, p]),
      [Symbol.dispose]: () => freed.push(String(p)),
    }),
  });
  const family = chosenByValidation("f", "F", [0.6, 0.9, 0.9, 0.2].map(certain));
  const training = { texts: ["a"], labels: [1], classes: 2 };
  const classifier = await family.fit(training, training, new Random(1));
  assertEquals(await classifier.predictProbabilities(["b"]), [[1 - 0.9, 0.9]]);
  assertEquals(freed, ["0.6", "0.9", "0.2"]);
  await assertMistakes([
    [
      () => family.fit(training, { ...training, texts: [] }, new Random(1)),
      "validation must be some",
    ],
    [() => chosenByValidation("f", "F", []), "candidates must be at least one family"],
  ]);
});

Deno.test("classifiers that share their terms predict as classifiers with terms of their own", async () => {
  const [
    { train: texts, labels, classes, test } = { train: [], labels: [], classes: 2, test: [] },
  ] = fixture.classifiers;
  const training = { texts, labels, classes };
  for (const pairs of [false, true]) {
    const terms = new TermColumns(training.texts, pairs);
    for (const alpha of [0.3, 3]) {
      const own = naiveBayesClassifier(training, { pairs, alpha });
      const shared = naiveBayesClassifier(training, { terms, alpha });
      assertEquals(await shared.predictProbabilities(test), await own.predictProbabilities(test));
    }
    for (const c of [1, 10]) {
      const own = tfidfClassifier(training, { pairs, c });
      const shared = tfidfClassifier(training, { terms, c });
      assertEquals(await shared.predictProbabilities(test), await own.predictProbabilities(test));
    }
    await assertMistakes([
      [
        () => naiveBayesClassifier(training, { terms, pairs: !pairs }),
        `pairs must be left out, or ${pairs} as in the terms, found ${!pairs}`,
      ],
      [
        () => tfidfClassifier({ ...training, texts: [...texts] }, { terms }),
        "terms must be a TermColumns of the list of training texts",
      ],
      [
        () => call(null, naiveBayesClassifier, training, { terms: 1 }),
        "terms must be a TermColumns",
      ],
    ]);
  }
});

Deno.test("classifiers refuse texts that cannot train them", async () => {
  const sound = { texts: ["a", "b"], labels: [0, 1], classes: 2 };
  for (const train of [majorityClassifier, naiveBayesClassifier, tfidfClassifier]) {
    await assertMistakes([
      [() => call(null, train, null), "training must be an object with texts, labels and classes"],
      [() => call(null, train, { ...sound, texts: [] }), "texts must be at least one"],
      [() => call(null, train, { ...sound, labels: [0] }), "labels must be one of each of 2 texts"],
      [
        () => call(null, train, { ...sound, labels: [0, 2] }),
        "labels[1] must be a class from 0 to 1",
      ],
      [
        () => call(null, train, { ...sound, classes: 1 }),
        "classes must be an integer of at least 2",
      ],
    ]);
  }
  const lexicon = await opinionLexicon();
  await assertMistakes([
    [() => naiveBayesClassifier(sound, { alpha: 0 }), "alpha must be a finite number above 0"],
    [() => naiveBayesClassifier({ ...sound, texts: ["!", "?"] }), "texts must be some with words"],
    [() => tfidfClassifier(sound, { c: -1 }), "c must be a finite number above 0"],
    [() => call(null, tfidfClassifier, sound, { pairs: 1 }), "pairs must be true or false"],
    [() => lexiconClassifier(lexicon, { negation: -1 }), "negation must be a number of words"],
    [
      () => call(null, lexiconClassifier, lexicon, { positive: 2 }),
      "positive must be class 0 or 1",
    ],
  ]);
});

Deno.test("trainedBaselines have different ids and titles", () => {
  const { length } = trainedBaselines;
  assertEquals(new Set(trainedBaselines.map(({ id }) => id)).size, length);
  assertEquals(new Set(trainedBaselines.map(({ title }) => title)).size, length);
});
