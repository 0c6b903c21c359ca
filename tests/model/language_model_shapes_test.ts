import { assertEquals } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { Random } from "../../src/core/random.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { languageModelShapes, parameterCount } from "../../src/model/language_model_shapes.ts";

Deno.test("names, shapes and their count are those of models", async () => {
  await selectBackend("cpu");
  const sizes = { vocabularySize: 7, hiddenSize: 5 };
  for (const numLayers of [1, 2, 4]) {
    for (const [embeddingDim, tieWeights] of [[3, false], [5, false], [5, true]] as const) {
      const config = { ...sizes, embeddingDim, numLayers, tieWeights };
      const model = languageModel({ ...config, random: new Random(1) });
      const shapes = Object.entries(model.parameters).map(([name, { shape }]) => [name, shape]);
      assertEquals([...languageModelShapes(config)], shapes);
      assertEquals(parameterCount(config), model.parameterCount, JSON.stringify(config));
      model.dispose();
    }
  }
});
