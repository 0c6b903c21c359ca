/** Files of classifiers, which {@link SequenceClassifier.load} reads. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { SequenceClassifier } from "../../../src/classification/sequence_classifier.ts";
import { selectBackend } from "../../../src/core/backend.ts";
import { InputError } from "../../../src/core/errors.ts";
import type { Json } from "../../../src/core/json.ts";
import { Random } from "../../../src/core/random.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
} from "../../../src/model/parameters/safetensors.ts";
import { editedBytes, finiteNumber, jsonText, oddNumber } from "../generators.ts";
import { inputTarget, type Target } from "../target.ts";

/** The file of a small classifier; empty before {@link classifierFiles} is prepared. */
let saved: Safetensors = { tensors: {}, metadata: {} };

/** Returns the description in a file. */
const described = (): Json => JSON.parse(saved.metadata["classifier"] ?? "null");

/** Encodes a file; an empty one if the format does not permit its texts. */
function encode(classifier: string, changes: readonly (readonly [number, number])[]): Uint8Array {
  const tensors = Object.fromEntries(
    Object.entries(saved.tensors).map(([key, { shape, data }]) => [
      key,
      { shape, data: data.slice() },
    ]),
  );
  const all = Object.values(tensors);
  for (const [place, value] of changes) all[place % all.length]?.data.fill(value, 0, 1);
  try {
    return encodeSafetensors({ tensors, metadata: { ...saved.metadata, classifier } });
  } catch (error) {
    if (error instanceof InputError) return new Uint8Array();
    throw error;
  }
}

const changes = fc.array(fc.tuple(fc.nat(12), fc.oneof(finiteNumber, oddNumber)), { maxLength: 2 });

const whole: fc.Arbitrary<Uint8Array> = changes.map((made) =>
  encode(saved.metadata["classifier"] ?? "", made)
);

// The file exists only after `prepare`, so each input asks for its description anew.
const files: fc.Arbitrary<Uint8Array> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constant(null).chain(() =>
      fc.tuple(jsonText(fc.constant(described())), changes)
        .map(([text, made]) => encode(text, made))
    ),
  },
  { weight: 1, arbitrary: whole },
  { weight: 1, arbitrary: editedBytes(whole) },
);

const classifierFiles = inputTarget({
  name: "classifier-files",
  inputs: files,
  errors: [InputError],
  async prepare() {
    await selectBackend("cpu");
    const training = { texts: ["so good", "so bad"], labels: [1, 0], classes: 2 };
    using classifier = await SequenceClassifier.fit(training, {
      ...{ embeddingDim: 2, hiddenSize: 2, minCount: 1, epochs: 1, random: new Random(1) },
    });
    saved = decodeSafetensors(await classifier.save(), "classifier");
  },
  async read(bytes) {
    using classifier = SequenceClassifier.load(bytes);
    const texts = ["so good", "", "other words"];
    return {
      file: await classifier.save(),
      classes: classifier.classes,
      rows: await classifier.predictProbabilities(texts),
    };
  },
  async check({ file, classes, rows }) {
    using again = SequenceClassifier.load(file);
    assertEquals(await again.save(), file);
    for (const row of rows) assert(row.length === classes);
  },
});

/** Targets of this module. */
export const targets: readonly Target[] = [classifierFiles];
