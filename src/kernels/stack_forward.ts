import type { Command } from "./instructions.ts";
import { product } from "./product.ts";
import {
  type CellKind,
  gatesOf,
  keepOf,
  type Kept,
  type StackPlaces,
  type StackSize,
  type StackSpec,
  weightsAt,
} from "./stack.ts";

/** The commands of a stack's forward pass; the initial states are in their slots already. */
export function stackForward(spec: StackSpec, size: StackSize, places: StackPlaces): Command[] {
  const { cell, hiddenSize: hidden, numLayers } = spec;
  const { steps, batch } = size;
  const rows = steps * batch;
  const n = gatesOf[cell] * hidden;
  // A GRU multiplies the recurrent part of n, bias and all, by r: that bias comes later.
  const bias2Count = cell === "gru" ? 2 * hidden : n;
  const commands: Command[] = [];
  let x = { at: places.x, ld: spec.inputSize };
  places.kept.forEach(({ directions, output, passed }, layer) => {
    const width = directions.length * hidden;
    directions.forEach((kept, reverse) => {
      const w = weightsAt(spec, places.weights, layer, reverse);
      const gates = { at: kept.gates.offset, ld: n };
      const weight = { at: w.inputWeight, ld: x.ld, transposed: true };
      const biases = { bias: w.inputBias, bias2: w.hiddenBias, bias2Count };
      commands.push(product([rows, n, x.ld], x, weight, gates, biases));
      const aliased = output === kept.h.offset + batch * hidden;
      const walk = {
        steps,
        batch,
        hidden,
        reverse,
        gates: gates.at,
        weight: w.hiddenWeight,
        h: kept.h.offset,
        mask: places.mask,
        output: aliased ? -1 : output + reverse * hidden,
        ldOutput: width,
      };
      commands.push(recurrence(cell, walk, kept, w.hiddenBias));
    });
    if (passed !== output) {
      commands.push({
        op: "dropout",
        count: rows * width,
        x: output,
        y: passed,
        keep: keepOf(spec.dropout),
        stream: layer,
        hyper: places.hyper,
      });
    }
    if (layer + 1 < numLayers) x = { at: passed, ld: width };
  });
  return commands;
}

type Forward = Extract<Command, { op: "rnnForward" }>;

function recurrence(
  cell: CellKind,
  walk: Omit<Forward, "op" | "relu">,
  { c, product }: Kept,
  hiddenBias: number,
): Command {
  if (cell === "lstm") return { op: "lstmForward", ...walk, c: c?.offset ?? -1 };
  if (cell === "gru") {
    const bias = hiddenBias < 0 ? -1 : hiddenBias + 2 * walk.hidden;
    return { op: "gruForward", ...walk, bias, product: product?.offset ?? -1 };
  }
  return { op: "rnnForward", ...walk, relu: cell === "rnn_relu" ? 1 : 0 };
}
