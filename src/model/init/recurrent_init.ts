import { checkRandom } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import { positiveInteger, sizeOf } from "../../core/shapes.ts";
import { cells } from "../../kernels/cells.ts";
import type { StackSpec } from "../../kernels/stack.ts";
import { glorotUniform, orthogonal, semiOrthogonal } from "./random_matrices.ts";

/**
 * The sizes of a layer that an initialiser depends on, besides the name and shape of the parameter.
 */
export type RecurrentSizes = Pick<StackSpec, "cell" | "hiddenSize" | "bias">;

/**
 * Draws the initial values of one parameter of a recurrent layer.
 *
 * @param name PyTorch's name: `weight_ih_l0`, `bias_hh_l1_reverse`, ...
 * @param shape [rows, columns] for a matrix, [rows] for a bias; the rows of a gate are adjacent.
 * @param sizes The cell, its hidden size, and whether there are biases.
 * @param random A source that is used for this parameter only.
 * @returns The values in row-major order.
 */
export type RecurrentInit = (
  name: string,
  shape: readonly number[],
  sizes: RecurrentSizes,
  random: Random,
) => ArrayLike<number>;

/**
 * Draws PyTorch's default initialisation: every parameter, including biases, is uniform in
 * [-1/sqrt(hidden), 1/sqrt(hidden)).
 *
 * Source: `torch.nn.RNNBase.reset_parameters`.
 *
 * @param _name PyTorch's name of the parameter, which is not used.
 * @param shape The shape of the parameter.
 * @param sizes The sizes of the layer.
 * @param random A source that is used for this parameter only.
 * @returns The values in row-major order.
 * @throws {InputError} If the function is not called by a recurrent layer.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../../core/random.ts";
 * import { uniformInit } from "./recurrent_init.ts";
 *
 * const sizes = { cell: "lstm", hiddenSize: 4, bias: true } as const;
 * const values = uniformInit("weight_ih_l0", [16, 3], sizes, new Random(1));
 * assert(values.length === 48 && Array.from(values).every((w) => Math.abs(w) <= 0.5));
 * ```
 */
export function uniformInit(
  _name: string,
  shape: readonly number[],
  sizes: RecurrentSizes,
  random: Random,
): number[] {
  checkCall("uniformInit", sizes, random);
  const limit = 1 / Math.sqrt(sizes.hiddenSize);
  return Array.from({ length: sizeOf(shape) }, () => random.uniform(-limit, limit));
}

/**
 * Draws a Glorot-uniform matrix for each gate (see {@link glorotUniform}); biases are 0.
 *
 * Source: Glorot & Bengio (2010), equation 16, https://proceedings.mlr.press/v9/glorot10a.html.
 *
 * @param name PyTorch's name of the parameter.
 * @param shape The shape of the parameter.
 * @param sizes The sizes of the layer.
 * @param random A source that is used for this parameter only.
 * @returns The values in row-major order.
 * @throws {InputError} If the function is not called by a recurrent layer.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../../core/random.ts";
 * import { glorotInit } from "./recurrent_init.ts";
 *
 * const sizes = { cell: "gru", hiddenSize: 4, bias: true } as const;
 * const values = glorotInit("weight_ih_l0", [12, 2], sizes, new Random(1));
 * // sqrt(6 / (4 + 2)): a gate has 4 rows.
 * assert(Array.from(values).every((w) => Math.abs(w) <= 1));
 * ```
 */
export function glorotInit(
  name: string,
  shape: readonly number[],
  sizes: RecurrentSizes,
  random: Random,
): number[] {
  checkCall("glorotInit", sizes, random);
  const [rows = 0, columns = 0] = shape;
  const { cell, hiddenSize } = sizes;
  if (name.startsWith("bias")) return new Array<number>(rows).fill(0);
  return byGate(cells[cell].gates.length, () => glorotUniform([hiddenSize, columns], random));
}

