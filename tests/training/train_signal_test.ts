import { assert, assertEquals, assertRejects } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { forEachBackend } from "../backends.ts";
import { batches, keeper, run } from "./train_run.ts";

/** A training that is stopped where so many calls of progress were made, and its checkpoints. */
async function stopped(calls: number, start?: Uint8Array): Promise<Uint8Array[]> {
  const kept: Uint8Array[] = [];
  const stop = new AbortController();
  let told = 0;
  const reason = new Error("enough");
  const found = await assertRejects(() =>
    run({
      ...{ progressSteps: 2, signal: stop.signal, onCheckpoint: keeper(kept) },
      onProgress: () => {
        if (++told === calls) stop.abort(reason);
      },
    }, start)
  );
  assertEquals(found, reason);
  return kept;
}

forEachBackend("stopped anywhere, training goes on to the bytes of one that was not", async () => {
  const all: Uint8Array[] = [];
  const whole = await run({ onCheckpoint: keeper(all) });
  // In an epoch of 5 steps there are 0, 1 and 3 done, and 0 of the next at its end and begin.
  for (const [calls, checkpoints] of [[1, 1], [2, 1], [3, 1], [4, 1], [5, 1], [6, 2]] as const) {
    const kept = await stopped(calls);
    assertEquals(kept.length, checkpoints);
    const rest: Uint8Array[] = [];
    assertEquals(await run({ onCheckpoint: keeper(rest) }, kept.at(-1)), whole);
    assertEquals(rest.at(-1), all.at(-1));
  }
});

Deno.test("a training that did no step since its checkpoint writes none", async () => {
  await selectBackend("wasm");
  const [first] = await stopped(3);
  assert(first);
  assertEquals(await stopped(1, first), []);
});

Deno.test("a stop after the last step comes too late", async () => {
  await selectBackend("wasm");
  const stop = new AbortController();
  const validate = () => {
    stop.abort();
    return Promise.resolve(1);
  };
  const { history } = await run({ epochs: 1, signal: stop.signal, validate });
  assertEquals(history.length, 1);
});

forEachBackend("stopped while it validates, training goes on with the validation", async () => {
  const all: Uint8Array[] = [];
  const whole = await run({ onCheckpoint: keeper(all) });
  for (const [epoch, checkpoints] of [[0, 1], [1, 2]] as const) {
    const kept: Uint8Array[] = [];
    const stop = new AbortController();
    const reason = new Error("enough");
    let validations = 0;
    const found = await assertRejects(() =>
      run({
        ...{ signal: stop.signal, onCheckpoint: keeper(kept) },
        validate: () => {
          if (validations++ === epoch) stop.abort(reason);
          stop.signal.throwIfAborted();
          return Promise.resolve(whole.history[validations - 1]?.validationLoss ?? NaN);
        },
      })
    );
    assertEquals(found, reason);
    assertEquals(kept.length, checkpoints);
    const rest: Uint8Array[] = [];
    assertEquals(await run({ onCheckpoint: keeper(rest) }, kept.at(-1)), whole);
    assertEquals(rest.at(-1), all.at(-1));
  }
});

Deno.test("an error of the validation writes no checkpoint", async () => {
  await selectBackend("wasm");
  const kept: Uint8Array[] = [];
  const error = new Error("its own");
  const found = await assertRejects(() =>
    run({
      ...{ signal: AbortSignal.timeout(1e6), onCheckpoint: keeper(kept) },
      validate: () => Promise.reject(error),
    })
  );
  assertEquals([found, kept.length], [error, 0]);
});

Deno.test("training without onProgress can be stopped by a timer", async () => {
  await selectBackend("wasm");
  const signal = AbortSignal.timeout(100);
  const found = await assertRejects(() =>
    run({ epochs: 1e6, batches: () => batches(0, 1), validate: () => Promise.resolve(1), signal })
  );
  assertEquals(found, signal.reason);
});

Deno.test("losses that are read on the way change nothing, and are told", async () => {
  await selectBackend("wasm");
  const told: (number | null)[] = [];
  const found = await run({
    ...{ epochs: 2, progressSteps: 1, lossSteps: 2 },
    onProgress: ({ loss }) => void told.push(loss),
  });
  assertEquals(found, await run({ epochs: 2 }));
  // Of an epoch, none before two steps, then the same for two; at its end there is a record.
  const of = (epoch: number) => told.slice(6 * epoch, 6 * epoch + 6).map((loss) => loss !== null);
  for (const epoch of [0, 1]) assertEquals(of(epoch), [false, false, true, true, true, false]);
  assertEquals(told[2], told[3]);
  assert(told[3] !== told[4]);
  await assertRejects(() => run({ lossSteps: 0 }), InputError, "lossSteps must be a positive");
});
