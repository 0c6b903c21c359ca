import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { type LanguageModel, languageModel } from "../../../src/model/language_model.ts";
import type { Batch } from "../../../src/training/engine/batch.ts";
import { CrossEntropyLoss } from "../../../src/training/engine/losses.ts";
import { AdamW } from "../../../src/training/optimizer.ts";
import { trainStep } from "../../../src/training/train_step.ts";
import { forEachBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

type Kind = "fused" | "plain";

const loss = new CrossEntropyLoss({ ignoreIndex: 0 });

function setUp(implementation: Kind = "fused") {
  const sizes = { vocabularySize: 8, embeddingDim: 3, hiddenSize: 4, numLayers: 1 };
  const model = languageModel({ ...sizes, implementation, random: new Random(1) });
  const optimizer = new AdamW(model, { learningRate: 0.05 });
  const step = async (seed: number, carryState = false): Promise<number> => {
    const report = trainStep(model, loss, optimizer, batchOf(seed), { carryState });
    return (await report.losses())[0]?.[0] ?? NaN;
  };
  const dispose = (): void => {
    optimizer.dispose();
    model.dispose();
  };
  return { model, optimizer, step, dispose };
}

function batchOf(seed: number): Batch {
  const random = new Random(seed);
  const field = () => ({
    shape: [3, 2],
    data: Int32Array.from({ length: 6 }, () => random.integer(1, 7)),
  });
  return { x: field(), target: field() };
}

function freeze(model: LanguageModel, frozen: boolean): void {
  const bias = model.parameters["head.bias"];
  assert(bias);
  bias.trainable = !frozen;
}

forEachBackend(
  "trainStep() changes between fused and plain steps with the results of plain steps",
  async () => {
    const [mixed, plain] = [setUp(), setUp("plain")];
    for (const [i, frozen] of [false, true, false, true].entries()) {
      const losses: number[] = [];
      for (const { model, step } of [mixed, plain]) {
        freeze(model, frozen);
        losses.push(await step(i));
        // The second step starts from the states of the first.
        losses.push(await step(10 + i, true));
      }
      const [a = NaN, b = NaN, c = NaN, d = NaN] = losses;
      assertClose([a, b], [c, d], tolerance.steps, { what: `losses ${i}` });
      const [found, wanted] = [
        await mixed.optimizer.stateDict(),
        await plain.optimizer.stateDict(),
      ];
      assertEquals([found.carried?.fused, wanted.carried?.fused], [!frozen, false]);
      for (const [k, state] of wanted.carried?.states.entries() ?? []) {
        assertClose(found.carried?.states[k] ?? [], state, tolerance.steps, { what: `state ${k}` });
      }
      assertEquals(Object.keys(found.moments), Object.keys(wanted.moments));
    }
    mixed.dispose();
    plain.dispose();
  },
);

forEachBackend(
  "trainStep() refuses to carry states between fused and plain steps",
  async () => {
    const { model, step, dispose } = setUp();
    await step(1);
    const tensors = tf.memory().numTensors;
    freeze(model, true);
    const go = () => step(2, true);
    await assertRejects(
      go,
      InputError,
      'carried states must be those of a plain step, found "fused"',
    );
    await step(2);
    await step(3, true);
    freeze(model, false);
    await assertRejects(
      go,
      InputError,
      'carried states must be those of a fused step, found "plain"',
    );
    await step(4);
    // States that no step starts from are freed.
    assertEquals(tf.memory().numTensors, tensors);
    await step(5, true);
    dispose();
  },
);

for (const kind of ["fused", "plain"] as const) {
  forEachBackend(`Adam.loadStateDict() replaces the whole state (${kind})`, async () => {
    const fresh = setUp(kind);
    const nothing = await fresh.optimizer.stateDict();
    await fresh.step(1);
    const first = await fresh.optimizer.stateDict();
    const weights = await fresh.model.stateDict();
    fresh.dispose();
    for (const state of [nothing, first, { ...first, carried: null }]) {
      const [used, other] = [setUp(kind), setUp(kind)];
      await used.step(7);
      await used.step(8, true);
      const losses: number[] = [];
      const ends: unknown[] = [];
      for (const { model, optimizer, step } of [used, other]) {
        model.loadStateDict(weights);
        optimizer.loadStateDict(state);
        assertEquals(await optimizer.stateDict(), state);
        losses.push(await step(2, true), await step(3, true));
        ends.push([await model.stateDict(), await optimizer.stateDict()]);
      }
      assertEquals(losses.slice(0, 2), losses.slice(2));
      assertEquals(ends[0], ends[1]);
      used.dispose();
      other.dispose();
    }
  });
}

forEachBackend(
  "Adam.loadStateDict() takes a fused state for plain steps that carry no states",
  async () => {
    const fused = setUp();
    await fused.step(1);
    const state = await fused.optimizer.stateDict();
    const weights = await fused.model.stateDict();
    const frozen = setUp();
    freeze(frozen.model, true);
    frozen.model.loadStateDict(weights);
    frozen.optimizer.loadStateDict(state);
    await assertRejects(
      () => frozen.step(2, true),
      InputError,
      'carried states must be those of a plain step, found "fused"',
    );
    assertEquals(await frozen.optimizer.stateDict(), state);
    assertClose([await frozen.step(2)], [await fused.step(2)], tolerance.steps);
    assertNotEquals(await frozen.model.stateDict(), weights);
    fused.dispose();
    frozen.dispose();
  },
);
