import { assertEquals, assertRejects } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { AdamW } from "../../src/training/optimizer.ts";
import { train } from "../../src/training/train.ts";
import { batches, keeper, loss, run, VOCABULARY } from "./train_run.ts";

Deno.test("an epoch of more steps than the device remembers is read on the way", async () => {
  await selectBackend("wasm");
  const many = batches(0, 1100);
  const { history } = await run({ epochs: 1, batches: () => many, carryState: false });
  const ids = many.flatMap(({ target }) => [...target.data]);
  assertEquals(history[0]?.tokens, ids.filter((id) => id !== 0).length);
});

Deno.test("a loss that is no number ends training", async () => {
  await selectBackend("wasm");
  const kept: Uint8Array[] = [];
  const model = languageModel({
    ...{ vocabularySize: VOCABULARY, embeddingDim: 3, hiddenSize: 4, random: new Random(1) },
  });
  const optimizer = new AdamW(model, { learningRate: 1e38 });
  await assertRejects(
    () =>
      train(model, loss, optimizer, {
        epochs: 1,
        batches,
        validate: () => Promise.resolve(1),
        onCheckpoint: keeper(kept),
      }),
    InputError,
    "must be a finite number, found NaN. A smaller learningRate or clipGradNorm may help",
  );
  assertEquals(kept, []);
  optimizer.dispose();
  model.dispose();
});
