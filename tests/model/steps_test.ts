import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { steps } from "../../src/model/steps.ts";
import { forEachBackend } from "../backends.ts";

forEachBackend("steps takes a sequence apart, and its gradient puts it together", async () => {
  for (const length of [1, 2, 12]) {
    const x = tf.range(0, length * 6).reshape<tf.Tensor3D>([length, 2, 3]);
    const parts = steps(x);
    assertEquals(parts.map(({ shape }) => shape), Array(length).fill([2, 3]));
    const last = parts.at(-1);
    assert(last);
    assertEquals((await last.data())[0], (length - 1) * 6);

    // Step t is weighted with t + 1, so that steps cannot change places unseen.
    const weighted = (x: tf.Tensor3D) =>
      steps(x).map((part, t) => part.mul(t + 1)).reduce((a, b) => a.add(b)).sum();
    const gradient = await tf.valueAndGrad(weighted)(x).grad.data();
    assertEquals(
      [...gradient],
      Array.from({ length: length * 6 }, (_, i) => Math.floor(i / 6) + 1),
    );
  }
});
