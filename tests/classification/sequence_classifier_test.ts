import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { chosenByValidation } from "../../src/classification/baselines.ts";
import type { EpochProgress } from "../../src/classification/classifier_training.ts";
import type { ClassifiedTexts } from "../../src/classification/classifier.ts";
import { crossValidate } from "../../src/classification/cross_validate.ts";
import { EpochBatches, NO_TEXT } from "../../src/classification/epoch_batches.ts";
import { logLoss } from "../../src/classification/probability_scores.ts";
import {
  fitSequenceClassifiers,
  SequenceClassifier,
  sequenceClassifierFamily,
} from "../../src/classification/sequence_classifier.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { PAD } from "../../src/data/text/vocabulary.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { GRU } from "../../src/model/gru.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { CrossEntropyLoss } from "../../src/training/engine/losses.ts";
import { AdamW } from "../../src/training/optimizer.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { type BackendName, forEachBackend, testOn } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { small, toyTexts } from "./toy_texts.ts";

/** Bits on cpu and WASM; on WebGPU a compiler may fuse operations of two shaders differently. */
const bits = (backend: BackendName) => backend === "webgpu" ? tolerance.replicas : tolerance.exact;

/** Texts of at most four words, which have one padded length: WebGPU compiles each for seconds. */
function shortTexts(count: number, seed: number): ClassifiedTexts {
  const { texts, labels } = toyTexts(count, seed);
  const short = texts.map((text, i) =>
    `${text.split(" ").slice(0, 3).join(" ")} ${labels[i] === 1 ? "good" : "bad"}`
  );
  return { texts: short, labels, classes: 2 };
}

const textsFor = (backend: BackendName) => backend === "webgpu" ? shortTexts : toyTexts;

forEachBackend(
  "SequenceClassifier.fit() gives the weights of the layers and trainStep()",
  async (backend) => {
    const training = textsFor(backend)(20, 1);
    const random = new Random(4);
    // Each direction adds seconds to the compilation for WebGPU.
    const bidirectional = backend !== "webgpu";
    const settings = { ...small, bidirectional, dropout: 0.3, wordDropout: 0.2, epochs: 2 };
    using classifier = await SequenceClassifier.fit(training, { ...settings, random });
    using model = new SequenceModel({
      embedding: new Embedding({
        ...{ numEmbeddings: classifier.tokenizer.vocabulary.size, embeddingDim: 4 },
        ...{ paddingIdx: PAD, random: random.fork("embedding") },
        init: (_name, [ids = 0, features = 0], source) =>
          source.array(ids * features).map((x) => 0.1 * x),
      }),
      recurrent: new GRU({
        ...{ inputSize: 4, hiddenSize: 5, bidirectional, random: random.fork("recurrent") },
      }),
      attention: { size: 5, random: random.fork("attention") },
      dropout: 0.3,
      head: { outFeatures: 2, random: random.fork("head") },
    });
    using optimizer = new AdamW(model, { learningRate: 0.02, weightDecay: 0.01, clipGradNorm: 1 });
    const batches = new EpochBatches({
      rows: training.texts.map((text) => classifier.tokenizer.encode(text)),
      labels: training.labels,
      batchSize: 8,
      wordDropout: 0.2,
    });
    const loss = new CrossEntropyLoss({ ignoreIndex: NO_TEXT });
    for (const epoch of [0, 1]) {
      const batchOf = batches.draw(epoch, [random]);
      for (const k of batches.runs(epoch).flat()) {
        const { x, target, lengths = [] } = batchOf(k);
        assert(!(x instanceof tf.Tensor) && !(target instanceof tf.Tensor));
        const batch = {
          x: { ...x, shape: x.shape.slice(1) },
          target: { ...target, shape: target.shape.slice(1) },
          lengths,
        };
        trainStep(model, loss, optimizer, batch, { random: random.fork("dropout") });
      }
    }
    const [found, wanted] = [await classifier.model.stateDict(), await model.stateDict()];
    assertEquals(Object.keys(found), Object.keys(wanted));
    for (const [name, { data }] of Object.entries(wanted)) {
      assertClose(found[name]?.data ?? [], data, bits(backend), { what: name, scale: 1 });
    }
  },
);

