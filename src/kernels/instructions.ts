/**
 * The instruction set of the kernels: what each kernel reads and writes, for every backend.
 *
 * A network's computation is a list of commands over one arena, a flat array of float32 numbers.
 * All fields are integers. Those that are places are offsets into the arena, in numbers; `-1`
 * stands for "absent" where the text allows it. Matrices are row-major; `ld...` is the distance
 * between rows. Areas of one command do not overlap unless the text says so.
 *
 * @module
 */

/**
 * The fields of each instruction, in their order.
 *
 * `step` counts the steps of one run from 0; `row` is the step plus the run's `first`.
 */
export const instructions = {
  /**
   * C = A B + bias, or C += A B where `accumulate` is 1. C [m, n], A [m, k], B [k, n].
   * With `transposeA` 1, A is stored as [k, m]; with `transposeB` 1, B as [n, k].
   * `bias` [n] and `bias2`, for the first `bias2Count` columns, may be -1.
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

  /** out[j] = sum over i of a[i, j], or += where `accumulate` is 1. a [rows, columns]. */
  columnSum: ["rows", "columns", "a", "lda", "out", "accumulate"],

  /**
   * A simple recurrent layer in one direction. For each step t, in order, or from the last where
   * `reverse` is 1:
   *
   *     h_t = f(gates_t + W h_before),    f = tanh (`relu` 0), max(0, .) (1), identity (2)
   *
   * gates [steps, batch, hidden] holds the projected input with every bias; it is left alone.
   * W [hidden, hidden]. h [steps + 1, batch, hidden]: forwards, slot 0 is the initial state and
   * slot t + 1 is h_t; in reverse, slot `steps` is the initial state and slot t is h_t.
   * mask [steps, batch] may be -1; where it is 0, the state is carried over and the output is 0.
   * output [steps, batch, ...ldOutput] is written too unless -1, at `output + row * ldOutput`.
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
   * Its gradients. dOutput (rows of `ldOutput`) may be -1. dH [batch, hidden] holds the gradient
   * with respect to the last state on entry, to the initial state after. gates [steps, batch,
   * hidden] becomes the gradient with respect to what it held before f, 0 where masked.
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
   * An LSTM layer in one direction; steps, h, mask and output as in `rnnForward`.
   *
   *     i, f, g, o = sigmoid, sigmoid, tanh, sigmoid of gates_t + W h_before
   *     c_t = f c_before + i g,    h_t = o tanh(c_t)
   *
   * gates [steps, batch, 4 hidden] in the order i, f, g, o: the projected input with both biases
   * on entry, the activated gates after. W [4 hidden, hidden]. c has slots as h. Gates of a masked
   * step are what they would be unmasked.
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
   * Its gradients: gates, activated on entry, become the gradients with respect to the sums
   * before activation (0 where masked); dH and dC [batch, hidden] as dH in `rnnBackward`.
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
   * A GRU layer in one direction; steps, h, mask and output as in `rnnForward`.
   *
   *     r, z = sigmoid of gates_t + W h_before
   *     n = tanh(gates_t + r (W h_before + bias)),    h_t = (1 - z) n + z h_before
   *
   * gates [steps, batch, 3 hidden] in the order r, z, n: the projected input (for r and z with
   * both biases, for n with the input's) on entry, activated after. W [3 hidden, hidden]. bias
   * [hidden], the recurrent one of n, may be -1. product [steps, batch, hidden] receives
   * W h_before + bias of n.
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
    "product",
    "mask",
    "output",
    "ldOutput",
  ],

  /**
   * Its gradients: gates become the gradients with respect to gates_t, product the gradient with
   * respect to product (0 where masked); dH as in `rnnBackward`.
   */
  gruBackward: [
    "steps",
    "batch",
    "hidden",
    "reverse",
    "gates",
    "weight",
    "h",
    "product",
    "mask",
    "dOutput",
    "ldOutput",
    "dH",
  ],

  /**
   * The mean squared error of `count` numbers, into `loss + row`, and its gradient with respect
   * to the prediction: 2 (p - t) / n, n being the count. With `mask` [count / width] other than
   * -1, only rows of `width` numbers whose mask is not 0 count, in the mean too; with none, the
   * loss is 0. prediction and gradient may be the same place. gradient may be -1.
   */
  squaredError: ["count", "width", "prediction", "target", "mask", "gradient", "loss"],

  /**
   * Softmax cross-entropy: the mean over rows of -log softmax(logits)[target], into `loss + row`,
   * and its gradient, written over the logits [rows, classes]. Rows whose target is `ignore` count
   * neither in the mean nor in the gradient; with none left, the loss is 0. targets [rows] are
   * integers held as floats.
   */
  crossEntropy: ["rows", "classes", "logits", "targets", "ignore", "loss"],

  /** output[i] = table[ids[i]], rows of `width`. ids [rows] are integers held as floats. */
  embedding: ["rows", "width", "ids", "table", "output"],

  /**
   * dTable [vocabulary, width] = 0, then += gradient[i] at row ids[i], in the order of i; the row
   * `padding` (-1: none) stays 0.
   */
  embeddingGradient: ["rows", "width", "vocabulary", "ids", "gradient", "dTable", "padding"],

  /**
   * Adam or AdamW over `count` numbers, with the Euclidean norm of the whole gradient into
   * `norm + row` (unless -1) before clipping. `hyper + row * HYPER.length` holds what
   * `HYPER` lists.
   *
   *     g = gradient * (maxNorm > 0 ? min(1, maxNorm / (norm + 1e-6)) : 1) + l2 * p
   *     p = p * decay;  m = beta1 m + rest1 g;  v = beta2 v + rest2 g^2
   *     p = p - rate * m / (sqrt(v) * root + epsilon)
   *
   * The gradient is left alone.
   */
  adam: ["count", "parameters", "gradients", "m", "v", "hyper", "norm"],

  /**
   * y = x kept with probability keep / 2^24 and scaled by its inverse, else 0. The coin of number i
   * is a hash of i, `stream` and the seeds at `hyper` (see `HYPER`, row `row`, and dropout.ts), so the
   * backward pass is the same instruction on the gradient. x and y may be the same place.
   */
  dropout: ["count", "x", "y", "keep", "stream", "hyper"],

  /** to[i] = from[i + step * stride]. */
  load: ["count", "from", "stride", "to"],

  /** to[i + step * stride] = from[i]. */
  store: ["count", "from", "to", "stride"],

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

/** One command: an instruction and its fields. */
export type Command = { [K in Instruction]: { readonly op: K } & Fields<K> }[Instruction];

/** The number that stands for each instruction in the encoded form. */
export const opcodes: Readonly<Record<Instruction, number>> = Object.fromEntries(
  Object.keys(instructions).map((name, i) => [name, i]),
) as Record<Instruction, number>;
