import { InputError } from "../core/errors.ts";
import type { Layout, Region } from "./program.ts";

/** A recurrent cell, as PyTorch's modules name it. */
export type CellKind = "rnn_tanh" | "rnn_relu" | "lstm" | "gru";

/** How many gates a cell has: rows of its weight matrices over `hiddenSize`. */
export const gatesOf: Readonly<Record<CellKind, number>> = {
  rnn_tanh: 1,
  rnn_relu: 1,
  lstm: 4,
  gru: 3,
};

/** Layers of recurrent cells, one over the other. */
export interface StackSpec {
  /** The cell of every layer. */
  readonly cell: CellKind;
  /** Features of an input. */
  readonly inputSize: number;
  /** Units of a state. */
  readonly hiddenSize: number;
  /** How many layers. */
  readonly numLayers: number;
  /** Whether each layer reads the sequence in both directions. */
  readonly bidirectional: boolean;
  /** Whether there are `bias_ih` and `bias_hh`. */
  readonly bias: boolean;
  /** The share of a layer's output dropped before the next layer; 0 when not training. */
  readonly dropout: number;
}

/** The shapes of a stack's weights, in PyTorch's order: layer, direction, then w_ih, w_hh, b_ih, b_hh. */
export function weightShapes(spec: StackSpec): { name: string; shape: number[] }[] {
  const { hiddenSize, numLayers, bidirectional, bias, inputSize } = spec;
  const rows = gatesOf[spec.cell] * hiddenSize;
  const directions = bidirectional ? ["", "_reverse"] : [""];
  return Array.from({ length: numLayers }, (_, layer) =>
    directions.flatMap((suffix) => {
      const columns = layer === 0 ? inputSize : hiddenSize * directions.length;
      const end = `l${layer}${suffix}`;
      const matrices = [
        { name: `weight_ih_${end}`, shape: [rows, columns] },
        { name: `weight_hh_${end}`, shape: [rows, hiddenSize] },
      ];
      const biases = ["ih", "hh"].map((part) => ({ name: `bias_${part}_${end}`, shape: [rows] }));
      return bias ? [...matrices, ...biases] : matrices;
    })).flat();
}

/** Where one direction of one layer keeps what its backward pass and a trace need. */
export interface Kept {
  /** [steps, batch, gates * hidden], activated. */
  readonly gates: Region;
  /** [steps + 1, batch, hidden]: the initial state first, last in a reverse direction. */
  readonly h: Region;
  /** The LSTM's cell states, as h. */
  readonly c: Region | null;
  /** The GRU's W_hn h + b_hn [steps, batch, hidden]. */
  readonly product: Region | null;
}

/** A layer's places. */
export interface KeptLayer {
  /** By direction: forwards, then in reverse. */
  readonly directions: readonly Kept[];
  /** The offset of its output [steps, batch, directions * hidden]. */
  readonly output: number;
  /** The offset of what the next layer reads: the output, or a copy with numbers dropped. */
  readonly passed: number;
}

/** Lays out what a stack keeps for its backward pass, as one run of the arena. */
export function layoutKept(
  layout: Layout,
  spec: StackSpec,
  { steps, batch, masked }: StackSize,
): KeptLayer[] {
  const { cell, hiddenSize, numLayers, bidirectional, dropout } = spec;
  const state = batch * hiddenSize;
  const count = bidirectional ? 2 : 1;
  return Array.from({ length: numLayers }, (_, layer) => {
    const directions = Array.from({ length: count }, () => ({
      gates: layout.add(steps * state * gatesOf[cell]),
      h: layout.add((steps + 1) * state),
      c: cell === "lstm" ? layout.add((steps + 1) * state) : null,
      product: cell === "gru" ? layout.add(steps * state) : null,
    }));
    const [first] = directions;
    if (first === undefined) throw new InputError("directions", "1 or 2", count);
    // With one direction and no mask the output is the states themselves, slots 1 to T.
    const alone = count === 1 && !masked;
    const output = alone ? first.h.offset + state : layout.add(steps * state * count).offset;
    const drops = dropout > 0 && layer + 1 < numLayers;
    const passed = drops ? layout.add(steps * state * count).offset : output;
    return { directions, output, passed };
  });
}

/** The sizes of what a stack runs over. */
export interface StackSize {
  /** Steps of the sequence. */
  readonly steps: number;
  /** Sequences side by side. */
  readonly batch: number;
  /** Whether some steps are padding. */
  readonly masked: boolean;
}

/** Offsets of what the commands of a stack read and write. */
export interface StackPlaces {
  /** The input [steps, batch, input]. */
  readonly x: number;
  /** The weights, in the order of {@link weightShapes}. */
  readonly weights: readonly number[];
  /** The mask [steps, batch], or -1. */
  readonly mask: number;
  /** The table of hyperparameters, for the seeds of dropout; -1 without dropout. */
  readonly hyper: number;
  /** What the forward pass keeps. */
  readonly kept: readonly KeptLayer[];
}

/** The weights of one direction of one layer, by offset; -1 for a bias that is not there. */
export interface DirectionWeights {
  /** weight_ih [gates * hidden, input] */
  readonly inputWeight: number;
  /** weight_hh [gates * hidden, hidden] */
  readonly hiddenWeight: number;
  /** bias_ih [gates * hidden] */
  readonly inputBias: number;
  /** bias_hh [gates * hidden] */
  readonly hiddenBias: number;
}

/** Picks the weights of a layer and direction out of the flat list. */
export function weightsAt(
  spec: StackSpec,
  weights: readonly number[],
  layer: number,
  direction: number,
): DirectionWeights {
  const each = spec.bias ? 4 : 2;
  const first = (layer * (spec.bidirectional ? 2 : 1) + direction) * each;
  const [inputWeight = -1, hiddenWeight = -1, inputBias = -1, hiddenBias = -1] = weights.slice(
    first,
    first + each,
  );
  return { inputWeight, hiddenWeight, inputBias, hiddenBias };
}

/** Where a direction's initial and last state lie in its slots. */
export function slots(
  size: StackSize,
  hiddenSize: number,
  direction: number,
): { initial: number; final: number } {
  const end = size.steps * size.batch * hiddenSize;
  return direction === 1 ? { initial: end, final: 0 } : { initial: 0, final: end };
}

/** How many numbers of 2^24 dropout keeps. */
export function keepOf(dropout: number): number {
  return Math.round((1 - dropout) * 2 ** 24);
}
