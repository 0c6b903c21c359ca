import { assertEquals } from "@std/assert";
import { Layout } from "../../src/kernels/program.ts";
import {
  keepOf,
  layoutKept,
  slots,
  type StackSize,
  type StackSpec,
  weightsAt,
  weightShapes,
} from "../../src/kernels/stack.ts";

const one: StackSpec = {
  ...{ cell: "gru", inputSize: 3, hiddenSize: 4, numLayers: 2 },
  ...{ bidirectional: false, bias: true, dropout: 0 },
};
const both: StackSpec = { ...one, bidirectional: true };
const size: StackSize = { steps: 5, batch: 2, masked: false };

Deno.test("weights have PyTorch's names, order and shapes", () => {
  const named = weightShapes(both).map(({ name, shape }) => `${name} ${shape.join("x")}`);
  assertEquals(named, [
    ...["weight_ih_l0 12x3", "weight_hh_l0 12x4", "bias_ih_l0 12", "bias_hh_l0 12"],
    ...["weight_ih_l0_reverse 12x3", "weight_hh_l0_reverse 12x4"],
    ...["bias_ih_l0_reverse 12", "bias_hh_l0_reverse 12"],
    ...["weight_ih_l1 12x8", "weight_hh_l1 12x4", "bias_ih_l1 12", "bias_hh_l1 12"],
    ...["weight_ih_l1_reverse 12x8", "weight_hh_l1_reverse 12x4"],
    ...["bias_ih_l1_reverse 12", "bias_hh_l1_reverse 12"],
  ]);
  const rows = { rnn_tanh: 4, rnn_relu: 4, lstm: 16, gru: 12 } as const;
  for (const cell of ["rnn_tanh", "rnn_relu", "lstm", "gru"] as const) {
    const shapes = weightShapes({ ...one, cell, bias: false, numLayers: 1 });
    assertEquals(shapes.map(({ shape }) => shape), [[rows[cell], 3], [rows[cell], 4]]);
  }
});

Deno.test("weightsAt picks a layer's and direction's weights, -1 for biases that are not there", () => {
  const offsets = weightShapes(both).map((_, i) => 100 + i);
  assertEquals(weightsAt(both, offsets, 1, 1), {
    ...{ inputWeight: 112, hiddenWeight: 113, inputBias: 114, hiddenBias: 115 },
  });
  assertEquals(weightsAt({ ...both, bias: false }, offsets.slice(0, 8), 1, 0), {
    ...{ inputWeight: 104, hiddenWeight: 105, inputBias: -1, hiddenBias: -1 },
  });
});

Deno.test("a direction's first state is in the slot where its walk begins", () => {
  assertEquals(slots(size, 4, 0), { initial: 0, final: 40 });
  assertEquals(slots(size, 4, 1), { initial: 40, final: 0 });
});

Deno.test("a stack keeps what its cell needs", () => {
  const kept = (cell: StackSpec["cell"]) => layoutKept(new Layout(), { ...one, cell }, size)[0];
  const sizes = (cell: StackSpec["cell"]) => {
    const { gates, h, c, product } = kept(cell)?.directions[0] ?? {};
    return [gates?.size, h?.size, c?.size, product?.size];
  };
  assertEquals(sizes("rnn_tanh"), [40, 48, undefined, undefined]);
  assertEquals(sizes("lstm"), [160, 48, 48, undefined]);
  assertEquals(sizes("gru"), [120, 48, undefined, 40]);
});

Deno.test("the output is the states themselves where it can be", () => {
  const aliased = (spec: StackSpec, given: StackSize): boolean[] =>
    layoutKept(new Layout(), spec, given).map(({ output, directions }) => {
      return output === (directions[0]?.h.offset ?? 0) + given.batch * spec.hiddenSize;
    });
  assertEquals(aliased(one, size), [true, true]);
  assertEquals(aliased(one, { ...size, masked: true }), [false, false]);
  assertEquals(aliased(both, size), [false, false]);
});

Deno.test("regions overlap nowhere, and what is passed on is a copy where dropout acts below", () => {
  const spec: StackSpec = { ...both, cell: "lstm", numLayers: 3, dropout: 0.5 };
  const layout = new Layout();
  const kept = layoutKept(layout, spec, size);
  assertEquals(kept.map(({ output, passed }) => passed === output), [false, false, true]);
  const joined = size.steps * size.batch * spec.hiddenSize * 2;
  const regions = kept.flatMap(({ directions, output, passed }) => [
    ...directions.flatMap(({ gates, h, c }) => [gates, h, ...(c ? [c] : [])]),
    ...[...new Set([output, passed])].map((offset) => ({ offset, size: joined })),
  ]).sort((a, b) => a.offset - b.offset);
  const ends = regions.map(({ offset, size }) => offset + size);
  const next = [...regions.slice(1).map(({ offset }) => offset), layout.size];
  assertEquals(ends.every((end, i) => end <= (next[i] ?? -1)), true);
});

Deno.test("keepOf is the share kept of 2^24", () => {
  assertEquals([keepOf(0), keepOf(0.25), keepOf(0.5)], [2 ** 24, 0.75 * 2 ** 24, 2 ** 23]);
});
