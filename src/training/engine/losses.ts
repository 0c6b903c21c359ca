import * as tf from "@tensorflow/tfjs";
import { helpFor } from "../../core/arguments.ts";
import { checkBinaryTensor, checkTensor } from "../../core/check_tensor.ts";
import { InputError } from "../../core/errors.ts";
import { MOST_IDS } from "../../core/ids.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { positiveInteger } from "../../core/shapes.ts";
import { crossEntropy } from "../../kernels/cross_entropy_op.ts";
import { type NetworkLoss, NO_CLASS } from "../../kernels/network.ts";
import { checkIds } from "./batch.ts";

/** What a loss takes besides output and target. */
export interface LossOptions {
  /** 1 where a row of the output counts, 0 elsewhere; by default all count. */
  readonly mask?: tf.Tensor | undefined;
  /**
   * How many networks the output is of, along its first axis; left out, it is of one network and has
   * no such axis.
   */
  readonly replicas?: number | undefined;
}

const lossNames: OptionNames<LossOptions> = { mask: true, replicas: true };

/** A loss: one number, or one for each replica. */
export interface Loss {
  /** What the fused training step knows it as. */
  readonly fused: NetworkLoss | null;
  /**
   * The loss of a network: a scalar; with `replicas` that of each [replica].
   *
   * @param output [..., width], after the replica axis if there is one.
   * @param target As the loss wants it, after the replica axis if there is one.
   * @param options A mask [...] of rows of the output, and how many replicas there are.
   */
  of(output: tf.Tensor, target: tf.Tensor, options?: LossOptions): tf.Tensor;
}

/**
 * Checks that a value is a loss.
 *
 * @throws {InputError} If it has no function `of`.
 */
export function checkLoss(loss: Loss): void {
  const given: unknown = loss;
  const isLoss = typeof given === "object" && given !== null && "of" in given &&
    typeof given.of === "function";
  if (isLoss) return;
  const help = typeof given === "function"
    ? `Make one: new ${given.name || "MSELoss"}()`
    : helpFor(given);
  const wanted = "a loss such as new MSELoss() or new CrossEntropyLoss()";
  throw new InputError("loss", wanted, given, help);
}

/**
 * The losses of the networks that an output is of.
 *
 * @param loss Computes them.
 * @param output [..., width], after the replica axis if there is one.
 * @param target As the loss wants it.
 * @param options As the loss takes them.
 * @returns [replica], 1 of them if there is no such axis.
 * @throws {InputError} If the loss gives something else than a number for each network.
 */
export function lossesOf(
  loss: Loss,
  output: tf.Tensor,
  target: tf.Tensor,
  options: LossOptions,
): tf.Tensor1D {
  const { replicas } = options;
  const found = loss.of(output, target, options);
  checkTensor("what the loss gives", found);
  const wanted = replicas === undefined ? [] : [replicas];
  if (found.shape.join() !== wanted.join() || found.rank !== wanted.length) {
    const help = replicas === undefined ? "The loss of one network is a scalar" : undefined;
    throw new InputError(
      "what the loss gives",
      `of shape [${wanted.join(", ")}]`,
      found.shape,
      help,
    );
  }
  return found.reshape<tf.Tensor1D>([replicas ?? 1]);
}

