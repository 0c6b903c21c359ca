import { assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { GRU } from "../../src/model/gru.ts";
import { dropTop, lastStates } from "../../src/model/readout.ts";
import { layers } from "./sequences.ts";

Deno.test("lastStates() refuses a state without h", async () => {
  await selectBackend("cpu");
  const gru = new GRU({ ...layers, random: new Random(1) });
  assertThrows(
    () => lastStates(gru, []),
    InputError,
    "state must be a tensor, or h and c, found []",
  );
  gru.dispose();
});

Deno.test("dropTop() refuses a number of sources that is not that of the replicas", async () => {
  await selectBackend("cpu");
  const gru = new GRU({ ...layers, random: new Random(1) });
  const top = tf.ones([1, 1, layers.hiddenSize]);
  const sources = [new Random(2), new Random(3)];
  assertThrows(
    () => dropTop(gru, top, 0.5, sources),
    InputError,
    "random must be 1 source, found 2",
  );
  top.dispose();
  gru.dispose();
});
