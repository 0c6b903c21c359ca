import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../src/core/random.ts";
import type { LabelledText } from "../../../src/data/text/labelled_texts.ts";
import { byFold, foldValues, minus } from "../../../src/experiments/sentiment/by_fold.ts";
import { candidates, kinds } from "../../../src/experiments/sentiment/kinds.ts";
import type { NetworkFindings, SplitRun } from "../../../src/experiments/sentiment/networks.ts";
import {
  accuracies,
  chosenKinds,
  ensembleOf,
  joinSplits,
  meanAccuracy,
  predictionsOf,
  validationLoss,
} from "../../../src/experiments/sentiment/outcomes.ts";
import { shownClasses } from "../../../src/experiments/sentiment/shown_classes.ts";
import type { Texts } from "../../../src/experiments/sentiment/texts.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

/** Six texts of two classes and two sources, in three folds. */
const texts: Texts = {
  data: {
    ...{ id: "t", title: "T", origin: "T", licence: null, classes: ["no", "yes"] },
    texts: [0, 1, 1, 0, 0, 1].map((label, i): LabelledText => {
      return { text: `text ${i}`, label, source: i < 4 ? "a" : "b", group: i };
    }),
  },
  folds: [
    { train: [2, 3], validation: [0, 1], test: [4, 5] },
    { train: [4, 5, 0], validation: [2], test: [3, 1] },
    { train: [1, 4], validation: [5, 3], test: [0, 2] },
  ],
  bySource: [],
};

const name = { id: "m", title: "M" };
/** The predicted probability of the class "yes" of each text, for each of two seeds. */
const yes = [[0.1, 0.9, 0.2, 0.3, 0.6, 0.5], [0.8, 0.7, 0.6, 0.4, 0.2, 0.9]];
const rowsOf = (indices: readonly number[], seed: number) =>
  indices.map((i) => [1 - (yes[seed]?.[i] ?? NaN), yes[seed]?.[i] ?? NaN]);
const outcome = joinSplits(
  name,
  texts,
  texts.folds,
  texts.folds.map(({ test }) => [0, 1].map((seed) => rowsOf(test, seed))),
);

function runWith(losses: readonly number[]): SplitRun {
  const seeds = losses.map((loss) => ({ probabilities: [], validationLoss: loss, epoch: 1 }));
  return { seeds, seconds: 1, parameterCount: 1, words: 1, attention: null };
}

Deno.test("joinSplits() puts the predictions of divisions at their texts", () => {
  assertEquals(outcome.indices, [0, 1, 2, 3, 4, 5]);
  assertEquals(outcome.labels, [0, 1, 1, 0, 0, 1]);
  assertEquals(outcome.probabilities, [0, 1].map((seed) => rowsOf([0, 1, 2, 3, 4, 5], seed)));
  // Divisions need not test all texts.
  const [first] = texts.folds;
  assert(first);
  const part = joinSplits(name, texts, [first], [[rowsOf(first.test, 0)]]);
  assertEquals([part.indices, part.labels], [[4, 5], [0, 1]]);
  assertEquals(part.probabilities, [rowsOf([4, 5], 0)]);
});

Deno.test("foldValues() measures the tested texts of each fold", () => {
  // Text 5 has equal probabilities with the first seed, so half of it counts as right.
  assertEquals(foldValues(texts, outcome), [(0.25 + 1) / 2, (1 + 1) / 2, (0.5 + 0.5) / 2]);
  const seen: unknown[] = [];
  const found = foldValues(texts, outcome, (labels, probabilities) => {
    seen.push([labels, probabilities]);
    return seen.length;
  });
  assertEquals(found, [1, 2, 3]);
  assertEquals(seen[1], [[0, 1], [rowsOf([3, 1], 0), rowsOf([3, 1], 1)]]);
});

Deno.test("byFold() has the size of the tested part over that of the labelled part", () => {
  const { labels, overlap } = byFold(texts);
  assertEquals(labels, ["fold 1", "fold 2", "fold 3"]);
  assertClose([overlap], [2 / 4], tolerance.rounding);
});

Deno.test("minus() subtracts pair by pair", () => {
  assertEquals(minus([3, 5], [1, 7]), [2, -2]);
  assertEquals(minus([3, 5], [1]), [2, NaN]);
});

