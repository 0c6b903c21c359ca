import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { calibrationBand } from "../../../src/classification/calibration_band.ts";
import { confusionMatrix } from "../../../src/classification/confusion.ts";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import {
  calibrationFigure,
  confusionFigure,
  differencesFigure,
  type DrawnTables,
  recordDrawn,
  wordStrips,
  type WordStripsInput,
} from "../../../src/experiments/sentiment/figures.ts";
import { Recorder } from "../../../src/harness/recorder.ts";
import { draw, texts } from "../../report/figure/drawing.ts";

const text = { id: "f", title: "F", caption: "C" };

/** Records tables and figures, draws the figures, and returns what is recorded. */
function recorded(drawn: DrawnTables): Recorder {
  const recorder = new Recorder([1]);
  recordDrawn(recorder, drawn);
  for (const figure of recorder.figures) {
    for (const width of [720, 350]) {
      assert(!/NaN|undefined|Infinity/.test(draw(figure, recorder.tables, width).outerHTML));
    }
  }
  return recorder;
}

function stripsInput(strips: readonly (readonly [string, readonly number[]])[]): WordStripsInput {
  const shared = { label: "negative", predicted: "positive", probability: 0.875 };
  const words = ["not", "good"];
  const list = strips.map(([name, weights]) => ({ name, weights }));
  return { ...text, texts: [{ name: "1", words, ...shared, strips: list }] };
}

Deno.test("wordStrips() draws the words of a text with label, prediction and probability", () => {
  const { figures, tables } = recorded(wordStrips(stripsInput([["attention", [0.25, 0.75]]])));
  const [figure] = figures;
  assert(figure);
  const svg = draw(figure, tables);
  assertEquals(texts(svg, ".text-name"), ["sentence 1"]);
  assertEquals(texts(svg, ".fact"), [
    "label: negative",
    "predicted: positive",
    "probability of the prediction: 0.88",
  ]);
  assertEquals(texts(svg, ".strip-name"), []);
  assertStringIncludes(
    figure.alt,
    'Sentence 1, negative, predicted as positive: attention is greatest at "good" (0.75)',
  );
});

Deno.test("wordStrips() names the measures if a text has several", () => {
  const input = stripsInput([["attention", [0.25, 0.75]], ["gradient", [1, 0]]]);
  const { figures, tables } = recorded(wordStrips(input));
  const [figure] = figures;
  assert(figure);
  assertEquals(texts(draw(figure, tables), ".strip-name"), ["attention", "gradient"]);
});

Deno.test("wordStrips() refuses weights that do not go with the words", () => {
  assertThrows(
    () => wordStrips(stripsInput([["attention", [1]]])),
    InputError,
    'the weights "attention" of text 1 must be 2, one for each word, found 1',
  );
  const half = stripsInput([["attention", [0.25, 0.25]]]);
  assertThrows(() => recorded(wordStrips(half)), InputError, "the sum of the weights");
  recorded(wordStrips({ ...half, sumsToOne: false }));
});

Deno.test("confusionFigure() draws a matrix of each model with shares of the true class", () => {
  const probabilities = [[0.9, 0.1], [0.3, 0.7], [0.5, 0.5]];
  const counts = confusionMatrix([0, 0, 0], probabilities);
  const classes = ["negative", "positive"];
  const matrices = [{ name: "GRU", counts }, { name: "lexicon", counts: [[3, 0], [0, 1]] }];
  const { figures, tables } = recorded(confusionFigure({ ...text, classes, matrices }));
  assertEquals(tables[0]?.rows.slice(0, 4), [
    ["GRU", "negative", "negative", 1.5, 0.5],
    ["GRU", "negative", "positive", 1.5, 0.5],
    ["GRU", "positive", "negative", 0, null],
    ["GRU", "positive", "positive", 0, null],
  ]);
  const [figure] = figures;
  assert(figure);
  assertEquals(texts(draw(figure, tables), ".facet"), ["GRU", "lexicon"]);
  assertStringIncludes(figure.alt, "GRU, negative: 50 %; GRU, positive: no items; lexicon");
  const one = recorded(confusionFigure({ ...text, classes, matrices: matrices.slice(1) }));
  const [alone] = one.figures;
  assert(alone);
  assertEquals(texts(draw(alone, one.tables), ".facet"), []);
});

