import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { type BackendOptions, type BackendRequest, selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";

// The first test must stay first: it starts WASM for the first time in the process of this file,
// when two simultaneous starts once failed.
Deno.test("selectBackend() can be called several times at once in a new process", async () => {
  const requests: BackendRequest[] = ["wasm", "wasm", "cpu"];
  const selections = await Promise.all(requests.map((request) => selectBackend(request)));
  assertEquals(selections.map(({ description }) => description.name), ["wasm", "wasm", "cpu"]);
  assertEquals(tf.getBackend(), "cpu");
});

Deno.test("selectBackend() makes the backend of the last call the current one", async () => {
  for (const order of [["wasm", "cpu"], ["cpu", "wasm"], ["wasm", "cpu", "wasm"]] as const) {
    const selections = await Promise.all(order.map((request) => selectBackend(request)));
    assertEquals(selections.map(({ description }) => description.name), [...order]);
    assertEquals(tf.getBackend(), order.at(-1));
  }
});

Deno.test("selectBackend() starts one backend at a time, also after a failure", async () => {
  const log: string[] = [];
  const start: NonNullable<BackendOptions["start"]> = async (name) => {
    log.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    log.push(`${name} ends`);
    return name === "wasm" ? "did not start" : null;
  };
  const request: BackendRequest = JSON.parse('"gpu"');
  const wrong = assertRejects(() => selectBackend(request, { start }), InputError, "backend must");
  const failing = assertRejects(() => selectBackend("wasm", { start }), Error, "did not start");
  const { description } = await selectBackend("cpu", { start });
  await Promise.all([wrong, failing]);
  assert(description.name === "cpu");
  assertEquals(log, ["wasm begins", "wasm ends", "cpu begins", "cpu ends"]);
});
