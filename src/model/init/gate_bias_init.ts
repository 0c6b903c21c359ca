import { checkFunction } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import { cells, type Gate } from "../../kernels/cells.ts";
import {
  checkFinite,
  type RecurrentInit,
  type RecurrentSizes,
  uniformInit,
} from "./recurrent_init.ts";

/**
 * Creates an initialisation of the forget gates of an LSTM with a bias, so that the network
 * remembers from the start: without other input, a cell value is multiplied by sigmoid(bias) at
 * each step. PyTorch's two biases add up, so `bias_ih` is set to the bias and `bias_hh` to 0.
 *
 * Source: Jozefowicz, Zaremba & Sutskever (2015), who recommend 1 or 2,
 * https://proceedings.mlr.press/v37/jozefowicz15.html.
 *
 * @param bias The bias of the forget gates; 1 by default.
 * @param base Draws the other values; {@link uniformInit} by default.
 * @returns An initialiser of LSTMs with biases. It throws {@link InputError} for other layers.
 * @throws {InputError} If `bias` is not finite, or if `base` is not a function.
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
  return gateBias("forgetBias", ({ name }) => name === "forgetGate", base, ({ hiddenSize }) => {
    const biases = new Array<number>(hiddenSize).fill(bias);
    return () => biases;
  });
}

/**
 * Creates the chrono initialisation, which spreads the time scales of the memory from 1 step to
 * `maxSteps`. The forget gates of an LSTM have the biases b_f = log u, with u uniform in [1,
 * maxSteps - 1), and the input gates b_i = -b_f. The update gate of a GRU has both roles, with b_z
 * = log u. `bias_hh` of these gates is 0.
 *
 * Source: Tallec & Ollivier (2018), arXiv:1804.11188, for LSTMs and for leaky networks with gates,
 * of which the GRU is one.
 *
 * @param maxSteps The longest expected dependence in steps, at least 2.
 * @param base Draws the other values; {@link uniformInit} by default.
 * @returns An initialiser of LSTMs and GRUs with biases. It throws {@link InputError} for other
 * layers.
 * @throws {InputError} If `maxSteps` is not a number of at least 2, or if `base` is not a function.
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
  return gateBias("chronoInit", ({ memory }) => memory !== 0, base, ({ hiddenSize }, random) => {
    const biases = Array.from(
      { length: hiddenSize },
      () => Math.log(random.uniform(1, maxSteps - 1)),
    );
    return ({ memory }) => biases.map((bias) => memory * bias);
  });
}

/**
 * Creates an initialiser that sets the biases of some gates.
 *
 * @param what The name of the initialiser, for messages.
 * @param isSet Whether the biases of a gate are set; cells without such a gate are refused.
 * @param base Draws the other values.
 * @param draw Draws random numbers for a parameter, and returns the biases of each gate.
 */
function gateBias(
  what: string,
  isSet: (gate: Gate) => boolean,
  base: RecurrentInit,
  draw: (sizes: RecurrentSizes, random: Random) => (gate: Gate) => number[],
): RecurrentInit {
  return (name, shape, sizes, random) => {
    const { cell, hiddenSize, bias } = sizes;
    const { gates } = cells[cell];
    if (!gates.some(isSet)) {
      const fitting = Object.entries(cells).filter(([, { gates }]) => gates.some(isSet));
      const wanted = fitting.map(([kind]) => kind).join(" or ");
      throw new InputError(`the cell of ${what}`, wanted, cell);
    }
    if (!bias) throw new InputError("bias", `true, since ${what} sets it`, bias);
    const values = Float64Array.from(base(name, shape, sizes, random));
    if (!name.startsWith("bias")) return values;
    // The biases are drawn from a fork, so that `base` draws the same numbers as on its own.
    const biasesOf = draw(sizes, random.fork(what));
    gates.forEach((gate, i) => {
      if (!isSet(gate)) return;
      const biases = biasesOf(gate);
      values.set(name.startsWith("bias_hh") ? biases.map(() => 0) : biases, i * hiddenSize);
    });
    return values;
  };
}
