import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { addingProblem } from "../../src/data/adding_problem.ts";
import { stackSamples } from "../../src/data/sequence_task.ts";
import { GRU } from "../../src/model/gru.ts";
import { Linear } from "../../src/model/linear.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { MAX_CALL_STEPS } from "../../src/training/call_size.ts";
import { evaluate } from "../../src/training/evaluate.ts";
import { fit, type FitOptions } from "../../src/training/fit.ts";
import { MSELoss } from "../../src/training/engine/losses.ts";
import { Adam } from "../../src/training/optimizer.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { forEachBackend } from "../backends.ts";

const task = addingProblem({ steps: 3 });
const loss = new MSELoss();

function modelOf(sources: readonly Random[]) {
  const replicas = sources.length;
  return new SequenceModel({
    recurrent: new GRU({
      ...{ inputSize: 2, hiddenSize: 3, replicas },
      random: sources.map((source) => source.fork("gru")),
    }),
    head: new Linear({
      ...{ inFeatures: 3, outFeatures: 1, replicas },
      random: sources.map((source) => source.fork("head")),
    }),
    readout: "last",
  });
}

/**
 * Trains for some steps; returns the losses by step and replica, and the test losses after them.
 */
async function trained(
  seeds: readonly number[],
  steps: number,
  more: Pick<FitOptions, "onStep" | "signal"> = {},
) {
  const sources = seeds.map((seed) => new Random(seed));
  const model = modelOf(sources);
  const adam = new Adam(model, { learningRate: 0.01 });
  const data = sources.map((source) => source.fork("data"));
  try {
    const losses = await fit(model, loss, adam, {
      steps,
      draw: () => stackSamples(data.map((source) => task.draw(4, source))),
      ...more,
    });
    const test = stackSamples(sources.map((source) => task.draw(50, source.fork("test"))));
    return { losses, tests: await evaluate(model, loss, test) };
  } finally {
    adam.dispose();
    model.dispose();
  }
}

forEachBackend("fit() does the same steps as trainStep()", async () => {
  const [source] = [new Random(3)];
  const model = modelOf([source]);
  const adam = new Adam(model, { learningRate: 0.01 });
  const data = source.fork("data");
  const wanted: number[] = [];
  for (let step = 0; step < 70; step++) {
    const report = trainStep(model, loss, adam, stackSamples([task.draw(4, data)]));
    const [first] = await report.losses();
    wanted.push(first?.[0] ?? NaN);
  }
  adam.dispose();
  model.dispose();
  const told: number[] = [];
  const { losses } = await trained([3], 70, { onStep: (done) => told.push(done) });
  assertEquals(losses.map(([own]) => own), wanted);
  assertEquals(told.at(-1), 70);
  const calls = told.map((done, i) => done - (told[i - 1] ?? 0));
  assertEquals(calls.filter((steps) => steps < 1 || steps > MAX_CALL_STEPS), []);
});

Deno.test("fit() returns every loss, also of more than 1024 steps", async () => {
  await selectBackend("wasm");
  const { losses } = await trained([1, 2], 1100);
  assertEquals(losses.length, 1100);
  assert(losses.every((row) => row.length === 2 && row.every(Number.isFinite)));
  const { losses: fewer } = await trained([1, 2], 100);
  assertEquals(losses.slice(0, 100), fewer);
});

forEachBackend(
  "fit() and evaluate() treat each replica as if it were alone, and leave no tensor",
  async (backend) => {
    const before = tf.memory().numTensors;
    const both = await trained([5, 6], 40);
    assertEquals(tf.memory().numTensors, before);
    const alone = await trained([6], 40);
    // On WebGPU a compiler may fuse operations of the two shaders differently.
    if (backend === "webgpu") return;
    assertEquals(both.losses.map((row) => row[1]), alone.losses.map((row) => row[0]));
    assertEquals(both.tests[1], alone.tests[0]);
  },
);

forEachBackend("fit() refuses a number of steps that is not a positive integer", async () => {
  await assertRejects(
    () => trained([1], 0),
    InputError,
    "steps must be a positive integer, found 0",
  );
});

forEachBackend(
  "fit() stops if its signal is aborted, also by a timer, and leaves no tensor",
  async () => {
    const before = tf.memory().numTensors;
    const reason = new Error("enough");
    for (const later of [false, true]) {
      const stop = new AbortController();
      let steps = 0;
      const onStep = (done: number): void => {
        if (!later) stop.abort(reason);
        else if (steps === 0) setTimeout(() => stop.abort(reason));
        steps = done;
      };
      // These steps would take minutes.
      const found = await assertRejects(() => trained([1], 1e8, { onStep, signal: stop.signal }));
      assertEquals(found, reason);
      if (!later) assert(steps <= MAX_CALL_STEPS);
    }
    assertEquals(tf.memory().numTensors, before);
  },
);

Deno.test("fit() draws no batch if its signal is already aborted", async () => {
  await selectBackend("wasm");
  const reason = new Error("never begun");
  const onStep = () => {
    throw new Error("a step was done");
  };
  const found = await assertRejects(() =>
    trained([1], 3, { onStep, signal: AbortSignal.abort(reason) })
  );
  assertEquals(found, reason);
});
