import { assert, assertEquals } from "@std/assert";
import { adversarialAttention } from "../../../src/analysis/adversarial_attention.ts";
import { attendSequences } from "../../../src/analysis/attention_importance.ts";
import { studyAttention } from "../../../src/analysis/attention_study.ts";
import type { ClassifiedTexts } from "../../../src/classification/classifier.ts";
import { accuracy, confusionMatrix } from "../../../src/classification/confusion.ts";
import { classifiedTexts, crossValidate } from "../../../src/classification/cross_validate.ts";
import { lexiconClassifier } from "../../../src/classification/lexicon_classifier.ts";
import { naiveBayesClassifier } from "../../../src/classification/naive_bayes.ts";
import { logLoss } from "../../../src/classification/probability_scores.ts";
import {
  fitSequenceClassifiers,
  SequenceClassifier,
} from "../../../src/classification/sequence_classifier.ts";
import { tfidfClassifier } from "../../../src/classification/tfidf_classifier.ts";
import { Random } from "../../../src/core/random.ts";
import type { DataSplit } from "../../../src/data/folds.ts";
import { afinnLexicon, opinionLexicon } from "../../../src/data/text/lexicons.ts";
import {
  type AttentionFindings,
  attentionFindings,
} from "../../../src/experiments/sentiment/attention.ts";
import {
  baselinesFor,
  isSentiment,
  trainBaselines,
} from "../../../src/experiments/sentiment/baselines.ts";
import { candidates, type Kind, kinds } from "../../../src/experiments/sentiment/kinds.ts";
import {
  optionsOf,
  trainNetworks,
  withFewerTexts,
} from "../../../src/experiments/sentiment/networks.ts";
import { joinSplits } from "../../../src/experiments/sentiment/outcomes.ts";
import type { Context } from "../../../src/experiments/sentiment/parameters.ts";
import { openTexts, smallerSplit, type Texts } from "../../../src/experiments/sentiment/texts.ts";
import { type BackendName, testOn } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { fileOf, jsonLines, plainRows, seeds, valuesOf, within } from "./running.ts";

/** Texts of 4,000 sentences would take long; lexicons and naive Bayes need some to be right at all. */
const set = { maxTexts: 150, sizes: [40] };

/** Joins texts with their labels. */
function joined(one: ClassifiedTexts, other: ClassifiedTexts): ClassifiedTexts {
  return {
    texts: [...one.texts, ...other.texts],
    labels: [...one.labels, ...other.labels],
    classes: one.classes,
  };
}

