/** Files of weights and their descriptions: safetensors, checkpoints, model.json. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { InputError } from "../../../src/core/errors.ts";
import type { Json } from "../../../src/core/json.ts";
import { Random } from "../../../src/core/random.ts";
import { selectBackend } from "../../../src/core/backend.ts";
import { SequenceClassifier } from "../../../src/classification/sequence_classifier.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import {
  loadTextModel,
  readTextModel,
  writeTextModel,
} from "../../../src/generation/text_model.ts";
import { languageModel } from "../../../src/model/language_model.ts";
import { checkLanguageModelConfig } from "../../../src/model/language_model_config.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
} from "../../../src/model/parameters/safetensors.ts";
import type { StateDict } from "../../../src/model/parameters/state_dict.ts";
import { decodeCheckpoint, encodeCheckpoint } from "../../../src/training/checkpoint.ts";
import { TrainingPosition } from "../../../src/training/training_position.ts";
import { readDescription, writeDescription } from "../../../tasks/classify/classifier_folder.ts";
import {
  editedBytes,
  editedJson,
  finiteNumber,
  jsonText,
  oddNumber,
  oddText,
} from "../generators.ts";
import { inputTarget, type Target } from "../target.ts";

const shape = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 3 });
const tensor = shape.chain((sizes) => {
  const count = sizes.reduce((a, b) => a * b, 1);
  return fc.array(oddNumber, { minLength: count, maxLength: count })
    .map((numbers) => ({ shape: sizes, data: Float32Array.from(numbers) }));
});
const name = fc.oneof(fc.constantFrom("weight", "bias", "a.b"), oddText);
const named = fc.dictionary(name, tensor, { maxKeys: 4 });
const texts = fc.dictionary(name, oddText, { maxKeys: 3 });

/** Makes a file of a header and numbers. The header need not describe the numbers. */
function fileOf(header: string, numbers: number): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + numbers);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

/** Generates the header of consecutive tensors, as another program may write it. */
const header: fc.Arbitrary<Json> = fc.dictionary(name, shape, { maxKeys: 4 }).map((shapes) => {
  let end = 0;
  return Object.fromEntries(
    Object.entries(shapes).map(([key, shape]) => {
      const begin = end;
      end += 4 * shape.reduce((a, b) => a * b, 1);
      return [key, { dtype: "F32", shape, data_offsets: [begin, end] }];
    }),
  );
});

/** Encodes a file; an empty one if a name cannot be in a file. */
function encode(parts: Safetensors): Uint8Array {
  try {
    return encodeSafetensors(parts);
  } catch (error) {
    if (error instanceof InputError) return new Uint8Array();
    throw error;
  }
}

const encoded = fc.record({ tensors: named, metadata: texts }).map(encode);

const files: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 2, arbitrary: encoded },
  { weight: 2, arbitrary: editedBytes(encoded) },
  {
    weight: 3,
    arbitrary: fc.tuple(jsonText(header), fc.integer({ min: 0, max: 64 }))
      .map(([text, numbers]) => fileOf(text, numbers)),
  },
  {
    weight: 2,
    arbitrary: header.map((json) => {
      const entries = Object.values(json ?? {}).map(({ data_offsets }) => data_offsets[1]);
      return fileOf(JSON.stringify(json), Math.max(0, ...entries));
    }),
  },
);

const safetensors = inputTarget({
  name: "safetensors",
  inputs: files,
  errors: [InputError],
  read: (bytes) => decodeSafetensors(bytes, "weights"),
  check(found, bytes) {
    checkTensors(found.tensors, bytes.length);
    const again = decodeSafetensors(encodeSafetensors(found), "again");
    assertEquals(again, found);
    assertEquals(encodeSafetensors(again), encodeSafetensors(found));
  },
});

function checkTensors(tensors: StateDict, bytes: number): void {
  let all = 0;
  for (const { shape, data } of Object.values(tensors)) {
    assertEquals(data.length, shape.reduce((a, b) => a * b, 1));
    all += data.byteLength;
  }
  assert(all <= bytes, "there are more numbers than bytes");
}

