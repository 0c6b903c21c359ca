import { assert, assertEquals } from "@std/assert";
import fixture from "../../fixtures/classification.json" with { type: "json" };
import {
  calibrationCurve,
  expectedCalibrationError,
} from "../../src/classification/calibration.ts";
import {
  accuracy,
  balancedAccuracy,
  classScores,
  confusionMatrix,
} from "../../src/classification/confusion.ts";
import { brierScore, logLoss } from "../../src/classification/probability_scores.ts";
import { rocAuc } from "../../src/classification/roc_auc.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";

for (const data of fixture.scores) {
  const { name, labels, probabilities } = data;
  for (const [kind, wanted] of Object.entries({ once: data.once, weighted: data.weighted })) {
    Deno.test(`scores of ${name}, ${kind}, are those of scikit-learn`, () => {
      const { weights } = wanted;
      const confusion = confusionMatrix(labels, probabilities, weights);
      assertEquals(confusion, wanted.confusion);
      const scores = classScores(confusion);
      const close = (found: number[], expected: number[], what: string) =>
        assertClose(found, expected, tolerance.rounding, { what });
      close([accuracy(confusion)], [wanted.accuracy], "accuracy");
      close([balancedAccuracy(confusion)], [wanted.balanced_accuracy], "balanced accuracy");
      close(scores.map(({ precision }) => precision), wanted.precision, "precision");
      close(scores.map(({ recall }) => recall), wanted.recall, "recall");
      close(scores.map(({ f1 }) => f1), wanted.f1, "F1");
      close(scores.map(({ support }) => support), wanted.support, "support");
      close([rocAuc(labels, probabilities, weights)], [wanted.roc_auc], "ROC AUC");
      close([logLoss(labels, probabilities, weights)], [wanted.log_loss], "log loss");
      close([brierScore(labels, probabilities, weights)], [wanted.brier], "Brier score");
      const error = expectedCalibrationError(labels, probabilities, { weights });
      close([error], [wanted.calibration_error], "calibration error");
    });
  }

  for (const strategy of ["uniform", "quantile"] as const) {
    Deno.test(`calibrationCurve() of ${name} has the ${strategy} bins of scikit-learn`, () => {
      const found = calibrationCurve(labels, probabilities, { bins: 7, strategy })
        .filter(({ count }) => count > 0);
      const { observed, predicted } = data.calibration[strategy];
      assertClose(found.map((bin) => bin.observed), observed, tolerance.rounding);
      assertClose(found.map((bin) => bin.predicted), predicted, tolerance.rounding);
    });
  }
}

Deno.test("confusionMatrix() divides an item between equally probable classes", () => {
  const third = [1 / 3, 1 / 3, 1 / 3];
  assertEquals(confusionMatrix([2], [third]), [[0, 0, 0], [0, 0, 0], third]);
  assertEquals(accuracy(confusionMatrix([0, 1], [[0.5, 0.5], [0.5, 0.5]])), 0.5);
});

Deno.test("classScores() gives 0 for a class that is never predicted or has no items", () => {
  const [first, second, third] = classScores([[3, 0, 0], [2, 0, 0], [0, 0, 0]]);
  assertEquals(first, { precision: 0.6, recall: 1, f1: 0.75, support: 3 });
  assertEquals(second, { precision: 0, recall: 0, f1: 0, support: 2 });
  assertEquals(third, { precision: 0, recall: 0, f1: 0, support: 0 });
  assertEquals(balancedAccuracy([[3, 0, 0], [2, 0, 0], [0, 0, 0]]), 0.5);
});

Deno.test("rocAuc() is the share of pairs in the right order, with ties one half", () => {
  const scores = [0.2, 0.5, 0.5, 0.5, 0.9, 0.2];
  const labels = [0, 0, 1, 1, 1, 1];
  let [wins, pairs] = [0, 0];
  for (const [i, a] of labels.entries()) {
    for (const [j, b] of labels.entries()) {
      if (a !== 1 || b !== 0) continue;
      pairs++;
      const [high = 0, low = 0] = [scores[i], scores[j]];
      wins += high > low ? 1 : high === low ? 0.5 : 0;
    }
  }
  const probabilities = scores.map((p) => [1 - p, p]);
  assertEquals(rocAuc(labels, probabilities), wins / pairs);
  assertEquals(rocAuc([1, 1, 1, 1, 1, 1], probabilities), NaN);
});

Deno.test("logLoss() of a certain and wrong prediction is finite", () => {
  assertEquals(logLoss([0], [[0, 1]]), -Math.log(Number.EPSILON));
});

Deno.test("expectedCalibrationError() is 0 if probabilities are the shares", () => {
  const probabilities = [[0.25, 0.75], [0.25, 0.75], [0.25, 0.75], [0.25, 0.75]];
  assert(expectedCalibrationError([1, 1, 1, 0], probabilities) < 1e-15);
});

Deno.test("scores refuse labels, probabilities and weights that do not go together", async () => {
  const rows = [[0.5, 0.5], [0.1, 0.9]];
  for (const score of [confusionMatrix, rocAuc, logLoss, brierScore, expectedCalibrationError]) {
    await assertMistakes([
      [() => call(null, score, [0], rows), "labels must be one of each of 2 items, found 1"],
      [() => call(null, score, [0, 2], rows), "labels[1] must be a class from 0 to 1, found 2"],
      [() => call(null, score, [0, 1], []), "probabilities must be of at least one item"],
      [() => call(null, score, [0, 1], [[1], [1]]), "must be of at least two classes"],
      [() => call(null, score, [0, 1], [[0.5, 0.5], [1, 0, 0]]), "must be of 2 classes"],
      [() => call(null, score, [0, 1], [[0.5, 0.5], [0.9, 0.9]]), "with the sum 1"],
      [() => call(null, score, [0, 1], [[0.5, 0.5], [NaN, 1]]), "with the sum 1"],
    ]);
  }
  await assertMistakes([
    [() => logLoss([0, 1], rows, [1]), "weights must be one of each of 2 items"],
    [() => logLoss([0, 1], rows, [1, -1]), "weights[1] must be a finite number of at least 0"],
    [() => calibrationCurve([0, 1], rows, { label: 2 }), "label must be a class from 0 to 1"],
    [() => accuracy([[1, 0]]), "a row of confusion must be of 1 counts"],
  ]);
});