forEachBackend(
  "fitSequenceClassifiers() gives each network the weights that it has alone",
  async (backend) => {
    const training = textsFor(backend)(30, 1);
    const odd = { ...training, texts: ["", "!", ...training.texts.slice(2)] };
    const validation = textsFor(backend)(10, 2);
    const kinds = [
      { cell: "gru", readout: "attention", bidirectional: true },
      { cell: "lstm", readout: "mean", bidirectional: false },
      { cell: "rnn", readout: "last", bidirectional: true, numLayers: 2 },
      { cell: "none", readout: "attention", bidirectional: false },
    ] as const;
    for (const kind of backend === "webgpu" ? kinds.slice(0, 1) : kinds) {
      const options = { ...small, ...kind, validation, epochs: 6, patience: 2, wordDropout: 0.2 };
      const random = [1, 2, 3].map((seed) => new Random(seed));
      const together = await fitSequenceClassifiers(odd, { ...options, random });
      for (const [r, seed] of [1, 2, 3].entries()) {
        using alone = await SequenceClassifier.fit(odd, { ...options, random: new Random(seed) });
        const [one, other] = [alone, together[r]];
        assertEquals(one.epoch, other?.epoch, JSON.stringify(kind));
        const wanted = await one.model.stateDict();
        const found = await other?.model.stateDict() ?? {};
        for (const [name, { data, shape }] of Object.entries(wanted)) {
          assertEquals(found[name]?.shape, shape);
          assertClose(found[name]?.data ?? [], data, bits(backend), { what: name, scale: 1 });
        }
        if (backend !== "webgpu") assertEquals(await one.save(), await other?.save());
      }
      for (const classifier of together) classifier.dispose();
    }
  },
);

forEachBackend(
  "SequenceClassifier.fit() learns a word that decides the class",
  async (backend) => {
    const texts = textsFor(backend);
    const [training, test] = [texts(60, 1), texts(40, 2)];
    const readouts = ["attention", "mean", "last"] as const;
    for (const readout of backend === "webgpu" ? readouts.slice(0, 1) : readouts) {
      const options = { ...small, readout, epochs: 25, random: new Random(1) };
      using classifier = await SequenceClassifier.fit(training, options);
      assertEquals(await classifier.predict(test.texts), [...test.labels], readout);
      assertEquals(await classifier.predict(training.texts), [...training.labels], readout);
    }
  },
);

forEachBackend(
  "SequenceClassifier.fit() restores the epoch with the lowest validation loss",
  async (backend) => {
    const training = textsFor(backend)(30, 1);
    const { texts, labels, classes } = textsFor(backend)(10, 2);
    // With some wrong labels the validation loss rises as soon as the network is sure of itself.
    const validation = {
      texts,
      labels: labels.map((label, i) => i < 4 ? 1 - label : label),
      classes,
    };
    const progress: EpochProgress[] = [];
    using classifier = await SequenceClassifier.fit(training, {
      ...{ ...small, learningRate: 0.05, epochs: 30, patience: 3, validation },
      random: new Random(2),
      onEpoch: (one) => void progress.push(one),
    });
    const losses = progress.map(({ validationLoss }) => validationLoss ?? NaN);
    const best = losses.indexOf(Math.min(...losses));
    assertEquals(classifier.epoch, best + 1);
    assertEquals(progress.length, classifier.epoch + 3);
    assert(progress.length < 30);
    assertEquals(progress.map(({ epoch }) => epoch), losses.map((_, i) => i + 1));
    for (const [i, one] of progress.entries()) {
      assertEquals([one.network, one.epochs], [0, 30]);
      assertEquals(one.best, losses.slice(0, i).every((loss) => loss > (losses[i] ?? NaN)));
    }
    const rows = await classifier.predictProbabilities(texts);
    const found = logLoss(validation.labels, rows);
    assertClose([found], [losses[best] ?? NaN], tolerance.backend[backend]);
    const hits = await classifier.predict(texts);
    const right = hits.filter((label, i) => label === validation.labels[i]).length;
    assertEquals(progress[best]?.validationAccuracy, right / 10);
  },
);

testOn("wasm", "SequenceClassifier.fit() without validation trains all epochs", async () => {
  const progress: EpochProgress[] = [];
  using classifier = await SequenceClassifier.fit(toyTexts(20, 1), {
    ...{ ...small, epochs: 7, patience: 1, random: new Random(1) },
    onEpoch: async (one) => {
      await Promise.resolve();
      progress.push(one);
    },
  });
  assertEquals(classifier.epoch, 7);
  assertEquals(progress.length, 7);
  assert(progress.every(({ validationLoss, best }) => validationLoss === null && best));
  const first = progress[0]?.trainingLoss ?? NaN;
  assert(Math.abs(first - Math.log(2)) < 0.3 && (progress[6]?.trainingLoss ?? NaN) < first);
});

