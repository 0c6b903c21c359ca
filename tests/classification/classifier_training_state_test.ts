import { assert, assertEquals, assertThrows } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import {
  ClassifierTraining,
  type TrainingInputs,
} from "../../src/classification/classifier_training.ts";
import type { StepPosition } from "../../src/classification/classifier_training_state.ts";
import { resolveOptions } from "../../src/classification/sequence_classifier_options.ts";

const words = ["good", "bad", "so", "not", "film", "music", "very", "day"];

/** Texts of random words; the label says whether "good" is among them, with some exceptions. */
function drawn(count: number, random: Random) {
  const texts = Array.from({ length: count }, () => {
    const length = random.integer(1, 9);
    return Array.from({ length }, () => words[random.integer(0, 7)] ?? "").join(" ");
  });
  const labels = texts.map((text) => {
    return Number(text.includes("good") === random.uniform() < 0.9);
  });
  return { texts, labels, classes: 2 };
}

const training = drawn(60, new Random(1));
const validation = drawn(20, new Random(2));
const options = resolveOptions({
  ...{ embeddingDim: 4, hiddenSize: 5, minCount: 1, batchSize: 8, epochs: 7, patience: 2 },
  ...{ learningRate: 0.05, wordDropout: 0.2 },
});

/** Starts a training of two networks. */
function start(inputs: Partial<TrainingInputs> = { validation }) {
  const random = [1, 2].map((seed) => new Random(seed));
  return ClassifierTraining.start(training, options, { random, ...inputs });
}

for (const backend of ["cpu", "wasm"] as const) {
  Deno.test(`ClassifierTraining.restore() continues bit for bit from any epoch [${backend}]`, async () => {
    await selectBackend(backend);
    for (const inputs of [{ validation }, {}]) {
      using whole = await start(inputs);
      const trained = await whole.run();
      const last = await whole.state();
      for (let epochs = 0; epochs <= whole.epoch; epochs++) {
        using first = await start(inputs);
        while (first.epoch < epochs) await first.next();
        const state = await first.state();
        assertEquals(state.epoch, epochs);
        using second = await start(inputs);
        second.restore(state);
        assertEquals(second.best, first.best);
        assertEquals(await second.run(), trained);
        assertEquals(await second.state(), last);
      }
    }
  });
}

Deno.test("ClassifierTraining.restore() refuses the state of another number of networks", async () => {
  await selectBackend("cpu");
  using both = await start();
  using one = await start({ random: [new Random(1)] });
  const state = await both.state();
  assertThrows(() => one.restore(state), InputError, "state must be of 1 networks, found 2");
});

Deno.test("ClassifierTraining calls onSteps with the steps of each epoch", async () => {
  await selectBackend("cpu");
  const positions: StepPosition[] = [];
  using run = await start({ validation, onSteps: (position) => positions.push(position) });
  await run.next();
  await run.next();
  for (const epoch of [0, 1]) {
    const own = positions.filter((position) => position.epoch === epoch);
    assert(own.length > 1);
    assertEquals(
      own.map(({ step }) => step),
      own.map(({ step }) => step).toSorted((a, b) => a - b),
    );
    assertEquals(own.at(-1), { epoch, step: 8, steps: 8 });
  }
});