Deno.test("trainBaselines() has the predictions of crossValidate() with the same folds", async () => {
  await within("cpu", set, async (context) => {
    const texts = await openTexts(context);
    const { data, folds } = texts;
    const { byFold } = await trainBaselines(context, texts);
    /** The setting with the lowest cost on the validation texts, trained with them, too. */
    const searchedBy =
      (cost: typeof logLoss) =>
      (fits: readonly ((training: ClassifiedTexts) => SearchedClassifier)[]) =>
      async (training: ClassifiedTexts, validation: ClassifiedTexts | undefined) => {
        assert(validation);
        const losses: number[] = [];
        for (const fit of fits) {
          const predicted = await fit(training).predictProbabilities(validation.texts);
          losses.push(cost(validation.labels, predicted));
        }
        const fit = fits[losses.indexOf(Math.min(...losses))];
        assert(fit);
        return fit(joined(training, validation));
      };
    const searched = searchedBy(logLoss);
    // The loss decides between settings of equal accuracy.
    const accurate = searchedBy((labels, predicted) =>
      1e-6 * logLoss(labels, predicted) - accuracy(confusionMatrix(labels, predicted))
    );
    const [opinion, afinn] = [await opinionLexicon(), await afinnLexicon()];
    const terms = [false, true];
    const bayes = terms.flatMap((pairs) =>
      [0.3, 1, 3].map((alpha) => (training: ClassifiedTexts) => {
        return naiveBayesClassifier(training, { pairs, alpha });
      })
    );
    const logistic = terms.flatMap((pairs) =>
      [1, 10, 100].map((c) => (training: ClassifiedTexts) => {
        return tfidfClassifier(training, { pairs, c });
      })
    );
    const families = {
      "opinion-lexicon": () => lexiconClassifier(opinion, { negation: 0 }),
      "opinion-lexicon-negation": () => lexiconClassifier(opinion, { negation: 3 }),
      "afinn-111-negation": () => lexiconClassifier(afinn, { negation: 3 }),
      "naive-bayes": searched(bayes),
      "logistic": searched(logistic),
    };
    for (const [id, fits] of Object.entries({ "naive-bayes": bayes, logistic })) {
      const model = { id, title: id, fit: accurate(fits) };
      const wanted = await crossValidate(data, folds, model, new Random(1));
      const runs = (byFold.get(id) ?? []).map(({ byAccuracy }) => [byAccuracy]);
      const found = joinSplits({ id, title: id }, texts, folds, runs);
      assertEquals(found.indices, wanted.indices);
      assertClose(
        (found.probabilities[0] ?? []).flat(),
        wanted.probabilities.flat(),
        tolerance.rounding,
      );
    }
    for (const [id, fit] of Object.entries(families)) {
      const wanted = await crossValidate(data, folds, { id, title: id, fit }, new Random(1));
      const place = new Map(wanted.indices.map((text, at) => [text, at]));
      const runs = byFold.get(id) ?? [];
      assertEquals(runs.length, 3, id);
      for (const [fold, { test }] of folds.entries()) {
        const predicted = test.map((text) => wanted.probabilities[place.get(text) ?? -1] ?? []);
        const found = runs[fold]?.probabilities ?? [];
        assertClose(found.flat(), predicted.flat(), tolerance.rounding);
        const labels = classifiedTexts(data, test).labels;
        assertEquals(
          accuracy(confusionMatrix(labels, found)),
          accuracy(confusionMatrix(labels, predicted)),
          id,
        );
      }
      // The lexicon needs no training, so it is better than chance with any number of texts.
      if (!id.startsWith("opinion")) continue;
      assert(accuracy(confusionMatrix(wanted.labels, wanted.probabilities)) > 0.65, id);
    }
  });
});

Deno.test("trainBaselines() also tests the chosen setting without the validation texts", async () => {
  await within("cpu", set, async (context) => {
    const texts = await openTexts(context);
    const { data, folds } = texts;
    const { byFold } = await trainBaselines(context, texts);
    const fits = [false, true].flatMap((pairs) =>
      [0.3, 1, 3].map((alpha) => (training: ClassifiedTexts) => {
        return naiveBayesClassifier(training, { pairs, alpha });
      })
    );
    for (const [fold, split] of folds.entries()) {
      const [training, validation, test] = [split.train, split.validation, split.test]
        .map((indices) => classifiedTexts(data, indices));
      assert(training && validation && test);
      const tried = await Promise.all(fits.map(async (fit) => {
        const predicted = await fit(training).predictProbabilities(validation.texts);
        return { fit, loss: logLoss(validation.labels, predicted) };
      }));
      const [byLoss] = tried.toSorted((a, b) => a.loss - b.loss);
      const alone = await byLoss?.fit(training).predictProbabilities(test.texts) ?? [];
      const found = byFold.get("naive-bayes")?.[fold];
      assertClose(found?.trainingOnly.flat() ?? [], alone.flat(), tolerance.rounding);
    }
  });
});

/** A classifier that a search can compare. */
type SearchedClassifier = ReturnType<typeof naiveBayesClassifier>;

Deno.test("baselinesFor() has lexicons only for the classes negative and positive", async () => {
  const ids = async (classes: readonly string[]) =>
    (await baselinesFor(classes)).map(({ id }) => id);
  assertEquals(await ids(["negative", "positive"]), [
    ...["majority", "opinion-lexicon", "opinion-lexicon-negation"],
    ...["afinn-111", "afinn-111-negation", "naive-bayes", "logistic"],
  ]);
  for (
    const classes of [["bad", "good"], ["positive", "negative"], [
      "negative",
      "neutral",
      "positive",
    ]]
  ) {
    assertEquals(await ids(classes), ["majority", "naive-bayes", "logistic"]);
    assertEquals(isSentiment(classes), false);
  }
  // Validation chooses among as many settings as there are networks.
  for (const { id, settings } of await baselinesFor(["negative", "positive"])) {
    const isTrained = id === "naive-bayes" || id === "logistic";
    assertEquals(settings.length, isTrained ? candidates.length : 1, id);
  }
});

