import { InputError } from "../core/errors.ts";
import { type CellKind, cells, type StatePart } from "./cells.ts";
import type { Layout, Region } from "./program.ts";

/** A stack of recurrent layers. */
export interface StackSpec {
  /** The cell of every layer. */
  readonly cell: CellKind;
  /** The number of features of the input. */
  readonly inputSize: number;
  /** The number of units of the hidden state. */
  readonly hiddenSize: number;
  /** The number of layers. */
  readonly numLayers: number;
  /** Whether each layer reads the sequence in both directions. */
  readonly bidirectional: boolean;
  /** Whether the layers have the biases `bias_ih` and `bias_hh`. */
  readonly bias: boolean;
  /** The probability of dropout between layers; 0 if not training. */
  readonly dropout: number;
}

/** Returns the number of directions of a stack: 1 or 2. */
export function directionsOf({ bidirectional }: Pick<StackSpec, "bidirectional">): number {
  return bidirectional ? 2 : 1;
}

/**
 * Returns the names and shapes of the weights of a stack, in PyTorch's order: by layer, by
 * direction, then weight_ih, weight_hh, bias_ih, bias_hh. A cell without recurrence has no weight_hh
 * and no bias_hh.
 */
export function weightShapes(spec: StackSpec): { name: string; shape: number[] }[] {
  const { hiddenSize, numLayers, bidirectional, bias, inputSize } = spec;
  const { gates, recurrent } = cells[spec.cell];
  const rows = gates.length * hiddenSize;
  const directions = bidirectional ? ["", "_reverse"] : [""];
  return Array.from({ length: numLayers }, (_, layer) =>
    directions.flatMap((suffix) => {
      const columns = layer === 0 ? inputSize : hiddenSize * directions.length;
      const end = `l${layer}${suffix}`;
      const matrices = [
        { name: `weight_ih_${end}`, shape: [rows, columns] },
        ...(recurrent ? [{ name: `weight_hh_${end}`, shape: [rows, hiddenSize] }] : []),
      ];
      const biases = (recurrent ? ["ih", "hh"] : ["ih"])
        .map((part) => ({ name: `bias_${part}_${end}`, shape: [rows] }));
      return bias ? [...matrices, ...biases] : matrices;
    })).flat();
}

/** The sizes of the input of a stack. */
export interface StackSize {
  /** The number of steps of a sequence. */
  readonly steps: number;
  /** The number of sequences in the batch. */
  readonly batch: number;
  /** Whether some steps are padding. */
  readonly masked: boolean;
}

/** Values of one direction of one layer that the backward pass and a trace need. */
export interface Residuals {
  /** The activated gates [steps, batch, gates * hidden]. */
  readonly gates: Region;
  /** The states [steps + 1, batch, hidden]: the initial state is first, or last in reverse. */
  readonly h: Region;
  /** The cell states, as `h`; `null` if the cell has none. */
  readonly c: Region | null;
  /** The GRU's W_hn h + b_hn [steps, batch, hidden]; `null` for other cells. */
  readonly recurrentCandidate: Region | null;
}

/** The residuals of a layer. */
export interface LayerResiduals {
  /** The residuals of each direction: forward, then reverse. */
  readonly directions: readonly Residuals[];
  /** The offset of the output [steps, batch, directions * hidden]. */
  readonly output: number;
  /** The offset of the input of the next layer: the output, or a copy of it after dropout. */
  readonly nextInput: number;
}

