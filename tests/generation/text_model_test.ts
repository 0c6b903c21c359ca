import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { Random } from "../../src/core/random.ts";
import { Tokenizer } from "../../src/data/text/tokenizer.ts";
import {
  checkWeights,
  loadTextModel,
  readTextModel,
  readWeights,
  writeTextModel,
} from "../../src/generation/text_model.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { checkLanguageModelConfig } from "../../src/model/language_model_config.ts";
import { encodeSafetensors } from "../../src/model/parameters/safetensors.ts";
import type { StateDict } from "../../src/model/parameters/state_dict.ts";
import { encodeCheckpoint } from "../../src/training/checkpoint.ts";

await selectBackend("cpu");
const tokenizer = await Tokenizer.build(["the whale swims"], { kind: "words" });
const config = checkLanguageModelConfig({ vocabularySize: 7, embeddingDim: 3, hiddenSize: 4 });
const training = { settings: { epochs: 3 } };
const text = writeTextModel({ config, tokenizer, training });

Deno.test("readTextModel() reads what writeTextModel() wrote", () => {
  const read = readTextModel(text, "model.json");
  assertEquals(read.config, config);
  assertEquals(read.training, training);
  assertEquals(read.tokenizer.decode(tokenizer.encode("whale the")), "whale the");
  assertEquals(writeTextModel(read), text);
});

