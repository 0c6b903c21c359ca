/**
 * The instruction set of the kernels: the fields of each instruction, what it reads and what it
 * writes, for every backend.
 *
 * The computation of a network is a list of commands over one arena, a flat array of float32
 * numbers. All fields are integers. Offsets are positions in the arena, counted in numbers; -1
 * stands for "absent" if the text allows it. Matrices are row-major; `ld...` (leading dimension) is
 * the distance between the starts of two rows. The regions of one command do not overlap unless the
 * text says so.
 *
 * @module
 */

/**
 * The fields of each instruction, in order.
 *
 * `step` counts the steps of one run from 0. `row` is `step` plus the `first` of the run.
 */
export const instructions = {
  /**
   * C = A B + bias, or C += A B if `accumulate` is 1. C [m, n], A [m, k], B [k, n].
   * If `transposeA` is 1, A is stored as [k, m]; if `transposeB` is 1, B is stored as [n, k].
   * `bias` [n] is added to every row, `bias2` to the first `bias2Count` columns of every row. Both
   * may be -1.
   */
  gemm: [
    "m",
    "n",
    "k",
    "a",
    "lda",
    "transposeA",
    "b",
    "ldb",
    "transposeB",
    "c",
    "ldc",
    "accumulate",
    "bias",
    "bias2",
    "bias2Count",
  ],

  /** out[j] = sum over i of a[i, j], or += if `accumulate` is 1. a [rows, columns]. */
  columnSum: ["rows", "columns", "a", "lda", "out", "accumulate"],

  /**
   * The scan of a simple recurrent layer in one direction. For each step t, from the first to the
   * last, or from the last to the first if `reverse` is 1:
   *
   *     h_t = f(gates_t + W h_before),    f = tanh (`relu` 0), max(0, .) (1), identity (2)
   *
   * gates [steps, batch, hidden] is the projected input plus all biases; it is not changed.
   * W [hidden, hidden] may be -1; its product is then left out, and h_t does not depend on h_before.
   * h [steps + 1, batch, hidden]: in the forward direction h[0] is the initial
   * state and h[t + 1] is h_t; in reverse h[steps] is the initial state and h[t] is h_t.
   * mask [steps, batch] may be -1; if it is 0 for a step, the state is copied and the output is 0.
   * output [steps, batch, ...ldOutput] is also written unless it is -1: h_t of example b goes to
   * `output + (t * batch + b) * ldOutput`.
   */
  rnnForward: [
    "steps",
    "batch",
    "hidden",
    "reverse",
    "relu",
    "gates",
    "weight",
    "h",
    "mask",
    "output",
    "ldOutput",
  ],

  /**
   * The gradients of `rnnForward`. dOutput (rows of `ldOutput`) may be -1. Before the command, dH
   * [batch, hidden] is the gradient with respect to the last state; after it, with respect to the
   * initial state. gates [steps, batch, hidden] is overwritten with the gradient with respect to
   * the sum that f is applied to; it is 0 for masked steps.
   */
  rnnBackward: [
    "steps",
    "batch",
    "hidden",
    "reverse",
    "relu",
    "gates",
    "weight",
    "h",
    "mask",
    "dOutput",
    "ldOutput",
    "dH",
  ],

  /**
   * The scan of an LSTM layer in one direction; steps, h, mask and output as in `rnnForward`.
   *
   *     i, f, g, o = sigmoid, sigmoid, tanh, sigmoid of gates_t + W h_before
   *     c_t = f c_before + i g,    h_t = o tanh(c_t)
   *
   * Before the command, gates [steps, batch, 4 hidden], in the order i, f, g, o, is the projected
   * input plus both biases; after it, the activated gates. W [4 hidden, hidden]. c is stored like
   * h. A mask does not change the gates.
   */
  lstmForward: [
    "steps",
    "batch",
    "hidden",
    "reverse",
    "gates",
    "weight",
    "h",
    "c",
    "mask",
    "output",
    "ldOutput",
  ],

  /**
   * The gradients of `lstmForward`. The activated gates are overwritten with the gradients with
   * respect to the sums before activation (0 for masked steps). dH and dC [batch, hidden] have the
   * meaning of dH in `rnnBackward`.
   */
  lstmBackward: [
    "steps",
    "batch",
    "hidden",
    "reverse",
    "gates",
    "weight",
    "h",
    "c",
    "mask",
    "dOutput",
    "ldOutput",
    "dH",
    "dC",
  ],

  /**
   * The scan of a GRU layer in one direction; steps, h, mask and output as in `rnnForward`.
   *
   *     r, z = sigmoid of gates_t + W h_before
   *     n = tanh(gates_t + r (W h_before + bias)),    h_t = (1 - z) n + z h_before
   *
   * Before the command, gates [steps, batch, 3 hidden], in the order r, z, n, is the projected
   * input plus both biases for r and z, and plus the input's bias for n; after it, the activated
   * gates. W [3 hidden, hidden]. bias [hidden], the recurrent bias of n, may be -1.
   * recurrentCandidate [steps, batch, hidden] is overwritten with W h_before + bias of n.
   */
  gruForward: [
    "steps",
    "batch",
    "hidden",
    "reverse",
    "gates",
    "weight",
    "bias",
    "h",
    "recurrentCandidate",
    "mask",
    "output",
    "ldOutput",
  ],

  /**
   * The gradients of `gruForward`. gates is overwritten with the gradient with respect to gates_t,
   * and recurrentCandidate with its own gradient; both are 0 for masked steps. dH has the meaning
   * of dH in `rnnBackward`.
   */
  gruBackward: [
    "steps",
    "batch",
    "hidden",
    "reverse",
    "gates",
    "weight",
    "h",
    "recurrentCandidate",
    "mask",
    "dOutput",
    "ldOutput",
    "dH",
  ],

  /**
   * Additive attention over the steps of each sequence, or their mean. u is projected
   * [steps, batch, size]:
   *
   *     score_t = query . tanh(u_t),    weight = softmax over t of score_t
   *     context = sum over t of weight_t states_t
   *
   * query [size], states [steps, batch, width]. mask [steps, batch] may be -1; a step whose mask is
   * 0 has a weight of exactly 0, and a sequence without any other step has a context of 0. If `size`
   * is 0, all scores are equal and the context is the mean over the steps that count.
   * projected is overwritten with tanh(u), except at masked steps. weights [steps, batch] and
   * context [batch, width] are written. Steps are added up in order, so masked steps at the end do
   * not change a context.
   */
  attentionForward: [
    "steps",
    "batch",
    "width",
    "size",
    "projected",
    "query",
    "states",
    "mask",
    "weights",
    "context",
  ],

  /**
   * The gradients of `attentionForward`, from dContext [batch, width] and dWeights [steps, batch],
   * which may be -1. dStates [steps, batch, width] is the gradient through the sum alone; that
   * through u is added by the caller. tanh(u) is overwritten with the gradient with respect to u,
   * weights with that with respect to the scores; dQuery [size] is written. All are 0 for masked
   * steps. If `size` is 0, only dStates is written.
   */
  attentionBackward: [
    "steps",
    "batch",
    "width",
    "size",
    "projected",
    "query",
    "states",
    "mask",
    "weights",
    "context",
    "dContext",
    "dWeights",
    "dStates",
    "dQuery",
  ],

  /**
   * The mean squared error of `count` numbers, into `loss + row`, and its gradient with respect to
   * the prediction: 2 (p - t) / n, where n is the number of terms. If `mask` [count / width] is not
   * -1, only rows of `width` numbers whose mask is not 0 count; if none counts, the loss is 0.
   * prediction and gradient may be the same region. gradient may be -1.
   */
  squaredError: ["count", "width", "prediction", "target", "mask", "gradient", "loss"],

  /**
   * Softmax cross-entropy: the mean over rows of -log softmax(logits)[target], into `loss + row`.
   * The logits [rows, classes] are overwritten with its gradient. Rows whose target is `ignore`
   * count neither in the mean nor in the gradient; if no row counts, the loss is 0. targets [rows]
   * are integers stored as floats.
   */
  crossEntropy: ["rows", "classes", "logits", "targets", "ignore", "loss"],

  /** output[i] = table[ids[i]], rows of `width`. ids [rows] are integers stored as floats. */
  gather: ["rows", "width", "ids", "table", "output"],

  /**
   * dTable [vocabulary, width] = 0, then dTable[ids[i]] += gradient[i], in the order of i. The row
   * `padding` stays 0, unless `padding` is -1.
   */
  gatherGradient: ["rows", "width", "vocabulary", "ids", "gradient", "dTable", "padding"],

  /**
   * A step of Adam or AdamW over `count` parameters. The Euclidean norm of the whole gradient
   * before clipping goes into `norm + row` (unless `norm` is -1). The hyperparameters at
   * `hyper + row * HYPER.length` are those of {@link HYPER}.
   *
   *     g = gradient * (maxNorm > 0 ? min(1, maxNorm / (norm + 1e-6)) : 1) + l2 * p
   *     p = p * decay;  m = beta1 m + rest1 g;  v = beta2 v + rest2 g^2
   *     p = p - rate * m / (sqrt(v) * root + epsilon)
   *
   * The gradient is not changed.
   */
  adam: ["count", "parameters", "gradients", "m", "v", "hyper", "norm"],

  /**
   * y = x / p with probability p = keep / 2^24, else 0. The random bits of number i are a hash of
   * i, `stream` and the seeds at `hyper` (see {@link HYPER} and dropout.ts), so the same command
   * on the gradient is the backward pass. x and y may be the same region.
   */
  dropout: ["count", "x", "y", "keep", "stream", "hyper"],

  /** to[i] = from[i + step * stride]. */
  load: ["count", "from", "stride", "to"],

  /** to[i + step * stride] = from[i]. */
  store: ["count", "from", "to", "stride"],

  /** to[i, j] = from[i, j], for rows of `width` numbers whose starts are `ld...` apart. */
  copyRows: ["rows", "width", "from", "ldFrom", "to", "ldTo"],

  /** to[i] = 0. */
  clear: ["count", "to"],

  /** to[i] += from[i]. */
  add: ["count", "from", "to"],
} as const;