Deno.test("confusionFigure() refuses a matrix that does not go with the classes", () => {
  const classes = ["negative", "neutral", "positive"];
  const matrices = [{ name: "GRU", counts: [[1, 2], [3, 4]] }];
  assertThrows(
    () => confusionFigure({ ...text, classes, matrices }),
    InputError,
    "the confusion matrix of GRU must be 3 by 3, as there are classes, found 2",
  );
});

Deno.test("calibrationFigure() draws curves with bands, the diagonal and a histogram", () => {
  const random = new Random(1);
  const scores = Array.from({ length: 60 }, () => 0.3 + 0.7 * random.uniform());
  const labels = scores.map((score) => random.uniform() < score ? 1 : 0);
  const probabilities = [scores.map((score) => [1 - score, score])];
  const bins = calibrationBand({ labels, probabilities }, {
    random: random.fork("band"),
    resamples: 50,
  });
  const { figures, tables } = recorded(calibrationFigure({
    ...text,
    label: "positive",
    curves: [{ name: "GRU", bins }, { name: "TF-IDF", bins }],
    histogram: { title: "H", caption: "C" },
  }));
  // Nothing is predicted below 0.3, so the first bins are empty.
  assertEquals(tables[0]?.rows[0], ["GRU", "0–0.1", null, null, null, null, 0]);
  assertEquals(tables[0]?.rows.length, 20);
  const [curve, histogram] = figures;
  assert(curve?.kind === "chart" && histogram);
  const svg = draw(curve, tables);
  assertEquals(svg.querySelectorAll(".mark-band").length, 2);
  assertEquals(texts(svg, ".legend"), ["model", "GRU", "TF-IDF", "perfect calibration"]);
  const bars = draw(histogram, tables);
  assertEquals(texts(bars, ".facet"), ["GRU", "TF-IDF"]);
  assert(texts(bars).includes("0.9–1"));
});

Deno.test("differencesFigure() draws intervals by row and series, with lines at 0 and at the margin", () => {
  const names = ["GRU − TF-IDF", "GRU − lexicon"];
  const rows = names.flatMap((name, i) =>
    ["all", "films"].map((series) => ({ name, series, value: 0.01 * i, low: -0.02, high: 0.04 }))
  );
  const shared = { ...text, label: "difference in accuracy", rowLabel: "comparison", margin: 0.01 };
  const { figures, tables } = recorded(
    differencesFigure({ ...shared, rows, seriesLabel: "texts" }),
  );
  const [figure] = figures;
  assert(figure);
  for (const width of [720, 350]) {
    const svg = draw(figure, tables, width);
    assertEquals(svg.querySelectorAll(".mark-rule").length, 3);
    assertEquals(texts(svg, ".legend"), ["texts", "all", "films"]);
    assertEquals(texts(svg, ".mark-label").toSorted(), [
      "margin 0.01",
      "margin −0.01",
      "no difference",
    ]);
  }
  assertStringIncludes(figure.alt, "GRU − lexicon (films): 0.01 [-0.02, 0.04].");
});

Deno.test("differencesFigure() draws rows without series and without a margin", () => {
  const rows = [{ name: "GRU − TF-IDF", value: 0.01, low: NaN, high: NaN }];
  const shared = { ...text, label: "difference", unit: "%", rowLabel: "comparison" };
  const { tables } = recorded(differencesFigure({ ...shared, rows }));
  assertEquals(tables[0]?.rows, [["GRU − TF-IDF", 0.01, null, null]]);
  assertThrows(
    () => differencesFigure({ ...shared, rows, margin: 0 }),
    InputError,
    "margin must be above 0, found 0",
  );
  assertThrows(
    () =>
      differencesFigure({
        ...shared,
        rows: [...rows, ...rows.map((r) => ({ ...r, series: "a" }))],
      }),
    InputError,
    "series must be given for all rows or for none, found 1",
  );
});