Deno.test("ensembleOf() has the mean probabilities of the seeds", () => {
  const { probabilities: [mean = [], ...others], id, indices } = ensembleOf(outcome);
  assertEquals([others, id, indices], [[], "m-ensemble", outcome.indices]);
  assertClose(
    mean.map((row) => row[1] ?? NaN),
    [0.45, 0.8, 0.4, 0.35, 0.4, 0.7],
    tolerance.rounding,
  );
  assertClose(mean.map(([no = NaN, one = NaN]) => no + one), Array(6).fill(1), tolerance.rounding);
  // Text 2 is wrong with the first seed and in the mean; text 0 with the second seed only.
  assertClose([meanAccuracy(outcome.labels, [mean])], [5 / 6], tolerance.rounding);
});

Deno.test("accuracies() are those of all texts and of each source, within their intervals", () => {
  const context = {
    random: (...path: readonly (string | number)[]) =>
      path.reduce((source: Random, label) => source.fork(label), new Random(1)),
  };
  const [entries = []] = accuracies(context, texts, [outcome]);
  assertEquals(entries.map(({ source, texts }) => [source, texts]), [[null, 6], ["a", 4], [
    "b",
    2,
  ]]);
  // The first seed has 3 of 4 and 0.5 of 2 right, the second one 3 of 4 and 2 of 2.
  const wanted = [(3.5 + 5) / 12, (3 + 3) / 8, (0.5 + 2) / 4];
  assertClose(entries.map(({ value }) => value), wanted, tolerance.rounding);
  for (const { value, low, high } of entries) {
    assert(low >= 0 && low <= value && value <= high && high <= 1, `${low} ${value} ${high}`);
  }
  // With a single source there is no entry for it.
  const single = {
    ...texts,
    data: { ...texts.data, texts: texts.data.texts.map((one) => ({ ...one, source: "a" })) },
  };
  const [found = []] = accuracies(context, single, [outcome]);
  assertEquals(found.map(({ source }) => source), [null]);
});

Deno.test("chosenKinds() takes the network with the lowest mean validation loss in each fold", () => {
  const losses: Readonly<Record<string, readonly number[][]>> = {
    // Its loss in the second fold is the lowest of all, but validation cannot choose it.
    "no-recurrence": [[9, 9], [0, 0], [9, 9]],
    "lstm-mean": [[1, 3], [5, 5], [4, 4]],
    "gru-attention": [[2.5, 2.5], [1, 1.5], [4, 4]],
    "rnn-attention": [[0.5, 9], [1.2, 1.4], [5, 5]],
  };
  const byKind = new Map(
    kinds.map(({ id }) => [id, (losses[id] ?? [[8], [8], [8]]).map(runWith)] as const),
  );
  const networks: NetworkFindings = { byKind, bySource: [], bySize: [] };
  // Of equal losses the first network is taken.
  assertEquals(chosenKinds(networks, 3), ["lstm-mean", "gru-attention", "lstm-mean"]);
  assertEquals(candidates.map(({ id }) => id).includes("no-recurrence"), false);
  assertEquals(validationLoss(runWith([1, 3])), 2);
});

Deno.test("predictionsOf() has the predictions of each seed", () => {
  const seeds = [0, 1].map((seed) => {
    return { probabilities: rowsOf([1], seed), validationLoss: 0, epoch: 1 };
  });
  assertEquals(predictionsOf({ ...runWith([]), seeds }), [rowsOf([1], 0), rowsOf([1], 1)]);
  assertEquals(predictionsOf(undefined), []);
});

Deno.test("shownClasses() counts the rarest of more than 12 classes together", () => {
  const classes = Array.from({ length: 14 }, (_, c) => `c${c}`);
  // Class c has c + 1 items, except that class 1 has many; one item of each is predicted as class 0.
  const items = classes.map((_, c) => c === 1 ? 50 : c + 1);
  const matrix = items.map((count, actual) =>
    classes.map((_, predicted) =>
      (predicted === actual ? count - 1 : 0) + (predicted === 0 ? 1 : 0)
    )
  );
  const { classes: shown, matrices: [found = []], merged } = shownClasses(classes, [matrix]);
  assertEquals(merged, 3);
  assertEquals(shown, ["c1", ...classes.slice(4), "3 other classes"]);
  // Items of the classes 0, 2 and 3, all of which are predicted as one of the three.
  assertEquals(found.at(-1), [...Array(11).fill(0), 1 + 3 + 4]);
  assertEquals(found[0], [49, ...Array(10).fill(0), 1]);
  const sum = (rows: readonly (readonly number[])[]) => rows.flat().reduce((a, b) => a + b, 0);
  assertEquals(sum(found), sum(matrix));
  const few = classes.slice(0, 12);
  assertEquals(shownClasses(few, [matrix]), { classes: few, matrices: [matrix], merged: 0 });
});