/** Trains a network alone, and returns its predictions, its validation loss and its epoch. */
async function alone(
  context: Context,
  { data }: Texts,
  { train, validation, test }: DataSplit,
  kind: Kind,
  path: readonly (string | number)[],
) {
  const [training, held, tested] = [train, validation, test]
    .map((indices) => classifiedTexts(data, indices));
  assert(training && held && tested);
  const options = optionsOf(kind, context.parameters);
  using classifier = await SequenceClassifier.fit(training, {
    ...withFewerTexts(options, train.length + validation.length),
    ...{ validation: held, random: context.random(...path) },
  });
  const losses = await classifier.predictProbabilities(held.texts);
  return {
    probabilities: await classifier.predictProbabilities(tested.texts),
    validationLoss: logLoss(held.labels, losses),
    epoch: classifier.epoch,
  };
}

for (const backend of ["cpu", "wasm"] as const) {
  Deno.test(`trainNetworks() has the bits of SequenceClassifier.fit() alone [${backend}]`, async () => {
    await within(backend, set, async (context) => {
      const texts = await openTexts(context);
      const { byKind, bySource, bySize } = await trainNetworks(context, texts);
      assertEquals([...byKind.keys()], kinds.map(({ id }) => id));
      const [fold] = [1];
      const [split, first] = [texts.folds[fold], kinds[0]];
      assert(split);
      for (const kind of kinds) {
        const path = [8, kind.id, fold];
        const wanted = await alone(context, texts, split, kind, path);
        assertEquals(byKind.get(kind.id)?.[fold]?.seeds[seeds.indexOf(8)], wanted, kind.id);
      }
      const other = texts.bySource[1];
      assert(other);
      const path = [3, "by source", 1];
      assertEquals(bySource[1]?.seeds[0], await alone(context, texts, other, first, path));
      const smaller = smallerSplit(texts, split, 40, context);
      assert(smaller);
      assertEquals(
        bySize[0]?.[fold]?.seeds[0],
        await alone(context, texts, smaller, first, [3, "by size", 40, fold]),
      );
    });
  });
}

Deno.test("optionsOf() gives a network that reads in one direction as many units as the others", () => {
  const values = valuesOf({ hiddenSize: 5 });
  const units = kinds.map((kind) => optionsOf(kind, values))
    .map(({ hiddenSize = NaN, bidirectional }) => hiddenSize * (bidirectional ? 2 : 1));
  assertEquals(units, kinds.map(() => 10));
});

Deno.test("withFewerTexts() keeps the number of updates with fewer texts", () => {
  const options = { batchSize: 32, epochs: 4, patience: 2, hiddenSize: 3 };
  assertEquals(withFewerTexts(options, 2700), options);
  assertEquals(withFewerTexts(options, 9000), options);
  // A ninth of the texts: three times the epochs, with batches of a third.
  const few = { batchSize: 11, epochs: 12, patience: 6, hiddenSize: 3 };
  assertEquals(withFewerTexts(options, 300), few);
  assertEquals(withFewerTexts({ ...options, batchSize: 1 }, 27).batchSize, 1);
});