Deno.test("loadTextModel() reads weights and checkpoints", async () => {
  const made = languageModel({ ...config, random: new Random(1) });
  const tensors = await made.stateDict();
  made.dispose();
  const optimizer = { step: 0, learningRate: 0.1, moments: {}, carried: null };
  const files = [
    encodeSafetensors({ tensors, metadata: { format: "pt" } }),
    encodeCheckpoint({ weights: tensors, optimizer, progress: {} }),
  ];
  const description = readTextModel(text, "model.json");
  const before = tf.memory().numTensors;
  for (const weights of files) {
    const { model } = loadTextModel({ description, weights, name: "weights" });
    assertEquals(await model.stateDict(), tensors);
    model.dispose();
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("loadTextModel() refuses weights of another training, but not those without one", async () => {
  const made = languageModel({ ...config, random: new Random(1) });
  const weightsOf = async (metadata: Record<string, string>) =>
    encodeSafetensors({ tensors: await made.stateDict(), metadata });
  const load = async (training: JsonObject, metadata: Record<string, string>) => {
    const description = readTextModel(
      writeTextModel({ config, tokenizer, training }),
      "model.json",
    );
    const weights = await weightsOf(metadata);
    loadTextModel({ description, weights, name: "best" }).model.dispose();
  };
  await load({ id: "one" }, { training: "one" });
  await load({ id: "one" }, {});
  await load({}, { training: "one" });
  await assertRejects(
    () => load({ id: "one" }, { training: "two" }),
    InputError,
    'best must be of the training of its model, one, found "two"',
  );
  made.dispose();
});

Deno.test("readTextModel() says what is wrong with a description", () => {
  const changed = (change: (json: Record<string, Record<string, unknown>>) => void): string => {
    const json = JSON.parse(text);
    change(json);
    return JSON.stringify(json);
  };
  const wrong: readonly (readonly [text: string, message: string])[] = [
    ["", 'model.json must be a JSON object, found "an empty file"'],
    [text.slice(0, 100), 'model.json must be a JSON object, found "something else"'],
    ["[1]", "model.json must be a JSON object"],
    ["{}", 'format of model.json must be "unroll-text-model-1", found undefined'],
    [changed((json) => Object.assign(json, { training: 3 })), "training of model.json must be"],
    [
      changed((json) => Object.assign(json["config"] ?? {}, { hiddenSize: -4 })),
      "model.json must be a description of a text model, " +
      'found "something wrong in it". hiddenSize must be a positive integer, found -4',
    ],
    [
      changed((json) => Object.assign(json["tokenizer"] ?? {}, { kind: "bytes" })),
      "kind of the tokenizer must be",
    ],
    [
      changed((json) => Object.assign(json["config"] ?? {}, { vocabularySize: 8 })),
      "vocabularySize of model.json must be 7, the size of its tokenizer's vocabulary, found 8",
    ],
  ];
  for (const [text, message] of wrong) {
    const error = assertThrows(() => readTextModel(text, "model.json"), InputError);
    assert(error.message.includes(message), error.message);
  }
});

Deno.test("readTextModel() refuses JSON that is nested too deeply in any field", () => {
  for (const depth of [300, 5000, 100_000]) {
    const deep = `${"[".repeat(depth)}${"]".repeat(depth)}`;
    const texts = [
      text.replace('"training": {', `"training": { "deep": ${deep},`),
      text.replace('"format": "unroll-text-model-1"', `"format": ${deep}`),
      text.replace(
        '"kind": "words"',
        `"kind": ${deep.replaceAll("[", '{"a":[').replaceAll("]", "]}")}`,
      ),
      `{"a":${deep}}`,
    ];
    assertEquals(new Set([text, ...texts]).size, 5);
    for (const nested of texts) {
      assertThrows(
        () => readTextModel(nested, "model.json"),
        InputError,
        "levels in model.json must be at most 200",
      );
    }
  }
});

Deno.test("readTextModel() reads words that are names of object properties", async () => {
  const words = ["constructor", "__proto__", "tostring", "hasownproperty", "valueof", "__proto__"];
  const tokenizer = await Tokenizer.build([words.join(" ")], { kind: "words" });
  assertEquals(tokenizer.vocabulary.size, 9);
  const config = checkLanguageModelConfig({ vocabularySize: 9, embeddingDim: 2, hiddenSize: 2 });
  const written = writeTextModel({ config, tokenizer, training: {} });
  const { tokenizer: read } = readTextModel(written, "model.json");
  assertEquals([...read.encode("__proto__ constructor toString")], [4, 5, 6]);
  assertEquals(read.unknown("prototype __proto__ toString"), ["prototype"]);
});

Deno.test("writeTextModel(), readTextModel() and loadTextModel() refuse arguments of other types", async () => {
  const description = readTextModel(text, "model.json");
  const weights = new Uint8Array(8);
  const wrong: readonly [CallableFunction, unknown[], string][] = [
    [
      readTextModel,
      [new TextEncoder().encode(text), "model.json"],
      "model.json must be the text of",
    ],
    [readTextModel, [JSON.parse(text), "model.json"], "model.json must be the text of a JSON file"],
    [readTextModel, [text], "name must be a string, found undefined"],
    [writeTextModel, [undefined], "description must be one of a text model, found undefined"],
    [writeTextModel, [JSON.parse(text)], "readTextModel returns one"],
    [
      loadTextModel,
      [description, weights],
      "an option of loadTextModel must be one of description",
    ],
    [
      loadTextModel,
      [{ description, weights: weights.buffer, name: "best" }],
      "new Uint8Array(buffer)",
    ],
    [writeTextModel, [{ ...description, config: {} }], "vocabularySize must be"],
    [
      loadTextModel,
      [{ description, weights }],
      "name must be a string, found undefined",
    ],
    [
      loadTextModel,
      [{ description: { ...description, config: null }, weights, name: "best" }],
      "must be an object",
    ],
    [loadTextModel, [{ description: text, weights, name: "best" }], "readTextModel returns one"],
    [loadTextModel, [{ description, weights: Promise.resolve(weights), name: "best" }], "Await it"],
  ];
  for (const [use, args, message] of wrong) {
    await assertRejects(async () => await Reflect.apply(use, undefined, args), InputError, message);
  }
});

await selectBackend("cpu");
const sizes = { vocabularySize: 7, embeddingDim: 4, hiddenSize: 4 };

async function weightsOf(options: { readonly tieWeights: boolean }): Promise<StateDict> {
  const model = languageModel({ ...sizes, ...options, random: new Random(1) });
  const weights = await model.stateDict();
  model.dispose();
  return weights;
}

for (const tieWeights of [false, true]) {
  Deno.test(`checkWeights() accepts the weights of a model ${tieWeights ? "with" : "without"} tied weights`, async () => {
    const weights = await weightsOf({ tieWeights });
    const config = checkLanguageModelConfig({ ...sizes, tieWeights });
    const bytes = encodeSafetensors({ tensors: weights, metadata: {} });
    assertEquals(readWeights(bytes, config, "weights"), weights);
    const other = checkLanguageModelConfig({ ...sizes, tieWeights: !tieWeights });
    assertThrows(() => checkWeights(weights, other, "weights"), InputError);
  });
}

Deno.test("checkWeights() names a weight that is missing, unknown, of another shape or not finite", async () => {
  const weights = await weightsOf({ tieWeights: false });
  const check = (given: StateDict, change: Partial<typeof sizes> & { numLayers?: number } = {}) =>
    assertThrows(
      () => checkWeights(given, checkLanguageModelConfig({ ...sizes, ...change }), "best"),
      InputError,
    ).message;
  const bias = { shape: [7], data: new Float32Array(7) };
  const { "head.bias": _, ...without } = weights;
  assertEquals(
    check(without),
    'best must be weights with head.bias, found "none of that name"',
  );
  assertEquals(
    check({ ...weights, more: bias }),
    'best must be only weights of this model, found "more"',
  );
  assertEquals(
    check(weights, { hiddenSize: 5 }),
    "recurrent.weight_ih_l0 in best must be of shape [20, 4], found [16, 4]",
  );
  // No memory is allocated for the sizes in a file before the weights are known to have them.
  assertEquals(
    check(weights, { vocabularySize: 2 ** 24 }),
    "embedding.weight in best must be of shape [16777216, 4], found [7, 4]",
  );
  assertEquals(
    check(weights, { numLayers: 2 ** 40 }),
    'best must be weights with recurrent.weight_ih_l2, found "none of that name"',
  );
  const infinite = { shape: [7], data: bias.data.map((_, i) => i === 3 ? NaN : 0) };
  assertEquals(
    check({ ...weights, "head.bias": infinite }),
    "head.bias in best must be finite numbers, found NaN",
  );
});
