import type { Tensor, Tensor1D, TensorInfo } from "@tensorflow/tfjs";
import { assertShape } from "../../core/shapes.ts";
import { tf } from "../../core/tfjs.ts";
import { ignoredClass } from "../network.ts";
import { Layout } from "../program.ts";
import { isTaped, registerKernel, runOnce, sizeOfReplica } from "./kernel.ts";

/**
 * Computes softmax cross-entropy, the mean over the rows whose target is not ignored, as one tfjs
 * kernel. Under a tape the same pass computes the gradient.
 *
 *     loss = mean of -log(exp(logits[target]) / sum over classes of exp(logits))
 *
 * If every target is ignored, the loss is 0, and so is the gradient.
 *
 * @param logits The logits [replica, row, class].
 * @param targets Classes as floats [replica, row].
 * @param ignoreIndex The target that does not count; `null` if all count.
 * @returns The loss of each replica [replica]; the caller disposes of it.
 * @throws {InputError} If `logits` does not have three axes, if `targets` is not of shape
 *   [replica, row], or if `ignoreIndex` is not an integer from -2^24 to 2^24.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { crossEntropy } from "./cross_entropy.ts";
 *
 * await selectBackend("cpu");
 * const loss = crossEntropy(tf.zeros([1, 3, 8]), tf.tensor2d([[1, 7, 0]]), 0);
 * assert(Math.abs((await loss.data())[0]! - Math.log(8)) < 1e-6);
 * ```
 */
export function crossEntropy(
  logits: Tensor,
  targets: Tensor,
  ignoreIndex: number | null,
): Tensor1D {
  assertShape("logits", logits.shape, { replica: null, row: null, class: null });
  const [replica = 0, row = 0] = logits.shape;
  assertShape("targets", targets.shape, { replica, row });
  register();
  const [loss] = tf.engine().runKernel<Tensor[]>(kernelName, { logits, targets }, {
    ignoreIndex: ignoredClass(ignoreIndex),
    saveGradient: isTaped(),
  });
  if (!loss) throw new Error("the cross-entropy kernel returned no tensor");
  return loss.as1D();
}

const kernelName = "UnrollCrossEntropy";
let registered = false;

function register(): void {
  if (registered) return;
  registered = true;
  registerKernel(kernelName, ({ inputs, attrs }) =>
    forward(
      inputs.logits,
      inputs.targets,
      Number(attrs?.ignoreIndex),
      attrs?.saveGradient === true,
    ));
  tf.registerGradient({
    kernelName,
    outputsToSave: [false, true],
    gradFunc: (dy, [gradient]) => {
      const d = Array.isArray(dy) ? dy[0] : dy;
      if (!d || !gradient) throw new Error("the cross-entropy kernel saved no gradient");
      return { logits: () => tf.mul(gradient, d.reshape([-1, 1, 1])) };
    },
  });
}

function forward(
  logits: TensorInfo | undefined,
  targets: TensorInfo | undefined,
  ignore: number,
  saveGradient: boolean,
): TensorInfo[] {
  if (!logits || !targets) throw new Error("the cross-entropy kernel lacks an input");
  const [replicas = 1, rows = 1, classes = 1] = logits.shape;
  const layout = new Layout();
  const [values, classIds, loss] = [
    layout.add(sizeOfReplica(logits.shape)),
    layout.add(rows),
    layout.add(1),
  ];
  return runOnce({
    layout,
    replicas,
    inputs: [[values, logits], [classIds, targets]],
    commands: [{
      op: "crossEntropy",
      rows,
      classes,
      logits: values.offset,
      targets: classIds.offset,
      ignore,
      loss: loss.offset,
    }],
    outputs: [[loss, [replicas]], ...(saveGradient ? [[values, logits.shape] as const] : [])],
  });
}
