import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../../src/core/backend.ts";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { languageModel } from "../../../src/model/language_model.ts";
import { CrossEntropyLoss } from "../../../src/training/engine/losses.ts";
import { freeTape } from "../../../src/training/engine/plain_step.ts";
import { Adam } from "../../../src/training/optimizer.ts";
import { trainStep } from "../../../src/training/train_step.ts";
import { forEachBackend } from "../../backends.ts";

const loss = new CrossEntropyLoss();
const x = { shape: [3, 2], data: Int32Array.of(1, 2, 3, 4, 5, 6) };
const good = { x, target: x };

for (const kind of ["plain", "frozen"] as const) {
  const make = () => {
    const sizes = { vocabularySize: 8, embeddingDim: 3, hiddenSize: 4, numLayers: 1 };
    const implementation = kind === "plain" ? "plain" : "fused";
    const model = languageModel({ ...sizes, implementation, random: new Random(1) });
    for (const [name, variable] of Object.entries(model.parameters)) {
      variable.trainable = kind === "plain" || name !== "head.bias";
    }
    const optimizer = new Adam(model, { learningRate: 0.1 });
    return { model, optimizer };
  };

  forEachBackend(
    `trainStep() changes nothing and leaves no tensor if a plain step fails (${kind})`,
    async (
      backend,
    ) => {
      const [failing, other] = [make(), make()];
      const wrong: (readonly [typeof x, string])[] = [
        [{ shape: [2, 3], data: x.data }, "target must be of shape"],
        [
          { shape: [3, 2], data: x.data.map(() => 8) },
          "target must be integers from 0 to 7, found 8",
        ],
      ];
      // Plain steps do not check classes on a GPU.
      if (kind === "plain" && backend === "webgpu") wrong.pop();
      for (const carryState of [false, true]) {
        const losses: number[] = [];
        for (const { model, optimizer } of [failing, other]) {
          const report = trainStep(model, loss, optimizer, good, { carryState });
          assertEquals(report.fused, false);
          losses.push((await report.losses())[0]?.[0] ?? NaN);
        }
        assertEquals(losses[0], losses[1]);
        const { model, optimizer } = failing;
        const weights = await model.stateDict();
        const before = tf.memory().numTensors;
        for (const [target, message] of wrong) {
          for (let i = 0; i < 3; i++) {
            assertThrows(
              () => trainStep(model, loss, optimizer, { x, target }, { carryState }),
              InputError,
              message,
            );
          }
        }
        assertEquals(tf.memory().numTensors, before);
        assertEquals(await model.stateDict(), weights);
      }
      for (const { model, optimizer } of [failing, other]) {
        optimizer.dispose();
        model.dispose();
      }
    },
  );
}

forEachBackend("trainStep() does no step of a frozen model if one batch does not fit", async () => {
  const sizes = { vocabularySize: 8, embeddingDim: 3, hiddenSize: 4, numLayers: 1 };
  const model = languageModel({ ...sizes, random: new Random(1) });
  Object.values(model.parameters).slice(1).forEach((one) => one.trainable = false);
  const optimizer = new Adam(model);
  const before = await model.stateDict();
  const bad = { x, target: { shape: [3, 2], data: x.data.map(() => -1) } };
  assertThrows(
    () => trainStep(model, loss, optimizer, [good, bad]),
    InputError,
    "target must be integers from 0 to 7, found -1",
  );
  assertEquals([optimizer.steps, await model.stateDict()], [0, before]);
  optimizer.dispose();
  model.dispose();
});

forEachBackend("freeTape() frees the tensors that a failed gradient saved", async () => {
  const x = tf.tensor1d([1, 2]);
  await x.data();
  const before = tf.memory().numTensors;
  const fails = tf.grad((x: tf.Tensor) => {
    x.square().exp();
    throw new RangeError("on the way");
  });
  assertThrows(() => fails(x), RangeError, "on the way");
  freeTape();
  assertEquals(tf.memory().numTensors, before);
  freeTape();
});

Deno.test("freeTape() keeps the tensors of a gradient that is being computed", async () => {
  await selectBackend("cpu");
  const gradient = tf.tidy(() =>
    tf.grad((x: tf.Tensor) => {
      const y = x.square();
      freeTape();
      return y;
    })(tf.scalar(3)).dataSync()
  );
  assertEquals([...gradient], [6]);
});
