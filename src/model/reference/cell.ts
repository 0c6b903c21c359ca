import type { Tensor } from "@tensorflow/tfjs";
import { checkTensor } from "../../core/check_tensor.ts";
import { InputError } from "../../core/errors.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { tf } from "../../core/tfjs.ts";

/**
 * The weights of a recurrent cell by PyTorch's names. The rows of the gates follow each other:
 * there are hidden rows for a simple cell, 4 hidden for an LSTM and 3 hidden for a GRU. If the
 * input and the state have a leading replica axis, each weight has one, too.
 */
export interface RnnCellWeights {
  /** The weights of the input [rows, input]. */
  readonly weight_ih: Tensor;
  /** The weights of the state [rows, hidden]. */
  readonly weight_hh: Tensor;
  /** The bias [rows] that is added to the product of the input; absent by default. */
  readonly bias_ih?: Tensor;
  /** The bias [rows] that is added to the product of the state; absent by default. */
  readonly bias_hh?: Tensor;
}

const names: OptionNames<RnnCellWeights> = {
  weight_ih: true,
  weight_hh: true,
  bias_ih: true,
  bias_hh: true,
};

/**
 * Throws unless the arguments of one step of a cell fit each other. The sizes of the last axes are
 * compared, since any tensor may have a replica axis before them. TensorFlow.js would broadcast
 * some sizes that do not fit.
 *
 * @param gates The number of rows of the weights for each unit.
 * @param x The input [..., batch, input].
 * @param states The previous states by name, each [..., batch, hidden].
 * @param weights The weights by PyTorch's names.
 * @throws {InputError} If a value is not a tensor of a fitting shape, or if a weight is unknown.
 */
export function checkCell(
  gates: number,
  x: Tensor,
  states: Readonly<Record<string, Tensor>>,
  weights: RnnCellWeights,
): void {
  checkOptions("a cell's weights", weights, names, "field");
  checkTensor("x", x);
  const [batch, input] = x.shape.slice(-2);
  const { weight_ih, weight_hh, bias_ih, bias_hh } = weights;
  checkTensor("weight_hh", weight_hh);
  const hidden = weight_hh.shape.at(-1) ?? 0;
  const rows = gates * hidden;
  for (const [name, state] of Object.entries(states)) checkAxes(name, state, { batch, hidden });
  checkAxes("weight_ih", weight_ih, { rows, input });
  checkAxes("weight_hh", weight_hh, { rows, hidden });
  if (bias_ih !== undefined) checkAxes("bias_ih", bias_ih, { rows });
  if (bias_hh !== undefined) checkAxes("bias_hh", bias_hh, { rows });
}

/**
 * Throws unless the arguments of one step of a cell without recurrence fit each other.
 *
 * @param x The input [..., batch, input].
 * @param weights The weights of the input: `weight_ih` and, if there is a bias, `bias_ih`.
 * @throws {InputError} If a value is not a tensor of a fitting shape, or if a weight is unknown.
 */
export function checkFeedforwardCell(
  x: Tensor,
  weights: Pick<RnnCellWeights, "weight_ih" | "bias_ih">,
): void {
  checkOptions("a cell's weights", weights, { weight_ih: true, bias_ih: true }, "field");
  checkTensor("x", x);
  const { weight_ih, bias_ih } = weights;
  checkTensor("weight_ih", weight_ih);
  const hidden = weight_ih.shape.at(-2) ?? 0;
  checkAxes("weight_ih", weight_ih, { hidden, input: x.shape.at(-1) });
  if (bias_ih !== undefined) checkAxes("bias_ih", bias_ih, { hidden });
}

function checkAxes(
  name: string,
  tensor: Tensor,
  axes: Readonly<Record<string, number | undefined>>,
): void {
  checkTensor(name, tensor);
  const sizes = Object.values(axes);
  if (tensor.shape.slice(-sizes.length).join() === sizes.join()) return;
  const wanted = Object.entries(axes).map(([axis, size]) => `${axis} ${size}`).join(", ");
  throw new InputError(name, `of shape [${wanted}], or [replica, ${wanted}]`, tensor.shape);
}

/**
 * Computes x W^T + b, for one network or, with a leading replica axis, for several side by side.
 *
 * @param x [batch, input], or [replica, batch, input].
 * @param weight [output, input], or [replica, output, input].
 * @param bias [output], or [replica, output]; 0 by default.
 * @returns [batch, output], or [replica, batch, output]; the caller disposes of it.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../../core/backend.ts";
 * import { affine } from "./cell.ts";
 *
 * await selectBackend("cpu");
 * const y = affine(tf.ones([2, 3]), tf.ones([5, 3]), tf.ones([5]));
 * assert(y.shape.join() === "2,5" && (await y.data())[0] === 4);
 * ```
 */
export function affine<T extends Tensor>(x: T, weight: Tensor, bias?: Tensor): T {
  return tf.tidy(() => {
    const product = tf.matMul<T>(x, weight, false, true);
    return bias ? product.add<T>(bias.expandDims(-2)) : product;
  });
}
