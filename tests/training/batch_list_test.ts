import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { GRU } from "../../src/model/gru.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { Linear } from "../../src/model/linear.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { BatchBuffer, countTargets, sliceBatches } from "../../src/training/batch_list.ts";
import type { Batch } from "../../src/training/engine/batch.ts";
import { CrossEntropyLoss, MSELoss } from "../../src/training/engine/losses.ts";
import { fit } from "../../src/training/fit.ts";
import { Adam } from "../../src/training/optimizer.ts";
import { tokenLosses } from "../../src/training/token_losses.ts";
import { trainLanguageModel } from "../../src/training/train_language_model.ts";
import { forEachBackend } from "../backends.ts";

const shape = [2, 2];
const target = { shape, data: Int32Array.of(0, 3, 4, 5) };
const mask = { shape, data: Float32Array.of(1, 0, 1, 1) };

forEachBackend(
  "countTargets() counts targets that are neither ignored nor masked, in arrays and tensors",
  async () => {
    const tensors = { target: tf.tensor(target.data, shape), mask: tf.tensor(mask.data, shape) };
    for (const fields of [{ target, mask }, tensors, { target, mask: tensors.mask }]) {
      const batch = { x: target, ...fields };
      assertEquals(await countTargets(batch, 0), 2);
      assertEquals(await countTargets(batch, null), 3);
      assertEquals(await countTargets({ x: target, target: fields.target }, 0), 3);
    }
    // Targets of whole sequences, to which a mask of steps does not apply.
    const last = { x: target, target: { shape: [2], data: Int32Array.of(1, 2) }, mask };
    assertEquals(await countTargets(last, null), 2);
  },
);

Deno.test("sliceBatches() throws if the list is too short", () => {
  const batches = [{ x: target, target }];
  const held = new BatchBuffer();
  assertEquals(sliceBatches(batches, 0, 1, {}, held), batches);
  assertThrows(
    () => sliceBatches(batches, 0, 2, {}, held),
    InputError,
    "batches must be 1 in all, found 1",
  );
});

/** Returns the batches of a step, one of numbers and one of ids. */
interface Source {
  numbers(step: number): Batch;
  ids(step: number): Batch;
}

const sizes = { x: [3, 2, 2], target: [3, 2, 1], mask: [3, 2] };

function numbersOf(step: number) {
  const random = new Random(5).fork(step);
  return {
    x: Float32Array.from(random.array(12)),
    target: Float32Array.from(random.array(6)),
    mask: Float32Array.of(1, 1, 1, step % 2, step % 3 === 0 ? 0 : 1, 1),
  };
}

function idsOf(step: number) {
  const random = new Random(6).fork(step);
  const draw = () => Int32Array.from({ length: 6 }, () => random.integer(0, 4));
  return { x: draw(), target: draw(), lengths: [1 + step % 3, 3 - step % 2] };
}

/** New arrays for each batch. */
const newArrays: Source = {
  numbers: (step) => {
    const { x, target, mask } = numbersOf(step);
    return {
      x: { shape: sizes.x, data: x },
      target: { shape: sizes.target, data: target },
      mask: { shape: sizes.mask, data: mask },
    };
  },
  ids: (step) => {
    const { x, target, lengths } = idsOf(step);
    return { x: { shape: [3, 2], data: x }, target: { shape: [3, 2], data: target }, lengths };
  },
};

/** One batch whose arrays are refilled each time. */
function refilled(): Source {
  const [numbers, ids] = [newArrays.numbers(1000), newArrays.ids(1000)];
  const fill = (batch: Batch, from: Record<string, ArrayLike<number>>): Batch => {
    for (const name of ["x", "target", "mask"] as const) {
      const values = batch[name];
      const data = from[name];
      if (values && data && !(values instanceof tf.Tensor)) values.data.set(data);
    }
    if (from.lengths) Object.assign(batch.lengths ?? [], from.lengths);
    return batch;
  };
  return {
    numbers: (step) => fill(numbers, numbersOf(step)),
    ids: (step) => fill(ids, idsOf(step)),
  };
}

