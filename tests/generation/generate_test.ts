import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { generate, generateStream, type GenerationRequest } from "../../src/generation/generate.ts";
import type { SamplingOptions } from "../../src/generation/sampling.ts";
import { forEachBackend } from "../backends.ts";
import { tolerance } from "../tolerance.ts";
import { chiSquare } from "./chi_square.ts";
import { logProbabilities, scale, tinyModel } from "./tiny_model.ts";

const greedy: SamplingOptions = { temperature: 0 };

/** Creates a request whose random numbers depend on a seed. */
function request(prompt: number[], sampling: SamplingOptions, seed = 1): GenerationRequest {
  return { prompt, sampling, random: new Random(seed) };
}

forEachBackend(
  "generate() at temperature 0 chooses the likeliest tokens of a forward pass",
  async (backend) => {
    const model = tinyModel();
    const prompt = [1, 4, 2, 5, 3, 3, 0];
    const [ids = []] = await generate(model, [request(prompt, greedy)], { maxTokens: 12 });
    assertEquals(ids.length, 12);
    assert(new Set(ids).size > 1, `it says always the same: ${ids}`);
    const found = await logProbabilities(model, [...prompt, ...ids]);
    for (const [t, id] of [...ids].entries()) {
      const row = found[prompt.length - 1 + t] ?? [];
      const missing = Math.max(...row) - (row[id] ?? -Infinity);
      const allowed = tolerance.backend[backend].relative * Math.max(...row.map(Math.abs));
      assert(missing <= allowed, `token ${t}: ${id} of ${row}`);
    }
    model.dispose();
  },
);

forEachBackend("generate() gives each row as if it were alone", async () => {
  const model = tinyModel();
  const make = (): GenerationRequest[] => [
    request([1, 2, 3, 4, 5, 1, 2], { topP: 0.9 }, 1),
    request([4], { temperature: 1.3 }, 2),
    request([], { topK: 3, repetitionPenalty: 1.2 }, 3),
    request([5, 5, 2], greedy, 4),
  ];
  const options = { maxTokens: 15, prefix: 2, end: 3 };
  const together = await generate(model, make(), options);
  assert(new Set(together.map(({ length }) => length)).size > 1, "all rows end at once");
  for (const row of together.keys()) {
    const alone = await generate(model, make().slice(row, row + 1), options);
    assertEquals(alone, [together[row]], `row ${row}`);
  }
  model.dispose();
});

forEachBackend("generateStream() leaves no tensor, also if it is stopped early", async () => {
  const model = tinyModel();
  const run = async (most: number): Promise<number> => {
    let count = 0;
    const requests = [request([1, 2], { topP: 0.9 }, 1), request([3], greedy, 2)];
    for await (const _tokens of generateStream(model, requests, { maxTokens: 5 })) {
      if (++count === most) break;
    }
    return count;
  };
  await run(5);
  const before = tf.memory();
  assertEquals([await run(2), await run(5)], [2, 5]);
  const after = tf.memory();
  assertEquals(after.numTensors, before.numTensors);
  assertEquals(inGpu(after), inGpu(before));
  model.dispose();
});

Deno.test("generate() can be stopped by a timer, and leaves no tensor", async () => {
  await selectBackend("wasm");
  const model = tinyModel();
  const before = tf.memory().numTensors;
  const signal = AbortSignal.timeout(100);
  // These tokens would take an hour.
  const options = { maxTokens: 1e8, signal };
  const found = await assertRejects(() => generate(model, [request([1], greedy)], options));
  assertEquals(found, signal.reason);
  assertEquals(tf.memory().numTensors, before);
  model.dispose();
});

function inGpu(info: tf.MemoryInfo): unknown {
  return "numBytesInGPU" in info ? info.numBytesInGPU : null;
}

Deno.test("generate() gives equal rows for equal seeds only", async () => {
  await selectBackend("cpu");
  const model = tinyModel();
  const run = (seed: number) => generate(model, [request([1], {}, seed)], { maxTokens: 40 });
  assertEquals(await run(1), await run(1));
  assert(String(await run(1)) !== String(await run(2)));
  model.dispose();
});