/** The name of an instruction. */
export type Instruction = keyof typeof instructions;

/** The fields of an instruction by name. */
export type Fields<K extends Instruction> = {
  readonly [F in (typeof instructions)[K][number]]: number;
};

/** An instruction that scans a sequence with a recurrent cell. */
export type RecurrentInstruction = {
  [K in Instruction]: "hidden" extends (typeof instructions)[K][number] ? K : never;
}[Instruction];

/** One command: an instruction and the values of its fields. */
export type Command<K extends Instruction = Instruction> = {
  [P in K]: { readonly op: P } & Fields<P>;
}[K];

/** The number of each instruction in the encoded form. */
export const opcodes: Readonly<Record<Instruction, number>> = Object.fromEntries(
  Object.keys(instructions).map((name, i) => [name, i]),
) as Record<Instruction, number>;

/**
 * Encodes commands as integers, one command after the other: its opcode, then its fields in order.
 *
 * @param commands The commands.
 * @returns The integers.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encode, opcodes } from "./instructions.ts";
 *
 * const words = encode([{ op: "add", count: 4, from: 0, to: 8 }]);
 * assertEquals([...words], [opcodes.add, 4, 0, 8]);
 * ```
 */
export function encode(commands: readonly Command[]): Int32Array {
  const words: number[] = [];
  for (const command of commands) {
    words.push(opcodes[command.op]);
    const values: Readonly<Record<string, number | string>> = command;
    for (const field of instructions[command.op]) words.push(Number(values[field]));
  }
  return Int32Array.from(words);
}

