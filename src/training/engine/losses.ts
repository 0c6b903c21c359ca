import type { Tensor, Tensor1D } from "@tensorflow/tfjs";
import { helpFor } from "../../core/arguments.ts";
import { checkBinaryTensor, checkTensor } from "../../core/check_tensor.ts";
import { InputError } from "../../core/errors.ts";
import { MOST_IDS } from "../../core/ids.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { positiveInteger } from "../../core/shapes.ts";
import { tf } from "../../core/tfjs.ts";
import { type NetworkLoss, NO_CLASS } from "../../kernels/network.ts";
import { crossEntropy } from "../../kernels/ops/cross_entropy.ts";
import { checkIdField } from "./batch.ts";

/** Options for {@link Loss.compute}. */
export interface LossOptions {
  /** 1 for rows of the output that count, 0 for the others; by default every row counts. */
  readonly mask?: Tensor | undefined;
  /**
   * The size of a leading replica axis; by default there is none, and the output is of one network.
   */
  readonly replicas?: number | undefined;
}

const lossNames: OptionNames<LossOptions> = { mask: true, replicas: true };

/** A function that training minimizes. */
export interface Loss {
  /** The same loss as a command of the kernels; `null` if the kernels do not have this loss. */
  readonly fused: NetworkLoss | null;
  /**
   * Computes the loss.
   *
   * @param output The output of the model [..., width], after the replica axis if there is one.
   * @param target The target, after the replica axis if there is one.
   * @param options A mask [...] of rows of the output, and the size of the replica axis.
   * @returns A scalar, or one number for each network [replica] if `replicas` is given.
   */
  compute(output: Tensor, target: Tensor, options?: LossOptions): Tensor;
}

/**
 * Checks that a value is a loss.
 *
 * @param loss The value.
 * @throws {InputError} If `loss` has no function `compute`.
 */
export function checkLoss(loss: Loss): void {
  const given: unknown = loss;
  const isLoss = typeof given === "object" && given !== null && "compute" in given &&
    typeof given.compute === "function";
  if (isLoss) return;
  const help = typeof given === "function"
    ? `Make one: new ${given.name || "MSELoss"}()`
    : helpFor(given);
  const wanted = "a loss such as new MSELoss() or new CrossEntropyLoss()";
  throw new InputError("loss", wanted, given, help);
}

/**
 * Computes the loss of each network.
 *
 * @param loss The loss.
 * @param output The output [..., width], after the replica axis if there is one.
 * @param target The target, in the shape that the loss takes.
 * @param options Options of the loss.
 * @returns The losses [replica]; of one network, a tensor of length 1.
 * @throws {InputError} If the loss does not return one number for each network.
 */
export function computeLosses(
  loss: Loss,
  output: Tensor,
  target: Tensor,
  options: LossOptions,
): Tensor1D {
  const { replicas } = options;
  const found = loss.compute(output, target, options);
  checkTensor("the result of the loss", found);
  const wanted = replicas === undefined ? [] : [replicas];
  if (found.shape.join() !== wanted.join() || found.rank !== wanted.length) {
    const help = replicas === undefined ? "The loss of one network is a scalar" : undefined;
    throw new InputError(
      "the result of the loss",
      `of shape [${wanted.join(", ")}]`,
      found.shape,
      help,
    );
  }
  return found.reshape<Tensor1D>([replicas ?? 1]);
}

/** Checks the arguments of a loss, except the shape of the target. */
function checkInputs(
  owner: string,
  output: Tensor,
  target: Tensor,
  options: LossOptions,
): void {
  checkOptions(`${owner}.compute`, options, lossNames);
  checkTensor("output", output);
  checkTensor("target", target);
  if (output.size === 0) throw new InputError("output", "of at least one number", output.shape);
  const { mask, replicas } = options;
  if (replicas !== undefined && output.shape[0] !== positiveInteger("replicas", replicas)) {
    throw new InputError("output", `of shape [replica ${replicas}, ...]`, output.shape);
  }
  if (mask === undefined) return;
  checkTensor("mask", mask);
  const rows = output.shape.slice(0, -1);
  if (mask.shape.join() !== rows.join()) {
    throw new InputError("mask", `of shape [${rows.join(", ")}]`, mask.shape);
  }
  checkBinaryTensor("mask", mask);
}

/**
 * Mean squared error: the mean of (output - target)^2 over all numbers that count.
 *
 * The result is a scalar. If several networks are trained side by side, pass their number as
 * `replicas`: the result is then one number for each network.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { MSELoss } from "./losses.ts";
 *
 * await selectBackend("cpu");
 * const loss = new MSELoss().compute(tf.zeros([7, 2, 3]), tf.ones([7, 2, 3]));
 * assertEquals([loss.shape, [...await loss.data()]], [[], [1]]);
 * // Five networks side by side:
 * const [output, target] = [tf.zeros([5, 7, 2, 3]), tf.ones([5, 7, 2, 3])];
 * const each = new MSELoss().compute(output, target, { replicas: 5 });
 * assertEquals(each.shape, [5]);
 * ```
 */
export class MSELoss implements Loss {
  /** The same loss as a command of the kernels. */
  readonly fused = { kind: "squaredError" } as const;

  /**
   * Creates the loss.
   *
   * @param options An empty object; the loss has no options.
   * @throws {InputError} If an option is given.
   */
  constructor(options: Readonly<Record<string, never>> = {}) {
    checkOptions("MSELoss", options, {});
  }