Deno.test("generate() draws tokens by the probabilities of the model", async () => {
  await selectBackend("cpu");
  const model = tinyModel();
  scale(model.parameters, 0.8);
  const [, last = []] = await logProbabilities(model, [4, 1]);
  const shares = last.map(Math.exp);
  const requests = Array.from({ length: 3000 }, (_, seed) => request([4, 1], {}, seed));
  const rows = await generate(model, requests, { maxTokens: 1 });
  const counts = shares.map((_, id) => rows.filter((row) => row[0] === id).length);
  // 6 classes, 5 degrees of freedom: 99.9 % of samples lie below 20.52.
  assert(chiSquare(counts, shares) < 20.52, `${counts} of ${shares}`);
  model.dispose();
});

Deno.test("generateStream() gives nothing after the end of a row", async () => {
  await selectBackend("cpu");
  const model = tinyModel();
  const requests = () => Array.from({ length: 8 }, (_, seed) => request([1], {}, seed));
  const steps: (number | null)[][] = [];
  for await (const tokens of generateStream(model, requests(), { maxTokens: 30, end: 3 })) {
    steps.push(tokens);
  }
  for (let row = 0; row < 8; row++) {
    const column = steps.map((tokens) => tokens[row]);
    const length = column.indexOf(null);
    assert(!column.includes(3));
    if (length >= 0) assert(column.slice(length).every((id) => id === null));
  }
  assert(steps.every((tokens) => tokens.some((id) => id !== null)), "a step without a token");
  assert(steps.at(-1)?.includes(null), "no row ended");
  // Before their ends the rows equal those without an end.
  const free = await generate(model, requests(), { maxTokens: 30 });
  const ended = await generate(model, requests(), { maxTokens: 30, end: 3 });
  for (const [row, ids] of free.entries()) {
    const length = ids.indexOf(3);
    assertEquals(ended[row], length < 0 ? ids : ids.slice(0, length));
  }
  model.dispose();
});

Deno.test("generateStream() gives no step if all rows end at once", async () => {
  await selectBackend("cpu");
  const model = tinyModel();
  const banned = [0, 1, 2, 4, 5];
  const rows = await generate(model, [request([1], {})], { maxTokens: 9, end: 3, banned });
  assertEquals(rows, [new Int32Array()]);
  model.dispose();
});

Deno.test("generate() never gives banned ids", async () => {
  await selectBackend("cpu");
  const model = tinyModel();
  const requests = [request([1], { temperature: 5 }, 1), request([2], greedy, 2)];
  const rows = await generate(model, requests, { maxTokens: 60, banned: [0, 1, 2] });
  assertEquals([...new Set(rows.flatMap((row) => [...row]))].sort(), [3, 4, 5]);
  model.dispose();
});

Deno.test("generate() puts the prefix before the prompt, which may be empty", async () => {
  await selectBackend("cpu");
  const model = tinyModel();
  const run = (prompt: number[], prefix?: number) =>
    generate(model, [request(prompt, {})], { maxTokens: 9, ...(prefix ? { prefix } : {}) });
  assertEquals(await run([], 2), await run([2]));
  assertEquals(await run([4, 5], 2), await run([2, 4, 5]));
  model.dispose();
});

Deno.test("generate() applies the repetition penalty to prompt and continuation", async () => {
  await selectBackend("cpu");
  const model = tinyModel();
  const sampling = { temperature: 0, repetitionPenalty: 1e6 };
  const [ids] = await generate(model, [request([1, 4], sampling)], { maxTokens: 4 });
  assertEquals([...ids ?? []].sort(), [0, 2, 3, 5]);
  model.dispose();
});

Deno.test("generate() throws on logits that are NaN", async () => {
  await selectBackend("cpu");
  const model = tinyModel();
  scale({ bias: Object.values(model.parameters).at(-1) ?? tf.variable(tf.scalar(0)) }, NaN);
  for (const sampling of [greedy, {}, { topK: 2 }, { topP: 0.5 }]) {
    await assertRejects(
      () => generate(model, [request([1], sampling)], { maxTokens: 1 }),
      InputError,
      "logits[0] must be a number below infinity, found NaN",
    );
  }
  model.dispose();
});
