import { assert, assertEquals } from "@std/assert";
import {
  bestOf,
  earlyGradients,
  gateNames,
  gateSummaries,
  summaryOf,
  variation,
  weightGradients,
} from "../../../src/experiments/notebook/sections.ts";
import {
  bestFlows,
  decayRate,
  vanishesBeyond20,
  zeroError,
} from "../../../src/experiments/notebook/record_sections.ts";
import {
  flowLengths,
  networkKeys,
  weightLengths,
} from "../../../src/experiments/notebook/parameters.ts";
import { forEachBackend, onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { measuring } from "./context.ts";

const withNorms = (norms: readonly number[]) => ({
  byLength: norms.map((W_hh) => ({ W_hh, W_ih: 1, W_ho: 1, loss: 1 })),
  spectralRadius: 1,
});

Deno.test("decayRate() is the last norm of W_hh over the first", () => {
  assertEquals(decayRate(withNorms([4, 9, 9, 9, 9, 9, 9, 1])), 0.25);
});

Deno.test("vanishesBeyond20() checks exactly the lengths above 20", () => {
  assertEquals(weightLengths, [5, 10, 15, 20, 25, 30, 35, 40]);
  assert(vanishesBeyond20(withNorms([1, 1, 1, 1, 0.09, 0.09, 0.09, 0.09])));
  assert(!vanishesBeyond20(withNorms([1, 0, 0, 0, 0.09, 0.1, 0.09, 0.09])));
});

Deno.test("variation() agrees with np.std / (np.mean + 1e-8)", () => {
  // np.std([0, 1, 2, 5]) / (np.mean([0, 1, 2, 5]) + 1e-8), by NumPy 1.24.
  assertClose([variation([0, 1, 2, 5])], [0.9354143420164136], tolerance.rounding);
  assertEquals(variation([0, 0]), 0);
});

Deno.test("bestOf() returns the first of equal scores, as Python's min does", () => {
  assertEquals(bestOf({ a: 2, b: 1, c: 1 }, ["a", "b", "c"]), "b");
});

forEachBackend(
  "zeroError() is small: the 0 at length 5 changes every score and no winner",
  async () => {
    const context = measuring([1, 2, 3]);
    const [rnn, lstm, gru] = [
      await earlyGradients(context, "Vanilla_RNN"),
      await earlyGradients(context, "Custom_LSTM"),
      await earlyGradients(context, "PyTorch_GRU"),
    ];
    const found = { Vanilla_RNN: rnn, Custom_LSTM: lstm, PyTorch_GRU: gru };
    assert(zeroError(found) < tolerance.rounding.relative);
    const cut = Object.values(found).map((seeds) => seeds.map((norms) => norms.slice(1)));
    const [a = [], b = [], c = []] = cut;
    assertEquals(bestFlows({ Vanilla_RNN: a, Custom_LSTM: b, PyTorch_GRU: c }), bestFlows(found));
    for (const key of networkKeys) {
      for (const norms of found[key]) {
        assertEquals([norms.length, norms[0]], [flowLengths.length, 0]);
        assert(norms.slice(1).every((norm) => norm > 0));
      }
    }
  },
);

Deno.test("weightGradients() and gateSummaries() of a seed do not depend on other seeds", async () => {
  await onBackend("wasm", async () => {
    const [together, alone] = [measuring([4, 7]), measuring([7])];
    const [, weights] = await weightGradients(together);
    const [own] = await weightGradients(alone);
    const numbers = (one: typeof own) =>
      one?.byLength.flatMap(({ W_ih, W_hh, W_ho, loss }) => [W_ih, W_hh, W_ho, loss]) ?? [];
    assertClose(numbers(own), numbers(weights), tolerance.replicas);
    assertEquals(own?.spectralRadius, weights?.spectralRadius);
    const [, gates] = await gateSummaries(together);
    const [ownGates] = await gateSummaries(alone);
    assertClose(
      gateNames.map((gate) => ownGates?.means[gate] ?? NaN),
      gateNames.map((gate) => gates?.means[gate] ?? NaN),
      tolerance.replicas,
    );
  });
});

Deno.test("gateSummaries() with closed forget gates keeps no cell state from step to step", async () => {
  await onBackend("cpu", async () => {
    const [shut] = await gateSummaries(measuring([1]), "shut");
    assert((shut?.means.forget ?? 1) < 1e-40);
    assert((shut?.means.input ?? 0) > 0.3);
  });
});

Deno.test("summaryOf() takes means over units, sequences and steps, and norms of the first sequence", () => {
  const gate = [[[0.2, 0.4], [0.6, 0.8]], [[0.4, 0.4], [0.4, 0.4]]];
  const { means, deviations, correlation, stability } = summaryOf({
    gates: { forget: gate, input: gate, output: gate },
    hidden: [[[3, 4], [0, 0]], [[6, 8], [1, 0]], [[0, 0], [5, 0]]],
    cell: [[[0, 1], [9, 9]], [[0, 2], [0, 0]], [[0, 0], [0, 0]]],
  });
  assertClose([means.forget, deviations.forget], [0.45, 0.05], tolerance.rounding);
  assertClose([correlation], [1], tolerance.rounding);
  assertClose([stability.hidden], [Math.sqrt(50 / 3)], tolerance.rounding);
});
