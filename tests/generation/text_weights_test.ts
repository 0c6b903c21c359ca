import { assertEquals, assertThrows } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { checkWeights, readWeights } from "../../src/generation/text_weights.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { checkLanguageModelConfig } from "../../src/model/language_model_config.ts";
import { encodeSafetensors } from "../../src/model/safetensors.ts";
import type { StateDict } from "../../src/model/state_dict.ts";

await selectBackend("cpu");
const sizes = { vocabularySize: 7, embeddingDim: 4, hiddenSize: 4 };

async function weightsOf(options: { readonly tieWeights: boolean }): Promise<StateDict> {
  const model = languageModel({ ...sizes, ...options, random: new Random(1) });
  const weights = await model.stateDict();
  model.dispose();
  return weights;
}

for (const tieWeights of [false, true]) {
  Deno.test(`the names and shapes are those of a model, ${tieWeights ? "" : "not "}tied`, async () => {
    const weights = await weightsOf({ tieWeights });
    const config = checkLanguageModelConfig({ ...sizes, tieWeights });
    const bytes = encodeSafetensors({ tensors: weights, metadata: {} });
    assertEquals(readWeights(bytes, config, "weights"), weights);
    const other = checkLanguageModelConfig({ ...sizes, tieWeights: !tieWeights });
    assertThrows(() => checkWeights(weights, other, "weights"), InputError);
  });
}

Deno.test("what is missing, too many, of another shape or no number is named", async () => {
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
    'best must be weights of this model alone, found "more"',
  );
  assertEquals(
    check(weights, { hiddenSize: 5 }),
    "recurrent.weight_ih_l0 in best must be of shape [20, 4], found [16, 4]",
  );
  // Nothing of the size that a file asks for is made before the weights are seen to have it.
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
