import { assertEquals, assertRejects } from "@std/assert";
import { predictEach } from "../../src/classification/predict_each.ts";
import {
  fitSequenceClassifiers,
  SequenceClassifier,
} from "../../src/classification/sequence_classifier.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { forEachBackend, testOn } from "../backends.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { small, toyTexts } from "./toy_texts.ts";

forEachBackend("predictEach() gives the predictions of each classifier", async (backend) => {
  // WebGPU compiles each length of a text and each direction for seconds.
  const isSlow = backend === "webgpu";
  const settings = { ...small, bidirectional: !isSlow, epochs: 1 };
  const short = { texts: ["good", "bad", "so", "bad"], labels: [1, 0, 1, 0], classes: 2 };
  const classifiers = await fitSequenceClassifiers(isSlow ? short : toyTexts(12, 1), {
    ...settings,
    random: [1, 2, 3].map((seed) => new Random(seed)),
  });
  const { texts } = toyTexts(30, 2);
  const asked = isSlow ? ["good", "bad"] : [...texts, "", "good"];
  const found = await predictEach(classifiers, asked);
  for (const [r, classifier] of classifiers.entries()) {
    const alone = await classifier.predictProbabilities(asked);
    if (isSlow) assertClose(found[r]?.flat() ?? [], alone.flat(), tolerance.replicas);
    else assertEquals(found[r], alone);
    classifier.dispose();
  }
});

testOn("cpu", "predictEach() takes no texts, and each readout", async () => {
  for (const readout of ["attention", "mean", "last"] as const) {
    const classifiers = await fitSequenceClassifiers(toyTexts(12, 1), {
      ...{ ...small, readout, epochs: 1, random: [new Random(1), new Random(2)] },
    });
    assertEquals(await predictEach(classifiers, []), [[], []]);
    const [first] = await predictEach(classifiers, ["good", "bad"]);
    assertEquals(first, await classifiers[0]?.predictProbabilities(["good", "bad"]));
    for (const classifier of classifiers) classifier.dispose();
  }
});

testOn("cpu", "predictEach() refuses classifiers that cannot run side by side", async () => {
  const options = { ...small, epochs: 1, random: new Random(1) };
  const training = toyTexts(12, 1);
  using first = await SequenceClassifier.fit(training, options);
  using wider = await SequenceClassifier.fit(training, { ...options, hiddenSize: 7 });
  const others = { ...training, texts: training.texts.map((text) => `${text} else else`) };
  using other = await SequenceClassifier.fit(others, options);
  await assertMistakes([
    [() => predictEach([], ["a"]), "classifiers must be at least one"],
    [() => call(null, predictEach, [1], ["a"]), "classifiers[0] must be a SequenceClassifier"],
    [() => predictEach([first, wider], ["a"]), "classifiers[1] must be of the options and classes"],
    [() => predictEach([first, other], ["a"]), "classifiers[1] must be of the vocabulary"],
    [() => call(null, predictEach, [first], [1]), "texts[0] must be a string"],
  ]);
  const disposed = await SequenceClassifier.fit(training, options);
  disposed.dispose();
  await assertRejects(() => predictEach([first, disposed], ["a"]), InputError);
});