/** Lays out the residuals of a stack as one contiguous part of the arena. */
export function layoutResiduals(
  layout: Layout,
  spec: StackSpec,
  { steps, batch, masked }: StackSize,
): LayerResiduals[] {
  const { hiddenSize, numLayers, dropout } = spec;
  const { gates, states, recurrentCandidate } = cells[spec.cell];
  const state = batch * hiddenSize;
  const count = directionsOf(spec);
  return Array.from({ length: numLayers }, (_, layer) => {
    const directions = Array.from({ length: count }, () => ({
      gates: layout.add(steps * state * gates.length),
      h: layout.add((steps + 1) * state),
      c: states.includes("c") ? layout.add((steps + 1) * state) : null,
      recurrentCandidate: recurrentCandidate ? layout.add(steps * state) : null,
    }));
    const [first] = directions;
    if (first === undefined) throw new InputError("directions", "1 or 2", count);
    // With one direction and no mask, the states after each step are the output.
    const aliased = count === 1 && !masked;
    const output = aliased ? first.h.offset + state : layout.add(steps * state * count).offset;
    const drops = dropout > 0 && layer + 1 < numLayers;
    const nextInput = drops ? layout.add(steps * state * count).offset : output;
    return { directions, output, nextInput };
  });
}

/**
 * Lays out the gradients with respect to the outputs of all layers but the top one, and returns
 * their offsets.
 */
export function layoutInterLayerGradients(
  layout: Layout,
  spec: StackSpec,
  size: StackSize,
): number[] {
  const width = spec.hiddenSize * directionsOf(spec);
  return Array.from({ length: spec.numLayers - 1 }, () => {
    return layout.add(size.steps * size.batch * width).offset;
  });
}

/** A state [batch, hidden] within the residuals. */
export interface StateOffset {
  /** The part of the state. */
  readonly part: StatePart;
  /** The layer, from 0. */
  readonly layer: number;
  /** 0 for forward, 1 for reverse. */
  readonly direction: number;
  /** The offset of the state before the first step that the direction takes. */
  readonly initial: number;
  /** The offset of the state after the last step. */
  readonly final: number;
}

/** Returns the offsets of all initial and final states, by layer, direction and part. */
export function stateOffsets(
  spec: StackSpec,
  size: StackSize,
  residuals: readonly LayerResiduals[],
): StateOffset[] {
  const end = size.steps * size.batch * spec.hiddenSize;
  return residuals.flatMap(({ directions }, layer) =>
    directions.flatMap((stored, direction) =>
      cells[spec.cell].states.map((part) => {
        const offset = stored[part]?.offset ?? -1;
        const [initial, final] = direction === 1 ? [offset + end, offset] : [offset, offset + end];
        return { part, layer, direction, initial, final };
      })
    )
  );
}

/** Offsets that the commands of a stack read and write. */
export interface StackOffsets {
  /** The input [steps, batch, input]. */
  readonly x: number;
  /** The weights, in the order of {@link weightShapes}. */
  readonly weights: readonly number[];
  /** The mask [steps, batch], or -1. */
  readonly mask: number;
  /** The table of hyperparameters, for the seeds of dropout; -1 without dropout. */
  readonly hyper: number;
  /** The residuals, by layer. */
  readonly residuals: readonly LayerResiduals[];
}

/** Offsets of the weights of one direction of one layer; -1 for a weight that does not exist. */
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

/** Returns the number of weights, biases included, of one direction of one layer. */
export function weightsPerDirection({ cell, bias }: Pick<StackSpec, "cell" | "bias">): number {
  return (cells[cell].recurrent ? 2 : 1) * (bias ? 2 : 1);
}

/** Returns the offsets of the weights of a layer and direction, from the offsets of all weights. */
export function weightsAt(
  spec: StackSpec,
  weights: readonly number[],
  layer: number,
  direction: number,
): DirectionWeights {
  const each = weightsPerDirection(spec);
  const first = (layer * directionsOf(spec) + direction) * each;
  const own = weights.slice(first, first + each);
  if (cells[spec.cell].recurrent) {
    const [inputWeight = -1, hiddenWeight = -1, inputBias = -1, hiddenBias = -1] = own;
    return { inputWeight, hiddenWeight, inputBias, hiddenBias };
  }
  const [inputWeight = -1, inputBias = -1] = own;
  return { inputWeight, hiddenWeight: -1, inputBias, hiddenBias: -1 };
}
