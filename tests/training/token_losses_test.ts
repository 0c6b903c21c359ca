import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { languageModel } from "../../src/model/language_model.ts";
import type { Batch } from "../../src/training/engine/batch.ts";
import { evaluate } from "../../src/training/evaluate.ts";
import { CrossEntropyLoss } from "../../src/training/engine/losses.ts";
import { tokenLosses } from "../../src/training/token_losses.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const sizes = { vocabularySize: 7, embeddingDim: 3, hiddenSize: 4, numLayers: 1 };

/** Ids and the ids that follow them, for two sequences [sequence, batch]. */
function text(steps: number, first = 0) {
  const random = new Random(3);
  const ids = Array.from({ length: 40 }, () => [random.integer(1, 6), random.integer(1, 6)]);
  const field = (from: number) => ({
    shape: [steps, 2],
    data: Int32Array.from(ids.slice(first + from, first + from + steps).flat()),
  });
  return { x: field(0), target: field(1) };
}

forEachBackend("tokenLosses() gives the mean of the loss, without padding", async () => {
  const model = languageModel({ ...sizes, random: new Random(1) });
  const batch = text(5);
  const target = {
    shape: [5, 2],
    data: batch.target.data.map((id, i) => i > 6 ? 0 : id),
  };
  const loss = await evaluate(model, new CrossEntropyLoss({ ignoreIndex: 0 }), {
    ...batch,
    target,
  });
  const tensors = tf.memory().numTensors;
  const found = await tokenLosses(model, [{ ...batch, target }], { ignoreIndex: 0 });
  assertEquals(tf.memory().numTensors, tensors);
  assertClose([found.mean], loss, tolerance.steps);
  assertEquals([found.tokens, found.byStep.length, found.byStep[4]], [7, 5, null]);
  model.dispose();
});

forEachBackend(
  "tokenLosses() gives the same for a text in parts if states are carried",
  async () => {
    const model = languageModel({ ...sizes, random: new Random(1) });
    const options = { ignoreIndex: 0, carryState: true };
    const whole = await tokenLosses(model, [text(36)], options);
    // More batches than are read at once.
    const parts = await tokenLosses(
      model,
      Array.from({ length: 36 }, (_, i) => text(1, i)),
      options,
    );
    const apart = await tokenLosses(model, [text(18), text(18, 18)], { ignoreIndex: 0 });
    assertClose([parts.mean], [whole.mean], tolerance.steps);
    assertEquals([parts.tokens, parts.byStep.length], [72, 1]);
    const begins = [
      await tokenLosses(model, [text(1)], options),
      await tokenLosses(model, [text(1, 18)], options),
    ];
    const wanted = begins.reduce((sum, { mean }) => sum + mean / 2, 0);
    assertClose([apart.byStep[0] ?? NaN], [wanted], tolerance.steps);
    model.dispose();
  },
);

Deno.test("tokenLosses() refuses replicas, wrong targets and batches without tokens that count", async () => {
  await selectBackend("cpu");
  const nothing = { shape: [2, 1], data: Int32Array.of(0, 0) };
  const model = languageModel({ ...sizes, random: new Random(1) });
  await assertRejects(
    () => tokenLosses(model, [{ x: nothing, target: nothing }], { ignoreIndex: 0 }),
    InputError,
    "the number of tokens that count must be 1 or more, found 0",
  );
  const many = languageModel({ ...sizes, replicas: 2, random: new Random(1) });
  await assertRejects(
    () => tokenLosses(many, [], { ignoreIndex: 0 }),
    InputError,
    "replicas of the model must be left out, found 2",
  );
  model.dispose();
  many.dispose();
});

forEachBackend("tokenLosses() stops if its signal is aborted, and leaves no tensor", async () => {
  const model = languageModel({ ...sizes, random: new Random(1) });
  const before = tf.memory().numTensors;
  const stop = new AbortController();
  const reason = new Error("enough");
  let asked = 0;
  const batches = {
    length: 1e6,
    at: () => {
      if (++asked === 3) stop.abort(reason);
      return text(5);
    },
  };
  const options = { ignoreIndex: 0, carryState: true, signal: stop.signal };
  const found = await assertRejects(() => tokenLosses(model, batches, options));
  assertEquals([found, asked], [reason, 3]);
  assertEquals(tf.memory().numTensors, before);
  model.dispose();
});

forEachBackend("tokenLosses() ignores masked tokens", async () => {
  const model = languageModel({ ...sizes, random: new Random(1) });
  const data = Float32Array.from({ length: 10 }, (_, i) => i % 3 === 0 ? 0 : 1);
  const masked = { ...text(5), mask: { shape: [5, 2], data } };
  const wanted = await evaluate(model, new CrossEntropyLoss({ ignoreIndex: 0 }), masked);
  const mask = tf.tensor(data, [5, 2]);
  for (const batch of [masked, { ...masked, mask }]) {
    const found = await tokenLosses(model, [batch], { ignoreIndex: 0 });
    assertClose([found.mean], wanted, tolerance.steps);
    assertEquals(found.tokens, 6);
  }
  mask.dispose();
  model.dispose();
});

forEachBackend("tokenLosses() refuses targets that are not classes, and leaves no tensor", async (
  backend,
) => {
  const model = languageModel({ ...sizes, random: new Random(1) });
  const good = text(3);
  const options = { ignoreIndex: 0, carryState: true };
  const refuse = async (change: Partial<Batch>, message: string): Promise<void> => {
    const before = tf.memory().numTensors;
    await assertRejects(
      () => tokenLosses(model, [good, { ...good, ...change }], options),
      InputError,
      message,
    );
    assertEquals(tf.memory().numTensors, before);
  };
  for (const id of [99, -7, 2.9]) {
    const data = Float32Array.from(good.target.data, (other, i) => i === 4 ? id : other);
    const message = `target must be integers from 0 to 6, found ${Math.fround(id)}`;
    await refuse({ target: { shape: [3, 2], data } }, message);
    const target = tf.tensor(data, [3, 2]);
    await refuse({ target }, message);
    target.dispose();
  }
  for (const shape of [[1, 2], [2]]) {
    await refuse(
      { target: { shape, data: Int32Array.of(1, 2) } },
      `target must be of shape [sequence 3, batch 2], found [${shape.join(", ")}]`,
    );
  }
  const short = { shape: [1, 2], data: new Float32Array(2) };
  await refuse({ mask: short }, "mask must be of shape [sequence 3, batch 2], found [1, 2]");
  await refuse(
    { mask: { shape: [3, 2], data: new Float32Array(6).fill(0.5) } },
    "mask must be 0 or 1 throughout, found 0.5",
  );
  // Ids are not checked on a GPU.
  if (backend !== "webgpu") {
    await refuse({ x: { shape: [3, 2], data: new Int32Array(6).fill(9) } }, "found 9");
  }
  model.dispose();
});
