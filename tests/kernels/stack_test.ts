import { assertEquals } from "@std/assert";
import { Layout } from "../../src/kernels/program.ts";
import {
  layoutResiduals,
  type StackSize,
  type StackSpec,
  stateOffsets,
  weightsAt,
  weightShapes,
} from "../../src/kernels/stack.ts";

const one: StackSpec = {
  ...{ cell: "gru", inputSize: 3, hiddenSize: 4, numLayers: 2 },
  ...{ bidirectional: false, bias: true, dropout: 0 },
};
const both: StackSpec = { ...one, bidirectional: true };
const size: StackSize = { steps: 5, batch: 2, masked: false };

Deno.test("weightShapes() has PyTorch's names, order and shapes", () => {
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
  for (const cell of ["feedforward_tanh", "feedforward_relu"] as const) {
    const named = weightShapes({ ...one, cell }).map(({ name, shape }) => `${name} ${shape}`);
    const layers = ["weight_ih_l0 4,3", "bias_ih_l0 4", "weight_ih_l1 4,4", "bias_ih_l1 4"];
    assertEquals(named, layers);
  }
});

Deno.test("weightsAt() returns the weights of a layer and direction, -1 for absent ones", () => {
  const offsets = weightShapes(both).map((_, i) => 100 + i);
  assertEquals(weightsAt(both, offsets, 1, 1), {
    ...{ inputWeight: 112, hiddenWeight: 113, inputBias: 114, hiddenBias: 115 },
  });
  assertEquals(weightsAt({ ...both, bias: false }, offsets.slice(0, 8), 1, 0), {
    ...{ inputWeight: 104, hiddenWeight: 105, inputBias: -1, hiddenBias: -1 },
  });
  const alone: StackSpec = { ...one, cell: "feedforward_relu" };
  assertEquals(weightsAt(alone, offsets.slice(0, 4), 1, 0), {
    ...{ inputWeight: 102, hiddenWeight: -1, inputBias: 103, hiddenBias: -1 },
  });
  assertEquals(weightsAt({ ...alone, bias: false }, offsets.slice(0, 2), 1, 0), {
    ...{ inputWeight: 101, hiddenWeight: -1, inputBias: -1, hiddenBias: -1 },
  });
});

Deno.test("stateOffsets() has the initial state first, or last in reverse", () => {
  const spec: StackSpec = { ...both, cell: "lstm", numLayers: 1 };
  const residuals = layoutResiduals(new Layout(), spec, size);
  const offsets = stateOffsets(spec, size, residuals);
  assertEquals(offsets.map(({ part, layer, direction }) => [part, layer, direction]), [
    ["h", 0, 0],
    ["c", 0, 0],
    ["h", 0, 1],
    ["c", 0, 1],
  ]);
  const [forward, reverse] = residuals[0]?.directions ?? [];
  const [h, c] = [forward?.h.offset ?? NaN, reverse?.c?.offset ?? NaN];
  assertEquals([offsets[0]?.initial, offsets[0]?.final], [h, h + 40]);
  assertEquals([offsets[3]?.initial, offsets[3]?.final], [c + 40, c]);
});

Deno.test("layoutResiduals() has the regions that the cell needs", () => {
  const residuals = (cell: StackSpec["cell"]) =>
    layoutResiduals(new Layout(), { ...one, cell }, size)[0];
  const sizes = (cell: StackSpec["cell"]) => {
    const { gates, h, c, recurrentCandidate } = residuals(cell)?.directions[0] ?? {};
    return [gates?.size, h?.size, c?.size, recurrentCandidate?.size];
  };
  assertEquals(sizes("rnn_tanh"), [40, 48, undefined, undefined]);
  assertEquals(sizes("lstm"), [160, 48, 48, undefined]);
  assertEquals(sizes("gru"), [120, 48, undefined, 40]);
});

Deno.test("layoutResiduals() uses the states as output with one direction and no mask", () => {
  const aliased = (spec: StackSpec, given: StackSize): boolean[] =>
    layoutResiduals(new Layout(), spec, given).map(({ output, directions }) => {
      return output === (directions[0]?.h.offset ?? 0) + given.batch * spec.hiddenSize;
    });
  assertEquals(aliased(one, size), [true, true]);
  assertEquals(aliased(one, { ...size, masked: true }), [false, false]);
  assertEquals(aliased(both, size), [false, false]);
});

Deno.test("layoutResiduals() has disjoint regions, and a copy of the output if there is dropout above", () => {
  const spec: StackSpec = { ...both, cell: "lstm", numLayers: 3, dropout: 0.5 };
  const layout = new Layout();
  const residuals = layoutResiduals(layout, spec, size);
  assertEquals(residuals.map(({ output, nextInput }) => nextInput === output), [
    false,
    false,
    true,
  ]);
  const joined = size.steps * size.batch * spec.hiddenSize * 2;
  const regions = residuals.flatMap(({ directions, output, nextInput }) => [
    ...directions.flatMap(({ gates, h, c }) => [gates, h, ...(c ? [c] : [])]),
    ...[...new Set([output, nextInput])].map((offset) => ({ offset, size: joined })),
  ]).sort((a, b) => a.offset - b.offset);
  const ends = regions.map(({ offset, size }) => offset + size);
  const next = [...regions.slice(1).map(({ offset }) => offset), layout.size];
  assertEquals(ends.every((end, i) => end <= (next[i] ?? -1)), true);
});
