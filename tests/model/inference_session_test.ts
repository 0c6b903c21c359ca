import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { currentExecutor } from "../../src/kernels/executors.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { GRU } from "../../src/model/gru.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { Linear } from "../../src/model/linear.ts";
import { LSTM } from "../../src/model/lstm.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { InferenceSession } from "../../src/model/inference_session.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

function make(replicas?: number) {
  const random = new Random(1);
  const many = replicas === undefined ? {} : { replicas };
  return new SequenceModel({
    embedding: new Embedding({
      numEmbeddings: 7,
      embeddingDim: 5,
      random: random.fork("embedding"),
      ...many,
    }),
    recurrent: new GRU({
      inputSize: 5,
      hiddenSize: 6,
      numLayers: 2,
      random: random.fork("gru"),
      ...many,
    }),
    head: new Linear({ inFeatures: 6, outFeatures: 7, random: random.fork("head"), ...many }),
  });
}

forEachBackend(
  "InferenceSession.next() gives the outputs of the whole sequence step by step",
  async (backend) => {
    const [steps, batch, replicas] = [5, 3, 2];
    const model = make(replicas);
    const random = new Random(2);
    const ids = Int32Array.from({ length: replicas * steps * batch }, () => random.integer(0, 6));
    const { output } = model.forward(tf.tensor3d(ids, [replicas, steps, batch], "int32"));
    const wanted = await output.data();
    const session = new InferenceSession(model, { batch });
    for (let round = 0; round < 2; round++) {
      for (let t = 0; t < steps; t++) {
        const now = Array.from({ length: replicas }, (_, r) => {
          const first = (r * steps + t) * batch;
          return [...ids.subarray(first, first + batch)];
        }).flat();
        const found = await session.next(now);
        for (let r = 0; r < replicas; r++) {
          const size = batch * 7;
          const first = (r * steps + t) * size;
          assertClose(
            found.subarray(r * size, (r + 1) * size),
            wanted.slice(first, first + size),
            tolerance.backend[backend],
            { what: `replica ${r}, step ${t}` },
          );
        }
      }
      session.reset();
    }
    session.dispose();
    model.dispose();
  },
);

/** Replicas of an LSTM, which has two kinds of states. */
function lstms(replicas: number) {
  const random = new Random(3);
  return new SequenceModel({
    embedding: new Embedding({
      numEmbeddings: 7,
      embeddingDim: 3,
      random: random.fork("embedding"),
      replicas,
    }),
    recurrent: new LSTM({
      inputSize: 3,
      hiddenSize: 4,
      numLayers: 2,
      random: random.fork("lstm"),
      replicas,
    }),
    head: new Linear({ inFeatures: 4, outFeatures: 5, random: random.fork("head"), replicas }),
  });
}

forEachBackend(
  "InferenceSession.feed() runs many steps, and rows keep their states at mask 0",
  async (backend) => {
    const [steps, batch, replicas] = [150, 2, 2];
    const model = lstms(replicas);
    const random = new Random(4);
    const draw = () => Int32Array.from({ length: replicas * batch }, () => random.integer(0, 6));
    const times = Array.from({ length: steps }, draw);
    // Each row of each replica is masked at every third step, at different steps.
    const counts = times.map((_, t) => [0, 1, 2, 3].map((row) => (t + row) % 3 === 0 ? 0 : 1));
    const flat = (rows: readonly ArrayLike<number>[]): number[] =>
      [0, 1].flatMap((r) =>
        rows.flatMap((row) => Array.from(row).slice(r * batch, (r + 1) * batch))
      );
    const fed = new InferenceSession(model, { batch });
    fed.feed(flat(times), flat(counts));
    const last = draw();
    const found = await fed.next(last);
    for (let row = 0; row < replicas * batch; row++) {
      const own = times.filter((_, t) => counts[t]?.[row] === 1).map((ids) => ids[row] ?? 0);
      own.push(last[row] ?? 0);
      // Both replicas get these inputs; the output of one is compared.
      const x = tf.tensor3d([...own, ...own], [replicas, own.length, 1], "int32");
      const { output } = model.forward(x);
      const all = await output.data();
      const replica = Math.floor(row / batch);
      const end = (replica + 1) * own.length * 5;
      assertClose(
        found.subarray(row * 5, (row + 1) * 5),
        all.slice(end - 5, end),
        tolerance.backend[backend],
        { what: `row ${row}` },
      );
    }
    fed.dispose();
    model.dispose();
  },
);

