import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { SequenceClassifier } from "../../src/classification/sequence_classifier.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import type { SequenceClassifierOptions } from "../../src/classification/sequence_classifier_options.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/model/parameters/safetensors.ts";
import type { StateDict } from "../../src/model/parameters/state_dict.ts";
import { forEachBackend, testOn } from "../backends.ts";
import { small, toyTexts } from "./toy_texts.ts";

function trained(options: SequenceClassifierOptions = {}): Promise<SequenceClassifier> {
  const settings = { ...small, epochs: 1, ...options, random: new Random(1) };
  return SequenceClassifier.fit(toyTexts(12, 1), settings);
}

forEachBackend("SequenceClassifier.load() gives what was saved, bit for bit", async (backend) => {
  const kinds: readonly SequenceClassifierOptions[] = [
    { cell: "gru", readout: "attention", attentionSize: 3 },
    { cell: "lstm", readout: "mean", bidirectional: false, numLayers: 2 },
    { cell: "rnn", readout: "last", maxLength: 5, maxVocabulary: 6 },
  ];
  const texts = ["a good film", "", "unknown words", "bad ".repeat(7)];
  // On WebGPU every padded length compiles for seconds.
  const fewer: typeof kinds = [{ maxLength: 4, bidirectional: false }];
  for (const kind of backend === "webgpu" ? fewer : kinds) {
    using classifier = await trained(kind);
    const bytes = await classifier.save();
    using loaded = SequenceClassifier.load(bytes);
    const { options, classes, epoch, tokenizer } = classifier;
    assertEquals([loaded.options, loaded.classes, loaded.epoch], [options, classes, epoch]);
    assertEquals(loaded.tokenizer.toJson(), tokenizer.toJson());
    assertEquals(await loaded.save(), bytes);
    assertEquals(
      await loaded.predictProbabilities(texts),
      await classifier.predictProbabilities(texts),
    );
    if (kind.readout !== "last") {
      assertEquals(await loaded.attend(texts), await classifier.attend(texts));
    }
    assertEquals(Object.keys(decodeSafetensors(bytes, "file").tensors)[0], "embedding.weight");
  }
});

testOn("cpu", "SequenceClassifier.save() gives equal classifiers equal bytes", async () => {
  using one = await trained();
  using other = await trained();
  assertEquals(await one.save(), await other.save());
  using third = await trained({ epochs: 2 });
  assertNotEquals(await one.save(), await third.save());
});

/** Files with one change each, and words of the error that they give. */
type Damage = readonly [change: (file: Parts) => Parts, words: string];

interface Parts {
  readonly tensors: StateDict;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Changes a field of the description. */
const described = (field: string, value: unknown) => ({ tensors, metadata }: Parts): Parts => {
  const json = JSON.parse(metadata["classifier"] ?? "{}");
  const path = field.split(".");
  const last = path.pop() ?? "";
  const owner = path.reduce((inner, key) => inner[key], json);
  if (value === undefined) delete owner[last];
  else owner[last] = value;
  return { tensors, metadata: { ...metadata, classifier: JSON.stringify(json) } };
};

/** Changes a weight. */
const weighted =
  (name: string, change: (values: Float32Array) => Float32Array, shape?: number[]) =>
  ({ tensors, metadata }: Parts): Parts => {
    const entry = tensors[name] ?? { shape: [], data: new Float32Array(1) };
    const changed = { shape: shape ?? entry.shape, data: change(entry.data.slice()) };
    return { metadata, tensors: { ...tensors, [name]: changed } };
  };

const damages: readonly Damage[] = [
  [
    ({ tensors }) => ({ tensors, metadata: {} }),
    'format of x must be "unroll-sequence-classifier-1"',
  ],
  [
    ({ tensors, metadata }) => ({ tensors, metadata: { format: metadata["format"] ?? "" } }),
    "classifier of x must be the description of a classifier, found",
  ],
  [
    ({ tensors, metadata }) => ({ tensors, metadata: { ...metadata, classifier: "{" } }),
    "classifier of x must be the description",
  ],
  [
    ({ tensors, metadata }) => ({ tensors, metadata: { ...metadata, classifier: "[]" } }),
    "classifier of x must be the description",
  ],
  [
    ({ tensors, metadata }) => {
      return { tensors, metadata: { ...metadata, classifier: "[".repeat(1e5) } };
    },
    "levels must be at most 200",
  ],
  [
    ({ tensors, metadata }) => ({ tensors, metadata: { ...metadata, sha252: "" } }),
    'metadata of x must be only format, classifier, training, found "sha252"',
  ],
  [described("classes", 1), "classes must be an integer of at least 2, found 1"],
  [described("classes", 3), "head.weight in x must be of shape [3, 10], found [2, 10]"],
  [described("epoch", 0), "epoch must be an integer of at least 1"],
  [described("epoch", undefined), "epoch must be an integer of at least 1"],
  [described("more", 1), "a field of the description must be one of"],
  [described("options.hiddenSize", 6), "must be of shape"],
  [described("options.hiddenSize", undefined), "option hiddenSize must be present"],
  [described("options.hiddenSize", "5"), "hiddenSize must be a positive integer"],
  [described("options.cell", "tree"), 'cell must be "rnn", "lstm", "gru" or "none", found "tree"'],
  [described("options.more", 1), "an option of SequenceClassifier must be one of"],
  [described("options", null), "option cell must be present"],
  [described("options.numLayers", 1e9), "x must be weights of 1000000000 layers"],
  [described("options.embeddingDim", 1e9), "embedding.weight in x must be of shape"],
  [described("tokenizer.kind", "characters"), "token"],
  [described("tokenizer.format", "other"), "format of the tokenizer must be"],
  [described("tokenizer", null), "tokenizer must be a JSON object"],
  [weighted("head.bias", (values) => values.fill(NaN)), "head.bias in x must be finite numbers"],
  [weighted("head.bias", (values) => values.fill(Infinity)), "found Infinity"],
  [weighted("head.bias", (values) => values, [2, 1]), "of shape [2], found [2, 1]"],
  [weighted("other", (values) => values), "x must be only weights of this network"],
  [
    ({ tensors: { "head.bias": _, ...tensors }, metadata }) => ({ tensors, metadata }),
    "x must be weights with head.bias",
  ],
];

testOn("cpu", "SequenceClassifier.load() refuses a damaged file", async () => {
  using classifier = await trained();
  const bytes = await classifier.save();
  const parts = decodeSafetensors(bytes, "x");
  using _same = SequenceClassifier.load(encodeSafetensors(parts), "x");
  for (const [change, words] of damages) {
    const file = encodeSafetensors(change(parts));
    const error = assertThrows(() => SequenceClassifier.load(file, "x"), InputError);
    assert(error.message.includes(words), `"${words}" is not in "${error.message}"`);
  }
  for (let i = 0; i < bytes.length; i += 97) {
    const flipped = bytes.slice();
    flipped[i] = (flipped[i] ?? 0) ^ 4;
    assertThrows(() => SequenceClassifier.load(flipped, "x"), InputError);
    assertThrows(() => SequenceClassifier.load(bytes.slice(0, i), "x"), InputError);
  }
});
