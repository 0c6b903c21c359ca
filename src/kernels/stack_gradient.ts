import type { Command } from "./instructions.ts";
import type { Layout } from "./program.ts";
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
  const { cell, hiddenSize: hidden } = spec;
  const { steps, batch } = size;
  const rows = steps * batch;
  const commands: Command[] = [];
  for (let layer = spec.numLayers - 1; layer >= 0; layer--) {
    const below = places.kept[layer - 1];
    const directions = places.kept[layer]?.directions ?? [];
    const width = directions.length * hidden;
    const [x, columns] = below ? [below.passed, width] : [places.x, spec.inputSize];
    const dX = below ? passed[layer - 1] ?? -1 : gradients.dX;
    directions.forEach((kept, direction) => {
      const index = layer * directions.length + direction;
      const w = weightsAt(spec, places.weights, layer, direction);
      const above = layer === spec.numLayers - 1 ? gradients.dOutput : passed[layer] ?? -1;
      const walk = {
        ...{ steps, batch, hidden, reverse: direction, mask: places.mask },
        ...{ gates: kept.gates.offset, weight: w.hiddenWeight, h: kept.h.offset },
        dOutput: above < 0 ? -1 : above + direction * hidden,
        ...{ ldOutput: width, dH: gradients.dH[index] ?? -1 },
      };
      commands.push(recurrence(cell, walk, kept, gradients.dC[index] ?? -1));
      commands.push(...weightGradients(spec, rows, columns, x, kept, direction * batch, {
        ...weightsAt(spec, gradients.dWeights, layer, direction),
      }));
      if (dX >= 0) {
        const n = gatesOf[cell] * hidden;
        commands.push({
          ...{ op: "gemm", m: rows, n: columns, k: n, a: kept.gates.offset, lda: n, transposeA: 0 },
          ...{ b: w.inputWeight, ldb: columns, transposeB: 0, c: dX, ldc: columns },
          ...{ accumulate: direction, bias: -1, bias2: -1, bias2Count: 0 },
        });
      }
    });
    if (below && below.passed !== below.output) {
      const [count, keep] = [rows * width, keepOf(spec.dropout)];
      commands.push({
        ...{ op: "dropout", count, x: dX, y: dX, keep, stream: layer - 1, hyper: places.hyper },
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

/** The gradients of one direction's weights, from those with respect to its gates. */
function weightGradients(
  spec: StackSpec,
  rows: number,
  columns: number,
  x: number,
  { gates, h, product }: Kept,
  /** The row of h that holds the state before the first row of gates. */
  before: number,
  d: ReturnType<typeof weightsAt>,
): Command[] {
  const hidden = spec.hiddenSize;
  const n = gatesOf[spec.cell] * hidden;
  const states = h.offset + before * hidden;
  /** target [m, width] = sum over rows of gate gradient (from `a`, rows of `lda`) and input. */
  const outer = (
    m: number,
    a: number,
    lda: number,
    b: number,
    width: number,
    c: number,
  ): Command => ({
    ...{ op: "gemm", m, n: width, k: rows, a, lda, transposeA: 1, b, ldb: width, transposeB: 0 },
    ...{ c, ldc: width, accumulate: 0, bias: -1, bias2: -1, bias2Count: 0 },
  });
  const sum = (count: number, a: number, lda: number, out: number): Command => ({
    ...{ op: "columnSum", rows, columns: count, a, lda, out, accumulate: 0 },
  });
  // Where the recurrent part differs from the input's (a GRU's n), it has gradients of its own.
  const shared = product ? 2 * hidden : n;
  const commands = [
    outer(n, gates.offset, n, x, columns, d.inputWeight),
    outer(shared, gates.offset, n, states, hidden, d.hiddenWeight),
  ];
  if (product) {
    const target = d.hiddenWeight + shared * hidden;
    commands.push(outer(hidden, product.offset, hidden, states, hidden, target));
  }
  if (!spec.bias) return commands;
  commands.push(sum(n, gates.offset, n, d.inputBias));
  commands.push({ op: "load", count: shared, from: d.inputBias, stride: 0, to: d.hiddenBias });
  if (product) commands.push(sum(hidden, product.offset, hidden, d.hiddenBias + shared));
  return commands;
}