forEachBackend(
  "InferenceSession.select() reorders rows, and setStates() sets what states() gave",
  async () => {
    const [batch, replicas] = [3, 2];
    const model = lstms(replicas);
    const session = new InferenceSession(model, { batch });
    session.feed([1, 2, 3, 4, 5, 6]);
    const before = await session.states();
    assertEquals(before.map(({ h, c }) => [h.length, c?.length]), Array(2).fill([24, 24]));
    const rows = [2, 0, 0];
    session.select(rows);
    // A second time, before any step: 2 0 0 becomes 0 2 0.
    session.select([1, 0, 2]);
    const moved = (values: Float32Array | null): number[] =>
      [0, 1].flatMap((r) => {
        return [0, 2, 0].flatMap((row) => {
          return [...values?.subarray((r * batch + row) * 4, (r * batch + row + 1) * 4) ?? []];
        });
      });
    const after = await session.states();
    assertEquals(
      after.map(({ h, c }) => [[...h], [...c ?? []]]),
      before.map(({ h, c }) => [moved(h), moved(c)]),
    );
    const ids = [0, 1, 2, 3, 4, 5];
    const wanted = await session.next(ids);
    session.reset();
    session.setStates(after);
    assertEquals(await session.states(), after);
    assertEquals(await session.next(ids), wanted);
    session.dispose();
    model.dispose();
  },
);

Deno.test("InferenceSession of a model with tied weights computes the model's outputs", async () => {
  await selectBackend("cpu");
  const sizes = { vocabularySize: 9, embeddingDim: 4, hiddenSize: 4 };
  const model = languageModel({ ...sizes, tieWeights: true, random: new Random(1) });
  const ids = [2, 7, 5];
  const { output, state } = model.forward(tf.tensor2d(ids, [3, 1], "int32"));
  const session = new InferenceSession(model);
  session.feed(ids.slice(0, -1));
  const found = await session.next(ids.slice(-1));
  assertClose(found, (await output.data()).slice(-9), tolerance.backend.cpu);
  tf.dispose([output, state]);
  session.dispose();
  model.dispose();
});

Deno.test("new InferenceSession() of a model that was disposed of throws before it allocates an arena", async () => {
  await selectBackend("cpu");
  const model = make();
  model.dispose();
  const executor = currentExecutor();
  const { start } = executor;
  let started = 0;
  executor.start = (program, replicas) => {
    started++;
    return start(program, replicas);
  };
  try {
    assertThrows(() => new InferenceSession(model), InputError, "the parameters must be in use");
  } finally {
    executor.start = start;
  }
  assertEquals(started, 0);
});

Deno.test("InferenceSession names wrong inputs, masks, rows and states", async () => {
  await selectBackend("cpu");
  const model = make();
  const session = new InferenceSession(model);
  await assertRejects(() => session.next([1, 2]), InputError, "x must be 1 numbers, found 2");
  await assertRejects(
    () => session.next([7]),
    InputError,
    "x must be integers from 0 to 6, found 7",
  );
  const fails = (wrong: () => void, message: string) => assertThrows(wrong, InputError, message);
  fails(() => session.feed([1, 7]), "x must be integers from 0 to 6, found 7");
  fails(() => session.feed([1, 2], [1]), "mask must be 2 numbers, found 1");
  fails(() => session.select([1]), "rows must be integers from 0 to 0, found 1");
  fails(() => session.select([0, 0]), "rows must be 1 rows, found 2");
  fails(() => session.setStates([]), "states must be of 2 layers, found 0");
  const [first, second] = await session.states();
  const short = { h: new Float32Array(5), c: null };
  fails(
    () => session.setStates(first ? [first, short] : []),
    "states[1].h must be 6 numbers, found 5",
  );
  const cell = { h: new Float32Array(6), c: new Float32Array(6) };
  fails(
    () => session.setStates(second ? [cell, second] : []),
    "states[0].c must be 0 numbers, found 6",
  );
  const pair = new InferenceSession(model, { batch: 2 });
  fails(() => pair.feed([1, 2, 3]), "x must be a multiple of 2 numbers, found 3");
  pair.dispose();
  session.dispose();
  await assertRejects(() => session.next([1]), InputError, "the session must be in use");
  fails(() => session.feed([1]), "the session must be in use");
  model.dispose();
  const random = new Random(1);
  const both = new SequenceModel({
    recurrent: new GRU({
      inputSize: 2,
      hiddenSize: 2,
      bidirectional: true,
      random: random.fork("gru"),
    }),
  });
  assertThrows(() => new InferenceSession(both), InputError, "bidirectional must be false");
  using mean = new SequenceModel({
    recurrent: new GRU({ inputSize: 2, hiddenSize: 3, random: new Random(2) }),
    readout: "mean",
  });
  assertThrows(
    () => new InferenceSession(mean),
    InputError,
    'readout must be "all" or "last" for single steps, found "mean"',
  );
  both.dispose();
});