/**
 * Creates the Glorot-uniform initialisation of a cell that reads inputs and states as one vector:
 * the input and recurrent matrices of a gate are the blocks of one matrix [hidden, input + hidden],
 * so both are uniform in [-a, a) with a = sqrt(6 / (hidden + input + hidden)). Biases are 0.
 *
 * Source: Glorot & Bengio (2010), equation 16, applied to a gate written as one linear layer of the
 * concatenated input and state, as in many hand-written cells.
 *
 * @param inputSize The number of features that the layer reads. An upper layer of a stack reads the
 * outputs of the layer below.
 * @returns An initialiser of recurrent layers. It throws {@link InputError} for a layer of another
 * input size.
 * @throws {InputError} If the size is not a positive integer.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../../core/random.ts";
 * import { jointGlorotInit } from "./recurrent_init.ts";
 *
 * const sizes = { cell: "lstm", hiddenSize: 20, bias: true } as const;
 * const values = jointGlorotInit(10)("weight_hh_l0", [80, 20], sizes, new Random(1));
 * assert(Array.from(values).every((w) => Math.abs(w) <= Math.sqrt(6 / 50)));
 * ```
 */
export function jointGlorotInit(inputSize: number): RecurrentInit {
  const given: unknown = inputSize;
  if (typeof given === "string") {
    const help = "Call it first: init: jointGlorotInit(10)";
    throw new InputError("inputSize", "a positive integer", given, help);
  }
  positiveInteger("inputSize", inputSize);
  return (name, shape, sizes, random) => {
    checkCall("jointGlorotInit(10)", sizes, random);
    const [rows = 0, columns = 0] = shape;
    const { cell, hiddenSize } = sizes;
    if (name.startsWith("bias")) return new Array<number>(rows).fill(0);
    const isInput = name.startsWith("weight_ih");
    if (isInput && columns !== inputSize) {
      const wanted = `${columns}, the features that the layer reads`;
      throw new InputError("inputSize of jointGlorotInit", wanted, inputSize);
    }
    const block = isInput ? [0, inputSize] : [inputSize];
    return byGate(cells[cell].gates.length, () => {
      return glorotUniform([hiddenSize, inputSize + hiddenSize], random)
        .map((row) => row.slice(...block));
    });
  };
}

/**
 * Creates the orthogonal initialisation: a random orthogonal recurrent matrix for each gate, times
 * a gain. Input matrices are Glorot-uniform and biases 0.
 *
 * Source: Saxe, McClelland & Ganguli (2014), arXiv:1312.6120; for recurrent networks Henaff, Szlam
 * & LeCun (2016), arXiv:1602.06662.
 *
 * @param gain All singular values of the recurrent matrix of a gate; 1 by default.
 * @returns An initialiser of recurrent layers.
 * @throws {InputError} If `gain` is not finite.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../../core/random.ts";
 * import { orthogonalInit } from "./recurrent_init.ts";
 *
 * const sizes = { cell: "lstm", hiddenSize: 2, bias: true } as const;
 * const values = orthogonalInit()("weight_hh_l0", [8, 2], sizes, new Random(1));
 * assert(Math.abs(Math.hypot(values[0] ?? 0, values[1] ?? 0) - 1) < 1e-12);
 * ```
 */
export function orthogonalInit(gain = 1): RecurrentInit {
  checkFinite("gain", gain, "orthogonalInit()");
  return (name, shape, sizes, random) => {
    checkCall("orthogonalInit()", sizes, random);
    if (!name.startsWith("weight_hh")) return glorotInit(name, shape, sizes, random);
    return byGate(cells[sizes.cell].gates.length, () => orthogonal(sizes.hiddenSize, random, gain));
  };
}

