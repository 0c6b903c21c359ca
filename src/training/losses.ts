import * as tf from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import { crossEntropy } from "../kernels/cross_entropy_op.ts";
import { type NetworkLoss, NO_CLASS } from "../kernels/network.ts";
import { checkIds } from "./batch.ts";

/** A loss: one number for each replica. */
export interface Loss {
  /** What the fused training step knows it as. */
  readonly fused: NetworkLoss | null;
  /**
   * The loss of each replica [replica].
   *
   * @param output [replica, ...]
   * @param target As the loss wants it, with the axis of replicas.
   * @param mask 1 where a row of the output counts [replica, ...]; by default all count.
   */
  of(output: tf.Tensor, target: tf.Tensor, mask?: tf.Tensor): tf.Tensor1D;
}

/**
 * The mean squared error over all numbers that count.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { MSELoss } from "./losses.ts";
 *
 * await selectBackend("cpu");
 * const loss = new MSELoss().of(tf.zeros([1, 2, 2]), tf.ones([1, 2, 2]));
 * assertEquals([...await loss.data()], [1]);
 * ```
 */
export class MSELoss implements Loss {
  /** What the fused training step knows it as. */
  readonly fused = { kind: "squaredError" } as const;

  /** The loss of each replica; target has the shape of output [replica, ..., width]. */
  of(output: tf.Tensor, target: tf.Tensor, mask?: tf.Tensor): tf.Tensor1D {
    if (output.shape.join() !== target.shape.join()) {
      throw new InputError("target", `of shape [${output.shape.join(", ")}]`, target.shape);
    }
    return tf.tidy(() => {
      const [replicas = 0, ...rest] = output.shape;
      const squares = output.sub(target).square();
      if (!mask) return squares.reshape<tf.Tensor2D>([replicas, -1]).mean<tf.Tensor1D>(1);
      const width = rest.at(-1) ?? 1;
      const counted = squares.mul(mask.expandDims(-1)).reshape([replicas, -1]).sum(1);
      // Where nothing counts the loss is 0 and not 0 / 0.
      const count = mask.reshape([replicas, -1]).sum(1).mul(width).maximum(1);
      return counted.div<tf.Tensor1D>(count);
    });
  }
}

/** What a {@link CrossEntropyLoss} is made from. */
export interface CrossEntropyOptions {
  /** The target that does not count, such as padding: a class, or any other integer. */
  readonly ignoreIndex?: number;
}

/**
 * Softmax cross-entropy, the mean over the targets that are not ignored, in nats.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { CrossEntropyLoss } from "./losses.ts";
 *
 * await selectBackend("cpu");
 * const loss = new CrossEntropyLoss().of(tf.zeros([1, 7, 2, 8]), tf.ones([1, 7, 2]));
 * const [value = NaN] = await loss.data();
 * assert(Math.abs(value - Math.log(8)) < 1e-6);
 * ```
 */
export class CrossEntropyLoss implements Loss {
  /** The class that does not count; `null` where every one does. */
  readonly ignoreIndex: number | null;

  /**
   * Takes the options.
   *
   * @throws {InputError} On an index that is no integer.
   */
  constructor({ ignoreIndex }: CrossEntropyOptions = {}) {
    if (ignoreIndex !== undefined && !Number.isSafeInteger(ignoreIndex)) {
      throw new InputError("ignoreIndex", "an integer", ignoreIndex);
    }
    this.ignoreIndex = ignoreIndex ?? null;
  }

  /** What the fused training step knows it as. */
  get fused(): NetworkLoss {
    return { kind: "crossEntropy", ignoreIndex: this.ignoreIndex };
  }

  /**
   * The loss of each replica; output [replica, ..., class], target, classes, [replica, ...].
   *
   * @throws {InputError} On another shape and, but on WebGPU, on a target that is no class.
   */
  of(output: tf.Tensor, target: tf.Tensor, mask?: tf.Tensor): tf.Tensor1D {
    const wanted = output.shape.slice(0, -1);
    if (wanted.join() !== target.shape.join()) {
      throw new InputError("target", `of shape [${wanted.join(", ")}]`, target.shape);
    }
    const [replicas = 0, classes = 0] = [output.shape[0], output.shape.at(-1)];
    const ignored = this.ignoreIndex ?? NO_CLASS;
    checkIds("target", target, classes, this.ignoreIndex ?? undefined);
    return tf.tidy(() => {
      const counted = mask
        ? tf.where(mask.notEqual(0), target.toFloat(), tf.fill(target.shape, ignored))
        : target.toFloat();
      return crossEntropy(
        output.reshape([replicas, -1, classes]),
        counted.reshape([replicas, -1]),
        this.ignoreIndex,
      );
    });
  }
}
