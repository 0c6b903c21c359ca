import type { Command } from "./instructions.ts";
import { type Operand, product } from "./product.ts";
import type { Layout } from "./program.ts";
import {
  type CellKind,
  type DirectionWeights,
  gatesOf,
  keepOf,
  type Kept,
  type StackPlaces,
  type StackSize,
  type StackSpec,
  weightsAt,
} from "./stack.ts";

/** Offsets of what a stack's backward pass reads and writes besides {@link StackPlaces}. */
export interface GradientPlaces {
  /** The gradient with respect to the output [steps, batch, directions * hidden], or -1. */
  readonly dOutput: number;
  /** By layer and direction [batch, hidden]: with respect to the last state, then to the first. */
  readonly dH: readonly number[];
  /** The same of the LSTM's cell states; empty for others. */
  readonly dC: readonly number[];
  /** Where the weights' gradients go, in the order of the weights. */
  readonly dWeights: readonly number[];
  /** Where the input's gradient goes [steps, batch, input], or -1. */
  readonly dX: number;
}

/** Takes room for the gradients that pass from layer to layer; gives their offsets by layer. */
export function layoutPassed(layout: Layout, spec: StackSpec, size: StackSize): number[] {
  const width = spec.hiddenSize * (spec.bidirectional ? 2 : 1);
  return Array.from({ length: spec.numLayers - 1 }, () => {
    return layout.add(size.steps * size.batch * width).offset;
  });
}

/**
 * The commands of a stack's backward pass. They overwrite the gates and products that the forward
 * pass kept.
 *
 * @param passed What {@link layoutPassed} gave.
 */
export function stackBackward(
  spec: StackSpec,
  size: StackSize,
  places: StackPlaces,
  gradients: GradientPlaces,
  passed: readonly number[],
): Command[] {
  const { cell, hiddenSize: hidden, numLayers } = spec;
  const { steps, batch } = size;
  const rows = steps * batch;
  const n = gatesOf[cell] * hidden;
  const commands: Command[] = [];
  for (let layer = numLayers - 1; layer >= 0; layer--) {
    const below = places.kept[layer - 1];
    const directions = places.kept[layer]?.directions ?? [];
    const width = directions.length * hidden;
    const x = below ? { at: below.passed, ld: width } : { at: places.x, ld: spec.inputSize };
    const above = layer === numLayers - 1 ? gradients.dOutput : passed[layer] ?? -1;
    const dX = below ? passed[layer - 1] ?? -1 : gradients.dX;
    directions.forEach((kept, reverse) => {
      const index = layer * directions.length + reverse;
      const w = weightsAt(spec, places.weights, layer, reverse);
      const walk = {
        steps,
        batch,
        hidden,
        reverse,
        gates: kept.gates.offset,
        weight: w.hiddenWeight,
        h: kept.h.offset,
        mask: places.mask,
        dOutput: above < 0 ? -1 : above + reverse * hidden,
        ldOutput: width,
        dH: gradients.dH[index] ?? -1,
      };
      commands.push(recurrence(cell, walk, kept, gradients.dC[index] ?? -1));
      const d = weightsAt(spec, gradients.dWeights, layer, reverse);
      // Row r of the gates came of row r of the states, or in reverse of the row a step later.
      const before = { at: kept.h.offset + reverse * batch * hidden, ld: hidden };
      commands.push(...weightGradients(spec, rows, x, before, kept, d));
      if (dX >= 0) {
        const gates = { at: kept.gates.offset, ld: n };
        const weight = { at: w.inputWeight, ld: x.ld };
        const target = { at: dX, ld: x.ld };
        const accumulate = reverse === 1;
        commands.push(product([rows, x.ld, n], gates, weight, target, { accumulate }));
      }
    });
    if (below && below.passed !== below.output) {
      commands.push({
        op: "dropout",
        count: rows * width,
        x: dX,
        y: dX,
        keep: keepOf(spec.dropout),
        stream: layer - 1,
        hyper: places.hyper,
      });
    }
  }
  return commands;
}

type Backward = Extract<Command, { op: "rnnBackward" }>;

function recurrence(
  cell: CellKind,
  walk: Omit<Backward, "op" | "relu">,
  { c, product }: Kept,
  dC: number,
): Command {
  if (cell === "lstm") return { op: "lstmBackward", ...walk, c: c?.offset ?? -1, dC };
  if (cell === "gru") return { op: "gruBackward", ...walk, product: product?.offset ?? -1 };
  return { op: "rnnBackward", ...walk, relu: cell === "rnn_relu" ? 1 : 0 };
}

/**
 * The gradients of one direction's weights, from those with respect to its gates.
 *
 * @param x What it read [rows, x.ld].
 * @param before The state before each row [rows, hidden].
 * @param d Where the gradients go.
 */
function weightGradients(
  { cell, hiddenSize: hidden, bias }: StackSpec,
  rows: number,
  x: Operand,
  before: Operand,
  { gates, product: recurrent }: Kept,
  d: DirectionWeights,
): Command[] {
  const n = gatesOf[cell] * hidden;
  /** The sum over rows of `count` gate gradients times an input each. */
  const outer = (count: number, from: Operand, input: Operand, to: number): Command =>
    product([count, input.ld, rows], { ...from, transposed: true }, input, {
      at: to,
      ld: input.ld,
    });
  const sum = (columns: number, from: Operand, out: number): Command => {
    return { op: "columnSum", rows, columns, a: from.at, lda: from.ld, out, accumulate: 0 };
  };
  const all = { at: gates.offset, ld: n };
  // Where the recurrent part differs from the input's (a GRU's n), it has gradients of its own.
  const own = recurrent ? { at: recurrent.offset, ld: hidden } : null;
  const shared = own ? 2 * hidden : n;
  const commands = [
    outer(n, all, x, d.inputWeight),
    outer(shared, all, before, d.hiddenWeight),
    ...(own ? [outer(hidden, own, before, d.hiddenWeight + shared * hidden)] : []),
  ];
  if (!bias) return commands;
  return [
    ...commands,
    sum(n, all, d.inputBias),
    { op: "load", count: shared, from: d.inputBias, stride: 0, to: d.hiddenBias },
    ...(own ? [sum(hidden, own, d.hiddenBias + shared)] : []),
  ];
}