/**
 * The columns of the table of hyperparameters, which has a row for each step, so that rates may
 * change from step to step within one program.
 *
 * `rate` is lr / (1 - beta1^t), `root` is 1 / sqrt(1 - beta2^t), `rest1` is 1 - beta1, `rest2` is
 * 1 - beta2. `decay` is 1 - lr * weightDecay for AdamW and 1 for Adam; `l2` is the weight decay of
 * Adam and 0 for AdamW. `maxNorm` is 0 if gradients are not clipped. `seedLow` and `seedHigh` are
 * integers below 2^24, the seeds of dropout.
 */
export const HYPER = [
  "rate",
  "root",
  "beta1",
  "rest1",
  "beta2",
  "rest2",
  "epsilon",
  "decay",
  "l2",
  "maxNorm",
  "seedLow",
  "seedHigh",
] as const;

/** The column of each hyperparameter. */
export const hyperColumn: Readonly<Record<(typeof HYPER)[number], number>> = Object.fromEntries(
  HYPER.map((name, i) => [name, i]),
) as Record<(typeof HYPER)[number], number>;

/** A matrix in the arena. */
export interface Matrix {
  /** The offset of the first number. */
  readonly offset: number;
  /** The stride: the distance from one stored row to the next, in numbers. */
  readonly ld: number;
  /** Whether the transpose of the matrix is stored; `false` by default. */
  readonly transposed?: boolean;
}

/** Options for {@link gemm}. */
export interface GemmOptions {
  /** Whether the product is added to C instead of replacing it. Default: false. */
  readonly accumulate?: boolean;
  /** The offset of a bias [n] that is added to every row. Default: -1, no bias. */
  readonly bias?: number;
  /** The offset of a second bias, added to the first `bias2Count` columns. Default: -1, no bias. */
  readonly bias2?: number;
  /** The number of columns with the second bias. Default: 0. */
  readonly bias2Count?: number;
}

/**
 * Builds the command of a matrix product: C = A B, C = A B + bias or C += A B.
 *
 * @param sizes Rows m of A and C, columns n of B and C, and columns k of A.
 * @param a The matrix A [m, k].
 * @param b The matrix B [k, n].
 * @param c The matrix C [m, n].
 * @param options Biases, and whether C is accumulated.
 * @returns The command.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gemm } from "./instructions.ts";
 *
 * // x [7, 3] times the transpose of a weight [5, 3].
 * const weight = { offset: 21, ld: 3, transposed: true };
 * const command = gemm([7, 5, 3], { offset: 0, ld: 3 }, weight, { offset: 36, ld: 5 });
 * assertEquals([command.m, command.n, command.k, command.transposeB], [7, 5, 3, 1]);
 * ```
 */
export function gemm(
  [m, n, k]: readonly [m: number, n: number, k: number],
  a: Matrix,
  b: Matrix,
  c: Omit<Matrix, "transposed">,
  { accumulate = false, bias = -1, bias2 = -1, bias2Count = 0 }: GemmOptions = {},
): Command<"gemm"> {
  return {
    op: "gemm",
    m,
    n,
    k,
    a: a.offset,
    lda: a.ld,
    transposeA: a.transposed ? 1 : 0,
    b: b.offset,
    ldb: b.ld,
    transposeB: b.transposed ? 1 : 0,
    c: c.offset,
    ldc: c.ld,
    accumulate: accumulate ? 1 : 0,
    bias,
    bias2,
    bias2Count,
  };
}