  /**
   * Computes the mean squared error.
   *
   * @param output The output [..., width], after the replica axis if there is one.
   * @param target The target, in the shape of the output.
   * @param options A mask [...] of rows of the output, and the size of the replica axis.
   * @returns A scalar, or [replica] if `replicas` is given, which the caller disposes of.
   * @throws {InputError} If a value is not a tensor, the output is empty, a shape does not fit, an
   *   option is unknown or, except on WebGPU, a mask has numbers other than 0 and 1.
   */
  compute(output: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
    checkInputs("MSELoss", output, target, options);
    const { mask, replicas } = options;
    if (output.shape.join() !== target.shape.join()) {
      throw new InputError("target", `of shape [${output.shape.join(", ")}]`, target.shape);
    }
    return tf.tidy(() => {
      const rows = [replicas ?? 1, -1];
      const shape = replicas === undefined ? [] : [replicas];
      const squares = output.sub(target).square();
      if (!mask) return squares.reshape(rows).mean(1).reshape(shape);
      const width = output.shape.at(-1) ?? 1;
      // On WebGPU the mask is not checked, and every number but 0 counts.
      const counts = mask.notEqual(0).toFloat();
      const counted = squares.mul(counts.expandDims(-1)).reshape(rows).sum(1);
      // If nothing counts, the loss is 0 instead of 0 / 0.
      const count = counts.reshape(rows).sum(1).mul(width).maximum(1);
      return counted.div(count).reshape(shape);
    });
  }
}

/** Options for {@link CrossEntropyLoss}. */
export interface CrossEntropyOptions {
  /**
   * The target that does not count, such as padding: an integer from -2^24 to 2^24, which may be a
   * class. The kernels store targets as float32, which cannot represent every larger integer. By
   * default every target counts.
   */
  readonly ignoreIndex?: number;
}

const names: OptionNames<CrossEntropyOptions> = { ignoreIndex: true };

/**
 * Checks that a value can be the target that does not count.
 *
 * @param ignoreIndex The value.
 * @throws {InputError} If `ignoreIndex` is not an integer from -2^24 to 2^24.
 */
export function checkIgnoreIndex(ignoreIndex: unknown): void {
  const fits = Number.isInteger(ignoreIndex) && Math.abs(Number(ignoreIndex)) <= MOST_IDS;
  if (fits) return;
  const wanted = `an integer from ${-MOST_IDS} to ${MOST_IDS}`;
  throw new InputError("ignoreIndex", wanted, ignoreIndex);
}

/**
 * Softmax cross-entropy: the mean of -ln p(target) over all targets that count, in nats.
 *
 * The result is a scalar. If several networks are trained side by side, pass their number as
 * `replicas`: the result is then one number for each network.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { CrossEntropyLoss } from "./losses.ts";
 *
 * await selectBackend("cpu");
 * const loss = new CrossEntropyLoss().compute(tf.zeros([7, 2, 8]), tf.ones([7, 2]));
 * const [value = NaN] = await loss.data();
 * assert(Math.abs(value - Math.log(8)) < 1e-6);
 * ```
 */
export class CrossEntropyLoss implements Loss {
  /** The target that does not count; `null` if every target counts. */
  readonly ignoreIndex: number | null;

  /**
   * Creates the loss.
   *
   * @param options The options of the loss.
   * @throws {InputError} If an option is unknown, or `ignoreIndex` is not an integer from -2^24 to
   *   2^24.
   */
  constructor(options: CrossEntropyOptions = {}) {
    checkOptions("CrossEntropyLoss", options, names);
    const { ignoreIndex } = options;
    if (ignoreIndex !== undefined) checkIgnoreIndex(ignoreIndex);
    this.ignoreIndex = ignoreIndex ?? null;
  }

  /** The same loss as a command of the kernels. */
  get fused(): NetworkLoss {
    return { kind: "crossEntropy", ignoreIndex: this.ignoreIndex };
  }

  /**
   * Computes the cross-entropy.
   *
   * @param output Logits [..., class], after the replica axis if there is one.
   * @param target Classes [...], after the replica axis if there is one.
   * @param options A mask [...] of rows of the output, and the size of the replica axis.
   * @returns A scalar in nats, or [replica] if `replicas` is given, which the caller disposes of.
   * @throws {InputError} If a value is not a tensor, the output is empty, a shape does not fit, an
   *   option is unknown or, except on WebGPU, a target is not a class or a mask has numbers other
   *   than 0 and 1.
   */
  compute(output: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
    checkInputs("CrossEntropyLoss", output, target, options);
    const { mask, replicas } = options;
    const wanted = output.shape.slice(0, -1);
    if (wanted.join() !== target.shape.join()) {
      throw new InputError("target", `of shape [${wanted.join(", ")}]`, target.shape);
    }
    const classes = output.shape.at(-1) ?? 0;
    const ignored = this.ignoreIndex ?? NO_CLASS;
    checkIdField("target", target, classes, this.ignoreIndex ?? undefined);
    return tf.tidy(() => {
      const counted = mask
        ? tf.where(mask.notEqual(0), target.toFloat(), tf.fill(target.shape, ignored))
        : target.toFloat();
      return crossEntropy(
        output.reshape([replicas ?? 1, -1, classes]),
        counted.reshape([replicas ?? 1, -1]),
        this.ignoreIndex,
      ).reshape(replicas === undefined ? [] : [replicas]);
    });
  }
}

/**
 * Selects the mask for a loss. A mask of steps applies to an output of every step, not to an output
 * of the last step only.
 *
 * @param mask The mask of a batch [..., sequence, batch].
 * @param output The output [..., width].
 * @returns The mask if it has one number for each row of the output; otherwise `undefined`.
 */
export function maskRows(mask: Tensor | undefined, output: Tensor): Tensor | undefined {
  return mask?.shape.join() === output.shape.slice(0, -1).join() ? mask : undefined;
}