testOn("cpu", "fitSequenceClassifiers() calls onEpoch for networks that still learn", async () => {
  const validation = toyTexts(10, 2);
  const progress: EpochProgress[] = [];
  const all = await fitSequenceClassifiers(toyTexts(30, 1), {
    ...{ ...small, epochs: 40, patience: 1, learningRate: 0.1, validation },
    random: [1, 2, 3, 4].map((seed) => new Random(seed)),
    onEpoch: (one) => void progress.push(one),
  });
  const epochs = all.map((_, r) => progress.filter(({ network }) => network === r).length);
  assert(new Set(epochs).size > 1, `${epochs}`);
  for (const [r, classifier] of all.entries()) {
    const own = progress.filter(({ network }) => network === r);
    assertEquals(own.findLast(({ best }) => best)?.epoch, classifier.epoch);
    assert(own.length === classifier.epoch + 1 || own.length === 40);
    classifier.dispose();
  }
});

testOn(
  "wasm",
  "SequenceClassifier.fit() is determined by its source of random numbers",
  async () => {
    const bytesOf = async (seed: number) => {
      const options = { ...small, epochs: 2, random: new Random(seed) };
      using classifier = await SequenceClassifier.fit(toyTexts(20, 1), options);
      return await classifier.save();
    };
    assertEquals(await bytesOf(1), await bytesOf(1));
    assertNotEquals(await bytesOf(1), await bytesOf(2));
  },
);

forEachBackend(
  "predictProbabilities() of a text does not depend on other texts and their order",
  async (backend) => {
    const training = textsFor(backend)(30, 1);
    const kinds = [
      { ...small, maxLength: 9 },
      // The kernels of WASM choose other ways for larger products.
      { ...small, cell: "lstm", embeddingDim: 20, hiddenSize: 70, maxLength: 9 },
    ] as const;
    for (const kind of backend === "wasm" ? kinds : kinds.slice(0, 1)) {
      const options = { ...kind, epochs: 2, random: new Random(1) };
      using classifier = await SequenceClassifier.fit(training, options);
      const long = "good ".repeat(8) + "film bad bad";
      const texts = ["", "good", "what?", ...training.texts, ...backend === "webgpu" ? [] : [long]];
      const rows = await classifier.predictProbabilities(texts);
      for (const row of rows) {
        assertEquals(row.length, 2);
        assertClose([(row[0] ?? 0) + (row[1] ?? 0)], [1], tolerance.rounding);
      }
      const reversed = await classifier.predictProbabilities(texts.toReversed());
      assertClose(reversed.toReversed().flat(), rows.flat(), bits(backend));
      for (const [i, text] of texts.entries()) {
        if (backend === "webgpu" && i > 3) break;
        const [alone = []] = await classifier.predictProbabilities([text]);
        assertClose(alone, rows[i] ?? [], bits(backend));
      }
      if (backend !== "webgpu") {
        // What follows the first nine words is not read.
        const cut = await classifier.predictProbabilities(["good ".repeat(8) + "film"]);
        assertEquals(cut[0], rows.at(-1));
      }
      assertEquals(rows[0], rows[2]); // A text without words is read as one unknown word.
      assertEquals(await classifier.predictProbabilities([]), []);
      assertEquals(await classifier.predict([]), []);
    }
  },
);

forEachBackend(
  "attend() gives words, the weights that the model has, and the probabilities",
  async (backend) => {
    const training = textsFor(backend)(30, 1);
    const options = { ...small, epochs: 3, maxLength: 3, random: new Random(1) };
    using classifier = await SequenceClassifier.fit(training, options);
    const texts = ["It’s GOOD, isn't it? Yes.", "good", "...", ""];
    const attended = await classifier.attend(texts);
    assertEquals(attended.map(({ words }) => words), [
      ["it's", "good", "isn't"],
      ["good"],
      ["<UNK>"],
      ["<UNK>"],
    ]);
    const rows = await classifier.predictProbabilities(texts);
    assertEquals(attended.map(({ probabilities }) => probabilities), rows);
    assertEquals(attended.slice(1).map(({ weights }) => weights), [[1], [1], [1]]);
    const { x, lengths } = classifier.encode(texts);
    assertEquals([x.shape, lengths], [[3, 4], [3, 1, 1, 1]]);
    const ids = tf.tensor(x.data, [...x.shape], "int32");
    const { output, weights } = classifier.model.attend(ids, undefined, { lengths });
    const wanted = [0, 1, 2].map((t) => weights.gather(t).gather(0));
    const first = await Promise.all(wanted.map(async (weight) => (await weight.data())[0] ?? NaN));
    assertClose(attended[0]?.weights ?? [], first, tolerance.backend[backend]);
    const logits = await output.softmax().data();
    assertClose(rows.flat(), logits, tolerance.backend[backend]);
  },
);

