import { checkFunction } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";
import {
  checkFinite,
  type RecurrentInit,
  type RecurrentSizes,
  uniformInit,
} from "./recurrent_init.ts";

/**
 * An LSTM that remembers from the start: its forget gates have a bias, and a cell value is kept by
 * sigmoid(bias) a step. PyTorch's two biases add up, so `bias_ih` has it all and `bias_hh` 0.
 *
 * Source: Jozefowicz, Zaremba & Sutskever (2015), who recommend 1 or 2.
 *
 * @param bias The forget gates' bias.
 * @param base Draws everything else; by default PyTorch's uniform.
 * @returns An initialiser of LSTMs with biases; for others it throws {@link InputError}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../../core/random.ts";
 * import { forgetBias } from "./gate_bias_init.ts";
 * import { glorotInit } from "./recurrent_init.ts";
 *
 * const sizes = { cell: "lstm", hiddenSize: 1, bias: true } as const;
 * const values = forgetBias(1, glorotInit)("bias_ih_l0", [4], sizes, new Random(1));
 * assertEquals(Array.from(values), [0, 1, 0, 0]);
 * ```
 */
export function forgetBias(bias = 1, base: RecurrentInit = uniformInit): RecurrentInit {
  checkFinite("bias", bias, "forgetBias(1)");
  checkFunction("base", base, "such as glorotInit");
  return gateBias("forgetBias", ["lstm"], base, ({ hiddenSize }) => {
    return { 1: new Array<number>(hiddenSize).fill(bias) };
  });
}

/**
 * Chrono initialisation: time scales of memory spread evenly from 1 step to `maxSteps`, by the
 * biases b_f = log u of an LSTM's forget gates, u uniform in [1, maxSteps - 1], and b_i = -b_f of
 * its input gates. A GRU's update gate is both in one: b_z = log u. `bias_hh` of these gates is 0.
 *
 * Source: Tallec & Ollivier (2018), for LSTMs and for leaky networks with gates, which a GRU is.
 *
 * @param maxSteps The longest dependence expected, in steps: at least 2.
 * @param base Draws everything else; by default PyTorch's uniform.
 * @returns An initialiser of LSTMs and GRUs with biases; for others it throws {@link InputError}.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "../../core/random.ts";
 * import { chronoInit } from "./gate_bias_init.ts";
 *
 * const sizes = { cell: "lstm", hiddenSize: 1, bias: true } as const;
 * const [i = 0, f = 0] = Array.from(
 *   chronoInit(100)("bias_ih_l0", [4], sizes, new Random(1)),
 * );
 * assert(i === -f && f >= 0 && f <= Math.log(99));
 * ```
 */
export function chronoInit(maxSteps: number, base: RecurrentInit = uniformInit): RecurrentInit {
  if (!(Number.isFinite(maxSteps) && maxSteps >= 2)) {
    const help = typeof maxSteps === "string" ? "Call it first: init: chronoInit(100)" : undefined;
    throw new InputError("maxSteps", "a number of at least 2", maxSteps, help);
  }
  checkFunction("base", base, "such as glorotInit");
  return gateBias("chronoInit", ["lstm", "gru"], base, ({ cell, hiddenSize }, random) => {
    const kept = Array.from(
      { length: hiddenSize },
      () => Math.log(random.uniform(1, maxSteps - 1)),
    );
    const biases: Record<number, number[]> = { 1: kept };
    if (cell === "lstm") biases[0] = kept.map((bias) => -bias);
    return biases;
  });
}

/** An initialiser that sets the biases of some gates, by their place in the cell's order. */
function gateBias(
  what: string,
  cells: readonly RecurrentSizes["cell"][],
  base: RecurrentInit,
  draw: (sizes: RecurrentSizes, random: Parameters<RecurrentInit>[3]) => Record<number, number[]>,
): RecurrentInit {
  return (name, shape, sizes, random) => {
    const { cell, hiddenSize, bias } = sizes;
    if (!cells.includes(cell)) {
      throw new InputError(`the cell of ${what}`, cells.join(" or "), cell);
    }
    if (!bias) throw new InputError("bias", `true, since ${what} sets it`, bias);
    const values = Float64Array.from(base(name, shape, sizes, random));
    if (!name.startsWith("bias")) return values;
    // A fork, so that `base` draws what it would draw by itself.
    for (const [gate, biases] of Object.entries(draw(sizes, random.fork(what)))) {
      const zeros = name.startsWith("bias_hh");
      values.set(zeros ? biases.map(() => 0) : biases, Number(gate) * hiddenSize);
    }
    return values;
  };
}
