import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { onBackend } from "../backends.ts";
import { maskRows } from "../../src/training/mask_rows.ts";

Deno.test("a mask chooses rows of an output that has one for each of its steps", async () => {
  await onBackend("cpu", () => {
    const mask = tf.ones([3, 2]);
    assertEquals(maskRows(mask, tf.zeros([3, 2, 5])), mask);
    assertEquals(maskRows(mask, tf.zeros([2, 5])), undefined);
    assertEquals(maskRows(undefined, tf.zeros([3, 2, 5])), undefined);
  });
});
