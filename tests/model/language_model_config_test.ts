import { assertEquals, assertThrows } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { languageModel } from "../../src/model/language_model.ts";
import {
  checkLanguageModelConfig,
  languageModelParameterCount,
  languageModelShapes,
} from "../../src/model/language_model_config.ts";

const sizes = { vocabularySize: 20, embeddingDim: 8, hiddenSize: 12 };

Deno.test("checkLanguageModelConfig() reads a configuration from JSON, and fills in defaults", () => {
  const config = checkLanguageModelConfig(sizes);
  assertEquals(config, {
    ...sizes,
    ...{ numLayers: 2, dropout: 0, tieWeights: false, paddingIdx: 0 },
    initialisation: "pytorch",
  });
  const other = {
    ...{ ...sizes, hiddenSize: 8, numLayers: 1, dropout: 0.3, tieWeights: true },
    ...{ paddingIdx: null, initialisation: "orthogonal" } as const,
  };
  assertEquals(checkLanguageModelConfig(JSON.parse(JSON.stringify(other))), other);
});

Deno.test("checkLanguageModelConfig() names the field that is wrong", () => {
  const refuse = (json: unknown, message: string): unknown =>
    assertThrows(() => checkLanguageModelConfig(json), InputError, message);
  const whole = "a language model's configuration";
  refuse(null, `${whole} must be an object, found null`);
  refuse("text", `${whole} must be an object, found "text"`);
  refuse([1], `${whole} must be an object, found [1]`);
  refuse({ embeddingDim: 8 }, "vocabularySize must be a positive integer, found undefined");
  const wrong: [Readonly<Record<string, unknown>>, string][] = [
    [{ vocabularySize: 0 }, "vocabularySize must be a positive integer, found 0"],
    [{ embeddingDim: 1.5 }, "embeddingDim must be a positive integer, found 1.5"],
    [{ hiddenSize: "8" }, 'hiddenSize must be a positive integer, found "8"'],
    [{ numLayers: -3 }, "numLayers must be a positive integer, found -3"],
    [{ numLayers: null }, "numLayers must be a positive integer, found null"],
    [{ dropout: 1 }, "dropout must be in [0, 1), found 1"],
    [{ dropout: -0.1 }, "dropout must be in [0, 1), found -0.1"],
    [{ dropout: NaN }, "dropout must be in [0, 1), found NaN"],
    [{ tieWeights: 1 }, "tieWeights must be true or false, found 1"],
    [{ paddingIdx: -1 }, "paddingIdx must be an id or null, found -1"],
    [{ paddingIdx: 20 }, "paddingIdx must be an id from 0 to 19, or null, found 20"],
    [
      { initialisation: "xavier" },
      'initialisation must be "pytorch" or "orthogonal", found "xavier"',
    ],
    [
      { tieWeights: true },
      "embeddingDim must be 12, the hiddenSize, if weights are tied, found 8",
    ],
    [{ layers: 2 }, `a field of ${whole} must be one of vocabularySize, `],
    [{ layers: 2 }, 'found "layers". Did you mean numLayers?'],
    [{ vocabularySize: 2 ** 24 + 1 }, "vocabularySize must be at most 16777216, found 16777217"],
  ];
  for (const [changed, message] of wrong) refuse({ ...sizes, ...changed }, message);
});

Deno.test("languageModelShapes() and languageModelParameterCount() are those of the models", async () => {
  await selectBackend("cpu", { tensors: true });
  const sizes = { vocabularySize: 7, hiddenSize: 5 };
  for (const numLayers of [1, 2, 4]) {
    for (const [embeddingDim, tieWeights] of [[3, false], [5, false], [5, true]] as const) {
      const config = { ...sizes, embeddingDim, numLayers, tieWeights };
      const model = languageModel({ ...config, random: new Random(1) });
      const shapes = Object.entries(model.parameters).map(([name, { shape }]) => [name, shape]);
      assertEquals([...languageModelShapes(config)], shapes);
      assertEquals(
        languageModelParameterCount(config),
        model.parameterCount,
        JSON.stringify(config),
      );
      model.dispose();
    }
  }
});
