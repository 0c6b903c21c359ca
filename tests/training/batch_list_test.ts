import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { countTargets, sliceBatches } from "../../src/training/batch_list.ts";
import { HeldBatches } from "../../src/training/held_batches.ts";
import { forEachBackend } from "../backends.ts";

const shape = [2, 2];
const target = { shape, data: Int32Array.of(0, 3, 4, 5) };
const mask = { shape, data: Float32Array.of(1, 0, 1, 1) };

forEachBackend("targets count that are neither ignored nor masked, tensors too", async () => {
  const tensors = { target: tf.tensor(target.data, shape), mask: tf.tensor(mask.data, shape) };
  for (const fields of [{ target, mask }, tensors, { target, mask: tensors.mask }]) {
    const batch = { x: target, ...fields };
    assertEquals(await countTargets(batch, 0), 2);
    assertEquals(await countTargets(batch, null), 3);
    assertEquals(await countTargets({ x: target, target: fields.target }, 0), 3);
  }
  // One target for each sequence: a mask of steps leaves none of them out.
  const last = { x: target, target: { shape: [2], data: Int32Array.of(1, 2) }, mask };
  assertEquals(await countTargets(last, null), 2);
});

Deno.test("batches that there are not are named", () => {
  const batches = [{ x: target, target }];
  const held = new HeldBatches();
  assertEquals(sliceBatches(batches, 0, 1, {}, held), batches);
  assertThrows(
    () => sliceBatches(batches, 0, 2, {}, held),
    InputError,
    "batches must be 1 in all, found 1",
  );
});
