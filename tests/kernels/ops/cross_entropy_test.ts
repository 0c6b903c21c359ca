import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { selectBackend } from "../../../src/core/backend.ts";
import { InputError } from "../../../src/core/errors.ts";
import { crossEntropy } from "../../../src/kernels/ops/cross_entropy.ts";
import { forEachBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

/** Several vectors of four and a remainder, and several lanes of a GPU. */
const classes = 21;
const target = 3;

/** Returns logits from 0 to 2, some of them replaced. */
function logits(change: (i: number) => number | undefined): number[] {
  return Array.from({ length: classes }, (_, i) => change(i) ?? (i * 7 % 11) / 5);
}

/** Rows of logits with the loss of PyTorch 1.13; the gradient is NaN if the loss is. */
const rows: readonly (readonly [what: string, row: number[], loss: number])[] = [
  ["finite", logits(() => undefined), 2.252300977706909],
  ["a NaN", logits((i) => i === 17 ? NaN : undefined), NaN],
  ["a NaN for the target", logits((i) => i === target ? NaN : undefined), NaN],
  ["a last NaN", logits((i) => i === classes - 1 ? NaN : undefined), NaN],
  ["infinity", logits((i) => i === 20 ? Infinity : undefined), NaN],
  ["infinity for the target", logits((i) => i === target ? Infinity : undefined), NaN],
  ["-infinity", logits((i) => i === 8 ? -Infinity : undefined), 2.2347655296325684],
  ["-infinity for the target", logits((i) => i === target ? -Infinity : undefined), Infinity],
  [
    "-infinity but for two",
    logits((i) => i === target || i === 4 ? undefined : -Infinity),
    0.37110069394111633,
  ],
  ["-infinity throughout", logits(() => -Infinity), NaN],
  ["far apart", logits((i) => i === target ? 3e38 : i === 4 ? -3e38 : undefined), 0],
];

forEachBackend(
  "crossEntropy() matches PyTorch for logits that are not finite, NaN in gradients included",
  async (backend) => {
    const [, plain = [], usual = NaN] = rows[0] ?? [];
    for (const [what, row, loss] of rows) {
      // A second network, two more rows that count, and one row that does not.
      const x = tf.tensor3d([[plain, row, plain, row], [plain, plain, plain, row]]);
      const y = tf.tensor2d([[target, target, target, -5], [target, target, target, -5]]);
      const values = await crossEntropy(x, y, -5).data();
      const wanted = [(2 * usual + loss) / 3, usual];
      for (const [i, value] of wanted.entries()) {
        const found = values[i] ?? 0;
        if (!Number.isFinite(value)) assertEquals(found, value, what);
        else assertClose([found], [value], tolerance.backend[backend], { what });
      }
      const gradient = await tf.grad((x: tf.Tensor) => crossEntropy(x, y, -5).sum())(x).data();
      const nans = Array.from({ length: 8 }, (_, i) => {
        return gradient.slice(i * classes, (i + 1) * classes).filter(Number.isNaN).length;
      });
      assertEquals(nans, [0, Number.isNaN(loss) ? classes : 0, 0, 0, 0, 0, 0, 0], what);
    }
  },
);

Deno.test("crossEntropy() refuses an ignoreIndex that is not distinct in float32", async () => {
  await selectBackend("cpu");
  const [x, y] = [tf.zeros([1, 2, 3]), tf.ones([1, 2])];
  for (const wrong of [2 ** 24 + 1, -(2 ** 31), 2 ** 53, 0.5, NaN]) {
    assertThrows(
      () => crossEntropy(x, y, wrong),
      InputError,
      `ignoreIndex must be an integer from -16777216 to 16777216, found ${wrong}`,
    );
  }
  for (const right of [2 ** 24, -(2 ** 24), null]) {
    assertClose(await crossEntropy(x, y, right).data(), [Math.log(3)], tolerance.float32);
  }
});