/**
 * Draws input and recurrent matrices with orthonormal columns (rows, if there are fewer), all gates
 * together; biases are 0. The recurrent matrix of all G gates preserves the length of the vector
 * that it multiplies, so the block of a single gate scales the length by about 1 / sqrt(G). With
 * {@link orthogonalInit} the block of each gate is orthogonal.
 *
 * Source: `torch.nn.init.orthogonal_`, as it is often applied to every weight of a `torch.nn.LSTM`.
 *
 * @param name PyTorch's name of the parameter.
 * @param shape The shape of the parameter.
 * @param sizes The sizes of the layer.
 * @param random A source that is used for this parameter only.
 * @returns The values in row-major order.
 * @throws {InputError} If the function is not called by a recurrent layer.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../../core/random.ts";
 * import { semiOrthogonalInit } from "./recurrent_init.ts";
 *
 * const sizes = { cell: "lstm", hiddenSize: 2, bias: true } as const;
 * const values = semiOrthogonalInit("weight_hh_l0", [8, 2], sizes, new Random(1));
 * const column = Array.from(values).filter((_, i) => i % 2 === 0);
 * assert(Math.abs(Math.hypot(...column) - 1) < 1e-12);
 * ```
 */
export function semiOrthogonalInit(
  name: string,
  shape: readonly number[],
  sizes: RecurrentSizes,
  random: Random,
): number[] {
  checkCall("semiOrthogonalInit", sizes, random);
  const [rows = 0, columns = 0] = shape;
  if (name.startsWith("bias")) return new Array<number>(rows).fill(0);
  return semiOrthogonal([rows, columns], random).flat();
}

/**
 * Creates the initialisation of the IRNN: the recurrent matrix is the identity, input matrices are
 * normal and biases 0. With relu, a state without input stays the same.
 *
 * Source: Le, Jaitly & Hinton (2015), arXiv:1504.00941.
 *
 * @param scale The diagonal of the recurrent matrix; 1 by default. Less than 1 shortens the memory.
 * @param deviation The standard deviation of the input matrices; 0.001 by default.
 * @returns An initialiser of simple cells. It throws {@link InputError} for other cells.
 * @throws {InputError} If a number is not finite.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../../core/random.ts";
 * import { identityInit } from "./recurrent_init.ts";
 *
 * const sizes = { cell: "rnn_relu", hiddenSize: 2, bias: true } as const;
 * const values = identityInit()("weight_hh_l0", [2, 2], sizes, new Random(1));
 * assertEquals([...Array.from(values)], [1, 0, 0, 1]);
 * ```
 */
export function identityInit(scale = 1, deviation = 0.001): RecurrentInit {
  checkFinite("scale", scale, "identityInit()");
  checkFinite("deviation", deviation, "identityInit()");
  return (name, shape, sizes, random) => {
    checkCall("identityInit()", sizes, random);
    const { cell, hiddenSize } = sizes;
    if (!cells[cell].recurrent || cells[cell].gates.length !== 1) {
      throw new InputError("the cell of identityInit", "a simple RNN", cell);
    }
    const values = new Float64Array(sizeOf(shape));
    if (name.startsWith("weight_hh")) {
      for (let i = 0; i < hiddenSize; i++) values[i * (hiddenSize + 1)] = scale;
    } else if (name.startsWith("weight_ih")) {
      return values.map(() => random.normal(0, deviation));
    }
    return values;
  };
}

/**
 * Throws unless an argument of an initialiser is finite.
 *
 * @param name The name of the argument.
 * @param value The argument.
 * @param call The correct call, for the message if a layer has called the function as an
 * initialiser.
 * @throws {InputError} If the value is not finite.
 */
export function checkFinite(name: string, value: unknown, call: string): void {
  if (Number.isFinite(value)) return;
  const help = typeof value === "string" ? `Call it first: init: ${call}` : undefined;
  throw new InputError(name, "a finite number", value, help);
}

/** Throws unless an initialiser was called by a recurrent layer. */
function checkCall(what: string, sizes: unknown, random: unknown): void {
  if (typeof sizes === "object" && sizes !== null && "cell" in sizes) {
    return checkRandom("random", random);
  }
  const help = `Give ${what} to one of these, without a call: init: ${what}`;
  throw new InputError(
    `sizes of ${what}`,
    "given by an RNN, LSTM, GRU or Feedforward",
    sizes,
    help,
  );
}

function byGate(gates: number, draw: () => number[][]): number[] {
  return Array.from({ length: gates }, draw).flat(2);
}
