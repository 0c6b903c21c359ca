import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { chronoInit, forgetBias } from "../../../src/model/init/gate_bias_init.ts";
import {
  type RecurrentInit,
  type RecurrentSizes,
  uniformInit,
} from "../../../src/model/init/recurrent_init.ts";

const lstm = { cell: "lstm", hiddenSize: 500, bias: true } as const;
const gru = { ...lstm, cell: "gru" } as const;

/** The values of a bias by gate. */
function gates(init: RecurrentInit, name: string, sizes: RecurrentSizes): number[][] {
  const count = sizes.cell === "gru" ? 3 : 4;
  const values = Array.from(init(name, [count * 500], sizes, new Random(1)));
  assertEquals(values.length, count * 500);
  return Array.from({ length: count }, (_, i) => values.slice(500 * i, 500 * (i + 1)));
}

Deno.test("forgetBias() sets the two biases of the forget gates, and nothing else", () => {
  const [i, f, g, o] = gates(uniformInit, "bias_ih_l0", lstm);
  const found = gates(forgetBias(2), "bias_ih_l0", lstm);
  assertEquals(found, [i, Array(500).fill(2), g, o]);
  assert(f?.every((value) => value !== 2));
  const hidden = gates(forgetBias(2), "bias_hh_l0", lstm);
  assertEquals(hidden[1], Array(500).fill(0));
  assertEquals(hidden[0], gates(uniformInit, "bias_hh_l0", lstm)[0]);
  const weights = ["weight_ih_l0", [2000, 2], lstm] as const;
  assertEquals(
    Array.from(forgetBias()(...weights, new Random(1))),
    Array.from(uniformInit(...weights, new Random(1))),
  );
});

Deno.test("chronoInit() spreads time scales evenly over [1, maxSteps - 1]", () => {
  const [i = [], f = [], g] = gates(chronoInit(101), "bias_ih_l0", lstm);
  assertEquals(i, f.map((bias) => -bias));
  const scales = f.map(Math.exp);
  assert(scales.every((scale) => scale >= 1 && scale <= 100));
  const mean = scales.reduce((a, b) => a + b) / 500;
  // Of a uniform number in [1, 100], within four standard errors.
  assertAlmostEquals(mean, 50.5, 4 * 99 / Math.sqrt(12 * 500));
  assertEquals(g, gates(uniformInit, "bias_ih_l0", lstm)[2]);

  const [, z] = gates(chronoInit(101), "bias_ih_l0", gru);
  assertEquals(z, f);
  for (const [cell, set] of [[lstm, [0, 1]], [gru, [1]]] as const) {
    const hidden = gates(chronoInit(101), "bias_hh_l0", cell);
    const zero = hidden.map((biases, gate) => biases.every((bias) => bias === 0) ? gate : -1);
    assertEquals(zero.filter((gate) => gate >= 0), [...set]);
  }
});

Deno.test("forgetBias() and chronoInit() refuse numbers out of range, other cells and layers without biases", () => {
  const refuse = (run: () => unknown, message: string): unknown =>
    assertThrows(run, InputError, message);
  refuse(() => forgetBias(NaN), "bias must be a finite number, found NaN");
  refuse(() => chronoInit(1), "maxSteps must be a number of at least 2, found 1");
  refuse(
    () => gates(forgetBias(), "bias_ih_l0", gru),
    'the cell of forgetBias must be lstm, found "gru"',
  );
  refuse(
    () => gates(chronoInit(9), "bias_ih_l0", { ...lstm, cell: "rnn_tanh" }),
    'the cell of chronoInit must be lstm or gru, found "rnn_tanh"',
  );
  refuse(
    () => gates(forgetBias(), "weight_ih_l0", { ...lstm, bias: false }),
    "bias must be true, since forgetBias sets it, found false",
  );
});