/** Checks what a loss is given, but for the target's shape. */
function checkInputs(
  owner: string,
  output: tf.Tensor,
  target: tf.Tensor,
  options: LossOptions,
): void {
  checkOptions(`${owner}.of`, options, lossNames);
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
 * The mean squared error over all numbers that count.
 *
 * It is a scalar for one network, whatever the shape of its output. For networks side by side give
 * their number as `replicas`: it is then a number for each.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { MSELoss } from "./losses.ts";
 *
 * await selectBackend("cpu");
 * const loss = new MSELoss().of(tf.zeros([7, 2, 3]), tf.ones([7, 2, 3]));
 * assertEquals([loss.shape, [...await loss.data()]], [[], [1]]);
 * // Five networks side by side.
 * const each = new MSELoss().of(tf.zeros([5, 7, 2, 3]), tf.ones([5, 7, 2, 3]), { replicas: 5 });
 * assertEquals(each.shape, [5]);
 * ```
 */
export class MSELoss implements Loss {
  /** What the fused training step knows it as. */
  readonly fused = { kind: "squaredError" } as const;

  /**
   * Takes no options.
   *
   * @param options An empty object, or nothing.
   * @throws {InputError} If it is given options: it has no options.
   */
  constructor(options: Readonly<Record<string, never>> = {}) {
    checkOptions("MSELoss", options, {});
  }

  /**
   * The loss of a network, or with `replicas` that of each.
   *
   * @param output [..., width], after the replica axis if there is one.
   * @param target As output.
   * @param options A mask [...] of rows, and how many replicas there are.
   * @returns A scalar, or [replica]; the caller's to dispose.
   * @throws {InputError} On values that are not tensors, on no numbers, on shapes that do not fit, on an unknown
   *   option and, but on WebGPU, on a mask of other numbers than 0 and 1.
   */
  of(output: tf.Tensor, target: tf.Tensor, options: LossOptions = {}): tf.Tensor {
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
      // On WebGPU a mask may have other numbers, of which all but 0 count.
      const counts = mask.notEqual(0).toFloat();
      const counted = squares.mul(counts.expandDims(-1)).reshape(rows).sum(1);
      // Where nothing counts the loss is 0 and not 0 / 0.
      const count = counts.reshape(rows).sum(1).mul(width).maximum(1);
      return counted.div(count).reshape(shape);
    });
  }
}

/** What a {@link CrossEntropyLoss} is made from. */
export interface CrossEntropyOptions {
  /**
   * The target that does not count, such as padding: a class, or any other integer from -2^24 to
   * 2^24. Kernels hold targets as float32, which does not tell larger ones apart.
   */
  readonly ignoreIndex?: number;
}

const names: OptionNames<CrossEntropyOptions> = { ignoreIndex: true };

/**
 * Checks the target that does not count.
 *
 * @throws {InputError} If it is not an integer that float32 tells from its neighbours.
 */
export function checkIgnoreIndex(ignoreIndex: unknown): void {
  const fits = Number.isInteger(ignoreIndex) && Math.abs(Number(ignoreIndex)) <= MOST_IDS;
  if (fits) return;
  const wanted = `an integer from ${-MOST_IDS} to ${MOST_IDS}`;
  throw new InputError("ignoreIndex", wanted, ignoreIndex);
}

/**
 * Softmax cross-entropy, the mean over the targets that are not ignored, in nats.
 *
 * It is a scalar for one network. For networks side by side give their number as `replicas`: it is then
 * a number for each.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { CrossEntropyLoss } from "./losses.ts";
 *
 * await selectBackend("cpu");
 * const loss = new CrossEntropyLoss().of(tf.zeros([7, 2, 8]), tf.ones([7, 2]));
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
   * @param options The target that does not count.
   * @throws {InputError} On an unknown option, and on an index that is not an integer from -2^24 to
   *   2^24.
   */
  constructor(options: CrossEntropyOptions = {}) {
    checkOptions("CrossEntropyLoss", options, names);
    const { ignoreIndex } = options;
    if (ignoreIndex !== undefined) checkIgnoreIndex(ignoreIndex);
    this.ignoreIndex = ignoreIndex ?? null;
  }

  /** What the fused training step knows it as. */
  get fused(): NetworkLoss {
    return { kind: "crossEntropy", ignoreIndex: this.ignoreIndex };
  }

  /**
   * The loss of a network, or with `replicas` that of each.
   *
   * @param output Logits [..., class], after the replica axis if there is one.
   * @param target Classes [...], after the replica axis if there is one.
   * @param options A mask [...] of rows, and how many replicas there are.
   * @returns A scalar, or [replica]; the caller's to dispose.
   * @throws {InputError} On values that are not tensors, on no numbers, on shapes that do not fit, on an unknown
   *   option and, but on WebGPU, on a target that is not a class and on a mask of other numbers than 0
   *   and 1.
   */
  of(output: tf.Tensor, target: tf.Tensor, options: LossOptions = {}): tf.Tensor {
    checkInputs("CrossEntropyLoss", output, target, options);
    const { mask, replicas } = options;
    const wanted = output.shape.slice(0, -1);
    if (wanted.join() !== target.shape.join()) {
      throw new InputError("target", `of shape [${wanted.join(", ")}]`, target.shape);
    }
    const classes = output.shape.at(-1) ?? 0;
    const ignored = this.ignoreIndex ?? NO_CLASS;
    checkIds("target", target, classes, this.ignoreIndex ?? undefined);
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
 * The mask of a batch, where it chooses rows of the output: a model that gives out its last state
 * alone has no rows for a mask of steps to choose from.
 *
 * @param mask [..., sequence, batch]
 * @param output [..., width]
 */
export function maskRows(mask: tf.Tensor | undefined, output: tf.Tensor): tf.Tensor | undefined {
  return mask?.shape.join() === output.shape.slice(0, -1).join() ? mask : undefined;
}