const position: Json = new TrainingPosition().toJson();
type Carried = { readonly fused: boolean; readonly count: number } | null;
const stateOf = (carried: Carried): Json => ({
  ...{ step: 3, learningRate: 0.002, progress: position },
  carried: carried && { ...carried },
});

/** The names of the tensors of a checkpoint, and other names. */
const tensorName = fc.oneof(
  fc.constantFrom("model.a", "optimizer.a.m", "carried.0", "carried.1", "carried.00", "carried.-1"),
  fc.constantFrom("carried.", "model.", "optimizer.__proto__", "x"),
);
const flat = fc.array(oddNumber, { maxLength: 3 }).map((numbers) => ({
  shape: [numbers.length],
  data: Float32Array.from(numbers),
}));

/** The text of a state, and tensors. */
type Parts = readonly [state: string, tensors: readonly (readonly [string, StateDict[string]])[]];

/** Generates texts of states, with tensors that match them and tensors that do not. */
const checkpointParts: fc.Arbitrary<Parts> = fc.oneof(
  fc.tuple(fc.boolean(), fc.array(flat, { maxLength: 12 }), tensor).map(
    ([fused, states, weight]): Parts => [
      JSON.stringify(stateOf({ fused, count: states.length })),
      [
        ["model.a", weight],
        ["optimizer.a.m", weight],
        ...states.map((state, i) => [`carried.${i}`, state] as const),
      ],
    ],
  ),
  fc.tuple(
    fc.oneof(
      fc.constant<Carried>(null),
      fc.record({ fused: fc.boolean(), count: fc.oneof(fc.nat(3), fc.nat(50_000_000)) }),
    ).chain((carried) => jsonText(fc.constant(stateOf(carried)))),
    fc.array(fc.tuple(tensorName, tensor), { maxLength: 4 }),
  ).map((parts): Parts => parts),
);

const checkpointFiles: fc.Arbitrary<Uint8Array> = fc.tuple(
  checkpointParts,
  fc.option(oddText, { nil: undefined, freq: 3 }),
).map(([[state, tensors], training]) =>
  encode({
    tensors: Object.fromEntries(tensors),
    metadata: { format: "unroll-checkpoint-1", state, ...(training ? { training } : {}) },
  })
);

const checkpoints = inputTarget({
  name: "checkpoints",
  inputs: fc.oneof({ weight: 4, arbitrary: checkpointFiles }, {
    weight: 1,
    arbitrary: editedBytes(checkpointFiles),
  }),
  errors: [InputError],
  read(bytes) {
    const checkpoint = decodeCheckpoint(bytes, "last");
    return { checkpoint, position: TrainingPosition.of(checkpoint.progress) };
  },
  check({ checkpoint, position }) {
    const again = encodeCheckpoint(checkpoint);
    assertEquals(decodeCheckpoint(again, "again"), checkpoint);
    assertEquals(position.history.length, position.epoch);
    assertEquals(TrainingPosition.of(position.toJson()).toJson(), position.toJson());
  },
});

const tokenizer = await Tokenizer.build(["the whale swims"], { kind: "words" });
const config = checkLanguageModelConfig({
  ...{ vocabularySize: tokenizer.vocabulary.size, embeddingDim: 2, hiddenSize: 3, numLayers: 1 },
});
const description = writeTextModel({ config, tokenizer, training: { id: "a".repeat(64) } });

const textModels = inputTarget({
  name: "text-models",
  inputs: jsonText(fc.constant(JSON.parse(description))),
  errors: [InputError],
  read: (text) => readTextModel(text, "model.json"),
  check(found) {
    const text = writeTextModel(found);
    assertEquals(writeTextModel(readTextModel(text, "again")), text);
    assertEquals(found.config.vocabularySize, found.tokenizer.vocabulary.size);
  },
});

