import { assert, assertEquals } from "@std/assert";
import fixture from "../../fixtures/classification.json" with { type: "json" };
import { Random } from "../../src/core/random.ts";
import { lexiconBaselines, trainedBaselines } from "../../src/classification/baselines.ts";
import { calibrationBand } from "../../src/classification/calibration_band.ts";
import { calibrationCurve } from "../../src/classification/calibration.ts";
import {
  classificationDifferences,
  classificationReport,
} from "../../src/classification/classification_report.ts";
import { accuracy, confusionMatrix } from "../../src/classification/confusion.ts";
import { classifiedTexts, crossValidate } from "../../src/classification/cross_validate.ts";
import type { Probabilities } from "../../src/classification/predictions.ts";
import { crossValidationSplits } from "../../src/data/folds.ts";
import { sentimentSentences } from "../../src/data/text/sentiment_sentences.ts";
import { assertMistakes } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("classificationReport() has scikit-learn's numbers, each with an interval", () => {
  for (const { labels, probabilities, once } of fixture.scores) {
    const classes = once.support.map((_, c) => `class ${c}`);
    const options = { random: new Random(1), resamples: 100 };
    const report = classificationReport(
      { labels, probabilities: [probabilities] },
      { classes },
      options,
    );
    const valueOf = (measure: string, label: string | null = null) =>
      report.find((entry) => entry.measure === measure && entry.label === label)?.value ?? NaN;
    const overall = [
      ["accuracy", once.accuracy],
      ["balanced accuracy", once.balanced_accuracy],
      ["macro F1", once.f1.reduce((sum, f1) => sum + f1, 0) / classes.length],
      ["ROC AUC", once.roc_auc],
      ["log loss", once.log_loss],
      ["Brier score", once.brier],
      ["expected calibration error", once.calibration_error],
    ] as const;
    for (const [measure, wanted] of overall) {
      assertClose([valueOf(measure)], [wanted], tolerance.rounding, { what: measure });
    }
    for (const [c, label] of classes.entries()) {
      const found = ["precision", "recall", "F1"].map((measure) => valueOf(measure, label));
      const wanted = [once.precision[c] ?? NaN, once.recall[c] ?? NaN, once.f1[c] ?? NaN];
      assertClose(found, wanted, tolerance.rounding, { what: label });
    }
    assertEquals(report.length, 7 + 3 * classes.length);
    for (const { measure, value, low, high } of report) {
      assert(low < high && low < value + 0.05 && value - 0.05 < high, `${measure} ${low} ${high}`);
    }
  }
});

Deno.test("classificationReport() has rows by source with their own numbers", () => {
  const [data] = fixture.scores;
  const { labels = [], probabilities = [] } = data ?? {};
  const sources = labels.map((_, i) => i % 3 === 0 ? "a" : "b");
  const rows = { classes: ["no", "yes"], sources };
  const options = { random: new Random(1), resamples: 100 };
  const report = classificationReport({ labels, probabilities: [probabilities] }, rows, options);
  for (const source of ["a", "b"]) {
    const own = [...labels.keys()].filter((i) => sources[i] === source);
    const confusion = confusionMatrix(
      own.map((i) => labels[i] ?? 0),
      own.map((i) => probabilities[i] ?? []),
    );
    const found = report.find((entry) => entry.source === source && entry.measure === "accuracy");
    assertClose([found?.value ?? NaN], [accuracy(confusion)], tolerance.rounding);
    assertEquals(found?.support, own.length);
  }
});

Deno.test("classificationReport() is wider with seeds that differ", () => {
  const random = new Random(2);
  const labels = Array.from({ length: 200 }, (_, i) => i % 2);
  const run = (shift: number): Probabilities =>
    labels.map((label) => {
      const p = 1 / (1 + Math.exp(-(2 * label - 1) - shift - random.normal()));
      return [1 - p, p];
    });
  const same = run(0);
  const rows = { classes: ["no", "yes"] };
  const width = (probabilities: Probabilities[]) => {
    const options = { random: new Random(1), resamples: 300 };
    const report = classificationReport({ labels, probabilities }, rows, options);
    const recall = report.find(({ measure, label }) => measure === "recall" && label === "yes");
    return (recall?.high ?? NaN) - (recall?.low ?? NaN);
  };
  assert(width([run(-2), run(-1), run(0), run(1), run(2)]) > 2 * width([same, same, same]));
});

Deno.test("classificationDifferences() of a model and itself are 0", () => {
  const [data] = fixture.scores;
  const { labels = [], probabilities = [] } = data ?? {};
  const runs = { labels, probabilities: [probabilities, probabilities] };
  const options = { random: new Random(1), resamples: 50 };
  const found = classificationDifferences(runs, runs, { classes: ["a", "b"] }, options);
  assert(found.every(({ value, low, high }) => value === 0 && low === 0 && high === 0));
});