/** Trains two LSTMs with attention with the first fold, and studies them. */
async function studied(
  context: Context,
  use: (classifiers: readonly SequenceClassifier[], texts: readonly string[]) => Promise<void>,
  epochs = 3,
): Promise<AttentionFindings> {
  const texts = await openTexts(context);
  const [split] = texts.folds;
  assert(split);
  const classifiers = await fitSequenceClassifiers(classifiedTexts(texts.data, split.train), {
    ...{ ...optionsOf(kinds[0], context.parameters), epochs, learningRate: 0.1 },
    random: context.seeds.map((seed) => new Random(seed)),
  });
  const tested = classifiedTexts(texts.data, split.test).texts.slice(0, 12);
  await use(classifiers, tested);
  const found = await attentionFindings(context, classifiers, tested, ["a", 1]);
  for (const classifier of classifiers) classifier.dispose();
  return found;
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

Deno.test("attentionFindings() has the means of studyAttention(), and counts each text once", async () => {
  await within("cpu", set, async (context) => {
    const wanted: Record<string, (number | null)[]> = {};
    const lexicon: number[] = [];
    const control: number[] = [];
    let [attended, texts]: [number, number] = [0, 0];
    const found = await studied(context, async (classifiers, tested) => {
      const sequences = tested.flatMap((text) =>
        classifiers.slice(0, 1).map((one) => [...one.encode([text]).x.data])
      );
      const study = await studyAttention(classifiers.map(({ model }) => model), sequences, {
        ...{ permutations: 3, epsilon: context.parameters.tolerance },
        random: context.random("permutations", "a", 1),
      });
      texts = tested.length;
      for (const name of ["tauGradient", "tauLeaveOneOut", "permuted", "overSeeds"] as const) {
        wanted[name] = study.map((own) => mean(own.flatMap((text) => text[name] ?? [])));
      }
      wanted.adversarial = study.map((own) =>
        mean(own.flatMap((text) => text.adversarial?.divergence ?? []))
      );
      const models = classifiers.map(({ model }) => model);
      for (const own of await attendSequences(models, sequences)) {
        control.push(mean(own.flatMap(({ wordLogits }) => {
          const uniform = wordLogits.map(() => 1 / wordLogits.length);
          const epsilon = context.parameters.tolerance;
          return uniform.length < 2
            ? []
            : adversarialAttention(uniform, wordLogits, { epsilon }).divergence;
        })));
      }
      attended = study.flat().filter(({ permuted }) => permuted !== null).length;
      const { valences } = await opinionLexicon();
      for (const classifier of classifiers) {
        const excesses = (await classifier.attend(tested)).flatMap(({ words, weights }) => {
          const chosen = words.map((word) => (valences.get(word) ?? 0) !== 0);
          const count = chosen.filter(Boolean).length;
          if (count === 0 || count === words.length) return [];
          const weight = weights.reduce((sum, value, i) => sum + (chosen[i] ? value : 0), 0);
          return weight - count / words.length;
        });
        lexicon.push(mean(excesses));
      }
    });
    for (const [name, values] of Object.entries(wanted)) {
      const own = Object.entries(found.means).find(([one]) => one === name)?.[1] ?? [];
      assertClose(own.map(Number), values.map(Number), tolerance.float32, { what: name });
    }
    assertClose(found.lexicon.map(Number), lexicon, tolerance.float32);
    assertClose(found.adversarialOfUniform.map(Number), control, tolerance.float32);
    for (const name of ["permuted", "uniform", "adversarial", "overSeeds"] as const) {
      assertEquals(found.counts[name].reduce((a, b) => a + b, 0), attended, name);
    }
    assertEquals(found.examples.length, texts);
    assert(found.decomposition < 1e-6, `${found.decomposition}`);
  });
});

// Each shape of a batch is a shader of its own on WebGPU, so all texts have as many words.
const plain = { data: "a.jsonl", sizes: [1000], minCount: 1 };
const content = fileOf(jsonLines(plainRows(60, ["no", "yes"])));
const plainStudy = (name: BackendName) =>
  within(name, plain, (context) => studied(context, () => Promise.resolve(), 1), content);

testOn("webgpu", "attentionFindings() has the same numbers as on CPU", async () => {
  const [found, wanted] = [await plainStudy("webgpu"), await plainStudy("cpu")];
  for (const [name, values] of Object.entries(wanted.means)) {
    const own = Object.entries(found.means).find(([one]) => one === name)?.[1] ?? [];
    assertClose(own.map(Number), values.map(Number), tolerance.float32, { what: name });
  }
  for (const [i, { words, weights, probabilities }] of wanted.examples.entries()) {
    const example = found.examples[i];
    assertEquals(example?.words, words);
    assertClose(example?.weights ?? [], weights, tolerance.float32);
    assertClose(example?.probabilities ?? [], probabilities, tolerance.float32);
  }
});
