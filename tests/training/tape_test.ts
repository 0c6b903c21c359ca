import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { freeTape } from "../../src/training/tape.ts";
import { forEachBackend } from "../backends.ts";

forEachBackend("what a failed gradient has kept is freed", async () => {
  const x = tf.tensor1d([1, 2]);
  await x.data();
  const before = tf.memory().numTensors;
  const fails = tf.grad((x: tf.Tensor) => {
    x.square().exp();
    throw new RangeError("on the way");
  });
  assertThrows(() => fails(x), RangeError, "on the way");
  freeTape();
  assertEquals(tf.memory().numTensors, before);
  freeTape();
});

Deno.test("a gradient that is on its way keeps what it needs", async () => {
  await selectBackend("cpu");
  const gradient = tf.tidy(() =>
    tf.grad((x: tf.Tensor) => {
      const y = x.square();
      freeTape();
      return y;
    })(tf.scalar(3)).dataSync()
  );
  assertEquals([...gradient], [6]);
});
