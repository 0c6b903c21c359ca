import * as tf from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";
import { affine } from "./affine.ts";
import { Module } from "./module.ts";
import { drawVariable } from "./variables.ts";

/** What a {@link Linear} is made from. */
export interface LinearOptions {
  /** Features of an input. */
  readonly inFeatures: number;
  /** Features of an output. */
  readonly outFeatures: number;
  /** Whether there is a bias; by default there is. */
  readonly bias?: boolean;
  /** How many layers side by side, along a leading axis; left out, one layer without that axis. */
  readonly replicas?: number;
  /** Where the initial weights come from: replica r draws from `random.fork(r)`, or from `random[r]`. */
  readonly random: Random | readonly Random[];
}

/** The parameters of a {@link Linear}, after the replica axis where there is one. */
export type LinearParameters = {
  /** [output, input] */
  readonly weight: tf.Variable;
  /** [output] */
  readonly bias?: tf.Variable;
};

/**
 * y = x W^T + b, as PyTorch's `nn.Linear`; weight and bias start uniform in
 * [-1/sqrt(inFeatures), 1/sqrt(inFeatures)).
 *
 * The layer owns its parameters until {@link Linear.dispose}; whoever calls owns what it gives.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { Linear } from "./linear.ts";
 *
 * await selectBackend("cpu");
 * const head = new Linear({ inFeatures: 20, outFeatures: 5, random: new Random(1) });
 * assertEquals(head.forward(tf.zeros([7, 2, 20])).shape, [7, 2, 5]);
 * assertEquals(head.parameterCount, 105);
 * head.dispose();
 * ```
 */
export class Linear extends Module<LinearParameters> {
  /** Features of an input. */
  readonly inFeatures: number;
  /** Features of an output. */
  readonly outFeatures: number;
  /** Whether there is a bias. */
  readonly bias: boolean;

  /**
   * Draws the initial weights.
   *
   * @throws {InputError} On sizes that are no positive integers.
   */
  constructor({ inFeatures, outFeatures, bias = true, replicas, random }: LinearOptions) {
    positiveInteger("inFeatures", inFeatures);
    positiveInteger("outFeatures", outFeatures);
    const limit = 1 / Math.sqrt(inFeatures);
    const draw = (name: string, shape: readonly number[]): tf.Variable =>
      drawVariable({ name, shape }, replicas, random, (_, source) => {
        const length = shape.reduce((a, b) => a * b, 1);
        return Array.from({ length }, () => source.uniform(-limit, limit));
      });
    super({
      weight: draw("weight", [outFeatures, inFeatures]),
      ...(bias ? { bias: draw("bias", [outFeatures]) } : {}),
    }, replicas);
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.bias = bias;
  }

  /**
   * Applies the layer along the last axis.
   *
   * @param x [..., input], after the replica axis where there is one; at least one axis before input.
   * @returns [..., output], after the replica axis where there is one; the caller's to dispose.
   * @throws {InputError} On a tensor of too few axes or another size.
   */
  forward(x: tf.Tensor): tf.Tensor {
    const { inFeatures, outFeatures, replicas } = this;
    const leading = replicas === undefined ? [] : [replicas];
    const fits = x.rank >= leading.length + 2 && x.shape.at(-1) === inFeatures &&
      leading.every((size) => x.shape[0] === size);
    if (!fits) {
      const axes = [...leading.map((size) => `replica ${size}`), "...", `input ${inFeatures}`];
      throw new InputError("x", `of shape [${axes.join(", ")}]`, x.shape);
    }
    const { weight, bias } = this.parameters;
    return tf.tidy(() => {
      const rows = x.reshape([...leading, -1, inFeatures]);
      return affine(rows, weight, bias).reshape([...x.shape.slice(0, -1), outFeatures]);
    });
  }
}