Deno.test("calibrationBand() of one seed has the shares of calibrationCurve()", () => {
  for (const { labels, probabilities } of fixture.scores) {
    const curve = calibrationCurve(labels, probabilities, { bins: 7 });
    const options = { bins: 7, random: new Random(1), resamples: 200 };
    const band = calibrationBand({ labels, probabilities: [probabilities] }, options);
    assertEquals(band.map(({ count }) => count), curve.map(({ count }) => count));
    for (const [b, bin] of band.entries()) {
      const { observed = NaN, predicted = NaN, count = 0 } = curve[b] ?? {};
      if (count === 0) {
        assertEquals([bin.observed.value, bin.observed.resamples], [NaN, 0]);
        continue;
      }
      assertClose([bin.observed.value], [observed], tolerance.rounding, { scale: 1 });
      assertClose([bin.predicted], [predicted], tolerance.rounding);
    }
  }
});

Deno.test("calibrationBand() takes the predictions of all seeds together", () => {
  const labels = [0, 1, 1];
  const probabilities = [[[0.8, 0.2], [0.8, 0.2], [0.1, 0.9]], [[0.8, 0.2], [0.1, 0.9], [
    0.1,
    0.9,
  ]]];
  const options = { bins: 2, random: new Random(1), resamples: 50 };
  const [low, high] = calibrationBand({ labels, probabilities }, options);
  assertClose([low?.observed.value ?? NaN, low?.count ?? NaN], [1 / 3, 1.5], tolerance.rounding);
  assertClose([high?.observed.value ?? NaN], [1], tolerance.rounding);
});

Deno.test("crossValidate() gives the baselines the accuracy that scikit-learn's have", async () => {
  // The means of 5 times 10 folds, by scikit-learn 1.9.1 and its own words; here one time 5 folds.
  const wanted: Readonly<Record<string, number>> = {
    "majority": 0.5,
    "naive-bayes-words": 0.830,
    "naive-bayes-pairs": 0.838,
    "logistic-tfidf-pairs": 0.842,
    "opinion-lexicon": 0.764,
    "opinion-lexicon-negation": 0.800,
    "afinn-111-negation": 0.763,
  };
  const data = await sentimentSentences();
  const splits = crossValidationSplits(data.texts, { folds: 5, random: new Random(1) });
  for (const family of [...trainedBaselines, ...await lexiconBaselines()]) {
    const expected = wanted[family.id];
    if (expected === undefined) continue;
    const found = await crossValidate(data, splits, family, new Random(1));
    assertEquals(found.indices, [...data.texts.keys()]);
    const share = accuracy(confusionMatrix(found.labels, found.probabilities));
    assert(Math.abs(share - expected) < 0.02, `${family.id}: ${share}`);
    const again = await crossValidate(data, splits.slice(0, 1), family, new Random(1));
    const [first = 0] = again.indices;
    assertEquals(again.probabilities[0], found.probabilities[first]); // The same bits.
  }
});

Deno.test("crossValidate() frees each classifier and refuses splits that test a text twice", async () => {
  const data = await sentimentSentences();
  let freed = 0;
  const family = {
    id: "half",
    title: "half",
    fit: () => ({
      predictProbabilities: (texts: readonly string[]) => texts.map(() => [0.5, 0.5]),
      [Symbol.dispose]: () => freed++,
    }),
  };
  const split = { train: [0, 1], validation: [], test: [2, 3] };
  const later = { ...split, test: [5, 4] };
  const found = await crossValidate(data, [later, split], family, new Random(1));
  assertEquals([found.indices, freed], [[2, 3, 4, 5], 2]);
  const short = { ...family, fit: () => ({ predictProbabilities: () => [[0.5, 0.5]] }) };
  await assertMistakes([
    [() => crossValidate(data, [split, split], family, new Random(1)), "tested in one split only"],
    [() => crossValidate(data, [], family, new Random(1)), "splits must be at least one"],
    [() => crossValidate(data, [split], short, new Random(1)), "probabilities of half must be 2"],
    [() => classifiedTexts(data, [3000]), "indices must be those of texts, found 3000"],
  ]);
});

Deno.test("reports refuse labels, classes and sources that do not go together", async () => {
  const labels = [0, 1];
  const runs = { labels, probabilities: [[[1, 0], [0, 1]]] };
  const options = { random: new Random(1), resamples: 10 };
  const classes = ["a", "b"];
  await assertMistakes([
    [() => classificationReport(runs, { classes: ["a"] }, options), "classes must be 2 names"],
    [
      () => classificationReport(runs, { classes, sources: ["x"] }, options),
      "sources must be one of each of 2 items",
    ],
    [
      () => classificationReport({ labels, probabilities: [] }, { classes }, options),
      "probabilities must be of at least one seed",
    ],
    [
      () => classificationDifferences(runs, { ...runs, labels: [1, 1] }, { classes }, options),
      "labels[0] must be the same for both models, found [0, 1]",
    ],
    [() => calibrationBand(runs, { ...options, label: 2 }), "label must be a class from 0 to 1"],
    [() => calibrationBand(runs, { ...options, bins: 0 }), "bins must be a positive integer"],
  ]);
});
