import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  fitSequenceClassifiers,
  SequenceClassifier,
} from "../../src/classification/sequence_classifier.ts";
import type { SequenceClassifierOptions } from "../../src/classification/sequence_classifier_options.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Feedforward } from "../../src/model/feedforward.ts";
import { forEachBackend, testOn } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const texts = ["a good film", "a bad film", "good new music", "bad new music", "so good", "so bad"];
const training = { texts, labels: [1, 0, 1, 0, 1, 0], classes: 2 };
const options: SequenceClassifierOptions = {
  ...{ cell: "none", embeddingDim: 4, hiddenSize: 5, minCount: 1, wordDropout: 0 } as const,
  ...{ learningRate: 0.05, epochs: 3 },
};

forEachBackend(
  "SequenceClassifier without recurrence gives a text the same classes and weights in any order",
  async (backend) => {
    const allowed = tolerance.backend[backend];
    const readouts = ["attention", "mean"] as const;
    for (const readout of backend === "webgpu" ? readouts.slice(0, 1) : readouts) {
      using classifier = await SequenceClassifier.fit(training, {
        ...{ ...options, readout, random: new Random(1) },
      });
      const [there, back] = await classifier.attend(["so good new film", "film new good so"]);
      assert(there && back);
      assertEquals(back.words, there.words.toReversed());
      assertClose(back.weights.toReversed(), there.weights, allowed, { what: readout });
      assertClose(back.probabilities, there.probabilities, allowed, { what: readout });
    }
  },
);

testOn("wasm", "SequenceClassifier without recurrence has a Feedforward and learns", async () => {
  for (const readout of ["attention", "mean", "last"] as const) {
    using classifier = await SequenceClassifier.fit(training, {
      ...{ ...options, readout, numLayers: 2, epochs: 40, random: new Random(1) },
    });
    assert(classifier.model.recurrent instanceof Feedforward);
    assertEquals(classifier.options.bidirectional, false);
    const names = Object.keys(await classifier.model.recurrent.stateDict());
    assertEquals(names, ["weight_ih_l0", "bias_ih_l0", "weight_ih_l1", "bias_ih_l1"]);
    // The last word decides nothing but in two texts.
    if (readout !== "last") {
      assertEquals(await classifier.predict(["new good", "bad music"]), [1, 0]);
    }
    const bytes = await classifier.save();
    using loaded = SequenceClassifier.load(bytes);
    assertEquals(await loaded.save(), bytes);
    assertEquals(
      await loaded.predictProbabilities(texts),
      await classifier.predictProbabilities(texts),
    );
  }
});

testOn(
  "wasm",
  "fitSequenceClassifiers() gives each network without recurrence the bits that it has alone",
  async () => {
    const random = [1, 2, 3].map((seed) => new Random(seed));
    const together = await fitSequenceClassifiers(training, { ...options, random });
    for (const [r, seed] of [1, 2, 3].entries()) {
      using alone = await SequenceClassifier.fit(training, {
        ...options,
        random: new Random(seed),
      });
      assertEquals(await together[r]?.save(), await alone.save());
    }
    for (const classifier of together) classifier.dispose();
  },
);

testOn("cpu", "SequenceClassifier.fit() refuses two directions without recurrence", async () => {
  await assertRejects(
    () =>
      SequenceClassifier.fit(training, {
        ...{ ...options, bidirectional: true, random: new Random(1) },
      }),
    InputError,
    'bidirectional must be false if cell is "none", found true. Without recurrence, both',
  );
});