/** The weights of {@link config}, with edits. */
const weights: fc.Arbitrary<Uint8Array> = fc.tuple(
  fc.array(fc.tuple(fc.nat(8), fc.oneof(finiteNumber, oddNumber)), { maxLength: 3 }),
  editedJson(fc.constant({ training: "a".repeat(64) })),
  fc.array(fc.tuple(name, tensor), { maxLength: 1 }),
).map(([changes, metadata, more]) => {
  const tensors = Object.fromEntries(
    Object.entries(trained).map(([key, { shape, data }]) => [key, { shape, data: data.slice() }]),
  );
  const all = Object.values(tensors);
  for (const [place, value] of changes) all[place % all.length]?.data.fill(value, 0, 1);
  const texts = Object.entries(Object(metadata)).filter(([key]) => key !== "__proto__")
    .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]);
  return encode({
    tensors: { ...tensors, ...Object.fromEntries(more) },
    metadata: Object.fromEntries(texts.filter(([key]) => key !== "sha256")),
  });
});

let trained: StateDict = {};

const modelWeights = inputTarget({
  name: "model-weights",
  inputs: fc.oneof({ weight: 3, arbitrary: weights }, {
    weight: 1,
    arbitrary: editedBytes(weights),
  }),
  errors: [InputError],
  async prepare() {
    await selectBackend("cpu");
    const model = languageModel({ ...config, random: new Random(1) });
    trained = await model.stateDict();
    model.dispose();
  },
  async read(bytes) {
    const parts = { description: readTextModel(description, "model.json"), weights: bytes };
    const { model } = loadTextModel({ ...parts, name: "best" });
    try {
      return await model.stateDict();
    } finally {
      model.dispose();
    }
  },
  check(found) {
    for (const { data } of Object.values(found)) assert(data.every(Number.isFinite));
    assertEquals(Object.keys(found).sort(), Object.keys(trained).sort());
  },
});

const classifierText = writeDescription({
  labels: ["negative", "positive"],
  training: {
    id: "a".repeat(64),
    settings: { hidden: 5 },
    data: { id: "a.csv", texts: 60, sha256: "b".repeat(64) },
    parts: { training: 48, validation: 6, test: 6 },
    backend: "cpu",
  },
});

const classifiers = inputTarget({
  name: "classifiers",
  inputs: jsonText(fc.constant(JSON.parse(classifierText))),
  errors: [InputError],
  read: (text) => readDescription(text, "model.json"),
  check(found) {
    const text = writeDescription(found);
    assertEquals(writeDescription(readDescription(text, "again")), text);
    assert(new Set(found.labels).size === found.labels.length && found.labels.length > 1);
  },
});

let classifierBytes: Uint8Array = new Uint8Array();

const classifierWeights = inputTarget({
  name: "classifier-weights",
  // The bytes exist after `prepare`.
  inputs: fc.constant(null).chain(() =>
    fc.oneof(
      editedBytes(fc.constant(classifierBytes)),
      editedJson(
        fc.constant(
          JSON.parse(decodeSafetensors(classifierBytes, "it").metadata["classifier"] ?? ""),
        ),
      ).map((json) => {
        const { tensors, metadata } = decodeSafetensors(classifierBytes, "it");
        return encode({ tensors, metadata: { ...metadata, classifier: JSON.stringify(json) } });
      }),
    )
  ),
  errors: [InputError],
  async prepare() {
    await selectBackend("cpu");
    const training = { texts: ["so good", "so bad"], labels: [1, 0], classes: 2 };
    const sizes = { embeddingDim: 2, hiddenSize: 3, minCount: 1, epochs: 1 };
    using classifier = await SequenceClassifier.fit(training, { ...sizes, random: new Random(1) });
    classifierBytes = await classifier.save();
  },
  async read(bytes) {
    using classifier = SequenceClassifier.load(bytes);
    return {
      saved: await classifier.save(),
      found: await classifier.predictProbabilities(["good"]),
    };
  },
  async check({ saved, found }) {
    for (const row of found) {
      assert(Math.abs(row.reduce((sum, p) => sum + p, 0) - 1) < 1e-6, `${row}`);
    }
    using again = SequenceClassifier.load(saved);
    assertEquals(await again.save(), saved);
  },
});

/** Targets of this module. */
export const targets: readonly Target[] = [
  safetensors,
  checkpoints,
  textModels,
  modelWeights,
  classifiers,
  classifierWeights,
];