/** New tensors for each batch; those of the batch before are disposed of. */
function disposing(): Source & { dispose(): void } {
  let last: tf.Tensor[] = [];
  const next = (batch: Batch): Batch => {
    tf.dispose(last);
    last = [];
    const tensorOf = (values: Batch["x"]): Batch["x"] => {
      if (values instanceof tf.Tensor) return values;
      const tensor = tf.tensor(values.data, [...values.shape]);
      last.push(tensor);
      return tensor;
    };
    const { x, target, mask, lengths } = batch;
    return {
      ...{ x: tensorOf(x), target: tensorOf(target) },
      ...(mask ? { mask: tensorOf(mask) } : {}),
      ...(lengths ? { lengths } : {}),
    };
  };
  return {
    numbers: (step) => next(newArrays.numbers(step)),
    ids: (step) => next(newArrays.ids(step)),
    dispose: () => tf.dispose(last),
  };
}

/** Returns the losses of 40 steps of `fit`. */
async function fitted({ numbers }: Source, implementation: "fused" | "plain"): Promise<number[]> {
  const random = new Random(1);
  const model = new SequenceModel({
    recurrent: new GRU({
      ...{ inputSize: 2, hiddenSize: 3, implementation, random: random.fork("gru") },
    }),
    head: new Linear({ inFeatures: 3, outFeatures: 1, random: random.fork("head") }),
  });
  const adam = new Adam(model, { learningRate: 0.02 });
  const losses = await fit(model, new MSELoss(), adam, { steps: 40, draw: numbers });
  adam.dispose();
  model.dispose();
  return losses.map(([loss = NaN]) => loss);
}

/** Returns the history of `trainLanguageModel`, and the losses of the tokens. */
async function taught({ ids }: Source) {
  const random = new Random(2);
  const sizes = { vocabularySize: 5, embeddingDim: 2, hiddenSize: 3 };
  const model = languageModel({ ...sizes, random });
  const adam = new Adam(model, { learningRate: 0.02 });
  const list = (length: number) => ({ length, at: ids });
  const validate = async () => (await tokenLosses(model, list(5), { ignoreIndex: 0 })).mean;
  const history = await trainLanguageModel(model, new CrossEntropyLoss({ ignoreIndex: 0 }), adam, {
    ...{ epochs: 2, batches: () => list(20), progressSteps: 8, validate },
  });
  adam.dispose();
  model.dispose();
  return history;
}

forEachBackend("fit() learns the same from refilled arrays as from new ones", async () => {
  const tensors = tf.memory().numTensors;
  for (const implementation of ["fused", "plain"] as const) {
    const wanted = await fitted(newArrays, implementation);
    assert(new Set(wanted).size === 40);
    assertEquals(await fitted(refilled(), implementation), wanted);
    const source = disposing();
    assertEquals(await fitted(source, implementation), wanted);
    source.dispose();
  }
  assertEquals(tf.memory().numTensors, tensors);
});

forEachBackend(
  "trainLanguageModel() and tokenLosses() compute the same from refilled arrays as from new ones",
  async () => {
    const tensors = tf.memory().numTensors;
    const wanted = await taught(newArrays);
    assert(wanted[0]?.trainLoss !== wanted[1]?.trainLoss);
    assertEquals(await taught(refilled()), wanted);
    const source = disposing();
    assertEquals(await taught(source), wanted);
    source.dispose();
    assertEquals(tf.memory().numTensors, tensors);
  },
);

forEachBackend("BatchBuffer.collect() frees its tensors if a later batch is wrong", () => {
  const source = disposing();
  const first = source.numbers(0);
  const tensors = tf.memory().numTensors;
  const give = (i: number): Batch => i === 0 ? first : JSON.parse('{ "x": 1 }');
  assertThrows(
    () => new BatchBuffer().collect(2, {}, give),
    InputError,
    "x must be a tensor, or a shape",
  );
  assertEquals(tf.memory().numTensors, tensors);
  source.dispose();
});
