import { assertEquals } from "@std/assert";
import {
  fitSequenceClassifiers,
  SequenceClassifier,
  sequenceClassifierFamily,
} from "../../src/classification/sequence_classifier.ts";
import { Random } from "../../src/core/random.ts";
import { testOn } from "../backends.ts";
import { assertMistakes, call, type Mistake } from "../mistakes.ts";
import { small } from "./toy_texts.ts";

const training = { texts: ["so good", "so bad"], labels: [1, 0], classes: 2 };

const fit = (options: object, data: unknown = training) => () =>
  call(SequenceClassifier, "fit", data, {
    ...{ ...small, epochs: 1, random: new Random(1) },
    ...options,
  });

const sizes = ["embeddingDim", "hiddenSize", "numLayers", "attentionSize", "minCount"];
const counts = ["maxVocabulary", "maxLength", "batchSize", "epochs", "patience"];

testOn("cpu", "SequenceClassifier.fit() refuses wrong options", async () => {
  const number = "a finite number above 0";
  await assertMistakes([
    ...[...sizes, ...counts].flatMap((name): Mistake[] =>
      [0, 1.5, "3", NaN, null].map((value) => {
        return [fit({ [name]: value }), `${name} must be a positive integer`];
      })
    ),
    [fit({ maxVocabulary: 2 ** 24 }), "maxVocabulary must be at most 16777212"],
    [fit({ cell: "GRU" }), 'cell must be "rnn", "lstm", "gru" or "none", found "GRU"'],
    [fit({ readout: "all" }), 'readout must be "attention", "mean" or "last", found "all"'],
    [fit({ bidirectional: 1 }), "bidirectional must be true or false, found 1"],
    [fit({ dropout: 1 }), "dropout must be in [0, 1), found 1"],
    [fit({ wordDropout: -0.1 }), "wordDropout must be in [0, 1), found -0.1"],
    [fit({ learningRate: 0 }), `learningRate must be ${number}, found 0`],
    [fit({ learningRate: Infinity }), `learningRate must be ${number}`],
    [fit({ embeddingStd: 0 }), `embeddingStd must be ${number}, found 0`],
    [fit({ clipGradNorm: 0 }), `clipGradNorm must be ${number}`],
    [fit({ weightDecay: -1 }), "weightDecay must be a finite number of at least 0, found -1"],
    [fit({ lr: 1 }), "an option of SequenceClassifier.fit must be one of", "learningRate?"],
    [fit({ random: 5 }), "random must be a source", "new Random(5) makes one"],
    [fit({ onEpoch: 5 }), "onEpoch must be a function of the progress"],
    [fit({ signal: 5 }), "signal must be an AbortSignal"],
    [fit({ minCount: 3 }), "minCount must be at most 2, the count of the most common word"],
  ]);
});

testOn("cpu", "SequenceClassifier.fit() refuses wrong texts", async () => {
  await assertMistakes([
    [fit({}, null), "training must be an object"],
    [fit({}, { ...training, texts: [], labels: [] }), "texts must be at least one"],
    [fit({}, { ...training, texts: ["a", 3] }), "texts[1] must be a string, found 3"],
    [fit({}, { ...training, texts: "ab" }), "texts must be an array"],
    [fit({}, { ...training, texts: ["", "!?"] }), "texts must be some with words"],
    [fit({}, { ...training, labels: [0] }), "labels must be one of each of 2 texts, found 1"],
    [fit({}, { ...training, labels: [0, 2] }), "labels[1] must be a class from 0 to 1, found 2"],
    [fit({}, { ...training, labels: [0, 0.5] }), "labels[1] must be a class"],
    [fit({}, { ...training, classes: 1 }), "classes must be an integer of at least 2, found 1"],
    [
      fit({ validation: { ...training, classes: 3 } }),
      "classes of the validation texts must be 2, as in the training texts, found 3",
    ],
    [
      fit({ validation: { ...training, labels: [0, 7] } }),
      "validation must be texts with their classes",
      "labels[1] must be a class from 0 to 1, found 7",
    ],
    [fit({ validation: { texts: [], labels: [], classes: 2 } }), "texts must be at least one"],
    [fit({ validation: 3 }), "validation must be texts"],
    [fit({ validation: { ...training, texts: ["a", null] } }), "texts[1] must be a string"],
  ]);
});

testOn("cpu", "fitSequenceClassifiers() refuses sources that are not several", async () => {
  const same = new Random(1);
  const each = (random: unknown) => () =>
    call(null, fitSequenceClassifiers, training, { ...small, epochs: 1, random });
  await assertMistakes([
    [each(new Random(1)), "random must be an array"],
    [each([]), "random must be at least one source"],
    [each([new Random(1), 2]), "random[1] must be a source of random numbers, found 2"],
    [each([same, same]), "random must be a source of its own for each network"],
  ]);
});

testOn(
  "cpu",
  "SequenceClassifier.fit() refuses a training that leaves the finite numbers",
  async () => {
    const options = { learningRate: 1e30, weightDecay: 1e9, epochs: 3 };
    const wanted = "learningRate must be small enough for a finite loss, found 1e+30";
    await assertMistakes([
      [fit(options), wanted],
      [fit({ ...options, validation: training }), wanted],
    ]);
  },
);

testOn(
  "cpu",
  "SequenceClassifier refuses wrong arguments, and every use after dispose()",
  async () => {
    using classifier = await SequenceClassifier.fit(training, {
      ...{ ...small, epochs: 1, random: new Random(1) },
    });
    for (const method of ["predictProbabilities", "predict", "attend", "encode"]) {
      await assertMistakes([
        [() => call(classifier, method, "text"), "texts must be an array of strings"],
        [() => call(classifier, method, ["a", 2]), "texts[1] must be a string, found 2"],
        [() => call(classifier, method, [, "a"]), "texts[0] must be a string, found undefined"],
      ]);
    }
    await assertMistakes([
      [() => classifier.encode([]), "texts must be at least one, found []"],
      [() => call(SequenceClassifier, "load", "file"), "a file's bytes in a Uint8Array"],
      [() => call(SequenceClassifier, "load", new Uint8Array(3), 4), "name must be a string"],
      [() => call(null, SequenceClassifier), "SequenceClassifier.fit(training, options) makes"],
    ]);
    classifier.dispose();
    const used = "classifier must be in use, found";
    await assertMistakes([
      [() => classifier.predictProbabilities(["a"]), used],
      [() => classifier.predict(["a"]), used],
      [() => classifier.attend(["a"]), used],
      [() => classifier.save(), used],
    ]);
  },
);

testOn("cpu", "sequenceClassifierFamily() refuses wrong options before it is fitted", async () => {
  const family = (options: object) => () =>
    call(null, sequenceClassifierFamily, { id: "a", title: "b", ...options });
  await assertMistakes([
    [family({ id: 3 }), "id must be a string, found 3"],
    [family({ title: undefined }), "title must be a string"],
    [family({ hiddenSize: 0 }), "hiddenSize must be a positive integer"],
    [family({ random: new Random(1) }), "an option of sequenceClassifierFamily must be one of"],
  ]);
  assertEquals(sequenceClassifierFamily({ id: "a", title: "b" }).title, "b");
});