testOn("cpu", "attend() gives equal weights for the mean, and refuses the last state", async () => {
  const training = toyTexts(10, 1);
  const options = { ...small, epochs: 1, random: new Random(1) };
  using mean = await SequenceClassifier.fit(training, { ...options, readout: "mean" });
  const [one] = await mean.attend(["a good day"]);
  assertClose(one?.weights ?? [], [1 / 3, 1 / 3, 1 / 3], tolerance.float32);
  using last = await SequenceClassifier.fit(training, { ...options, readout: "last" });
  const message = 'readout must be "attention" or "mean" for weights, found "last"';
  await assertRejects(() => last.attend(["a"]), InputError, message);
});

forEachBackend("SequenceClassifier leaves no tensor", async (backend) => {
  const { texts, labels, classes } = textsFor(backend)(10, 1);
  const before = tf.memory().numTensors;
  const options = { ...small, epochs: 2, validation: { texts, labels, classes } };
  const training = { texts, labels, classes };
  const random = [1, 2].map((seed) => new Random(seed));
  const both = await fitSequenceClassifiers(training, { ...options, random });
  for (const classifier of both) {
    await classifier.predict(texts);
    await classifier.attend(texts);
    using loaded = SequenceClassifier.load(await classifier.save());
    await loaded.predict(texts);
    classifier.dispose();
    classifier.dispose();
  }
  assertEquals(tf.memory().numTensors, before);
  const controller = new AbortController();
  const stop = {
    ...options,
    random: new Random(1),
    signal: controller.signal,
    onEpoch: () => controller.abort(new Error("enough")),
  };
  await assertRejects(() => SequenceClassifier.fit(training, stop), Error, "enough");
  assertEquals(tf.memory().numTensors, before);
});

testOn("wasm", "SequenceClassifier.fit() again and again takes no more memory", async () => {
  const options = { ...small, hiddenSize: 64, epochs: 1, random: new Random(1) };
  const training = toyTexts(64, 1);
  const used = async (times: number) => {
    for (let i = 0; i < times; i++) {
      using classifier = await SequenceClassifier.fit(training, options);
      await classifier.predict(training.texts);
    }
    return Deno.memoryUsage().rss;
  };
  const [before, after] = [await used(8), await used(24)];
  // One training takes some megabytes of the memory of the kernels.
  assert(after - before < 2 ** 25, `${before} ${after}`);
});

testOn("wasm", "crossValidate() and chosenByValidation() take a family of networks", async () => {
  const { texts, labels } = toyTexts(40, 1);
  const data = {
    ...{ id: "toy", title: "toy", origin: "", licence: null, classes: ["bad", "good"] },
    texts: texts.map((text, group) => ({ text, label: labels[group] ?? 0, source: "", group })),
  };
  const range = (first: number, end: number) =>
    Array.from({ length: end - first }, (_, i) => first + i);
  const split = { train: range(0, 24), validation: range(24, 32), test: range(32, 40) };
  const family = (id: string, epochs: number) =>
    sequenceClassifierFamily({ ...small, id, title: id, epochs, wordDropout: 0 });
  const chosen = chosenByValidation("n", "n", [family("short", 1), family("long", 30)]);
  const found = await crossValidate(data, [split], chosen, new Random(1));
  assertEquals(found.indices, split.test);
  const right = found.probabilities.filter((row, i) => (row[found.labels[i] ?? 0] ?? 0) > 0.5);
  assertEquals(right.length, 8);
  // Without validation texts all epochs are trained.
  const none = { texts: [], labels: [], classes: 2 };
  const all = await family("all", 3).fit({ texts, labels, classes: 2 }, none, new Random(1));
  assert(all instanceof SequenceClassifier);
  assertEquals(all.epoch, 3);
  all.dispose();
});
