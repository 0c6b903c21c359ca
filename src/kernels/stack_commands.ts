/**
 * The commands of a stack of recurrent layers: the forward pass and the backward pass.
 *
 * @module
 */
import { cells } from "./cells.ts";
import { keepThreshold } from "./dropout.ts";
import { type Command, gemm, type Matrix } from "./instructions.ts";
import {
  directionsOf,
  type DirectionWeights,
  type Residuals,
  type StackOffsets,
  type StackSize,
  type StackSpec,
  weightsAt,
} from "./stack.ts";

/**
 * Returns the number of rows of the weights whose products with the input and with the state are
 * added up. The rows of a GRU's candidate come after these rows; the two products of the candidate
 * are kept apart.
 */
export function sharedRows({ cell, hiddenSize }: StackSpec): number {
  const { gates, recurrentCandidate } = cells[cell];
  return (gates.length - (recurrentCandidate ? 1 : 0)) * hiddenSize;
}

/**
 * Returns the commands of the forward pass of a stack. The initial states must already be in the
 * residuals.
 */
export function stackForward(spec: StackSpec, size: StackSize, offsets: StackOffsets): Command[] {
  const { hiddenSize: hidden, numLayers } = spec;
  const cell = cells[spec.cell];
  const { steps, batch } = size;
  const rows = steps * batch;
  const columns = cell.gates.length * hidden;
  const shared = sharedRows(spec);
  const commands: Command[] = [];
  let x: Matrix = { offset: offsets.x, ld: spec.inputSize };
  offsets.residuals.forEach(({ directions, output, nextInput }, layer) => {
    const width = directions.length * hidden;
    directions.forEach((residuals, reverse) => {
      const w = weightsAt(spec, offsets.weights, layer, reverse);
      const gates = { offset: residuals.gates.offset, ld: columns };
      const weight = { offset: w.inputWeight, ld: x.ld, transposed: true };
      // The recurrent bias of a GRU's candidate is added within the scan.
      const biases = { bias: w.inputBias, bias2: w.hiddenBias, bias2Count: shared };
      commands.push(gemm([rows, columns, x.ld], x, weight, gates, biases));
      const aliased = output === residuals.h.offset + batch * hidden;
      commands.push(cell.forward({
        steps,
        batch,
        hidden,
        reverse,
        gates: gates.offset,
        weight: w.hiddenWeight,
        h: residuals.h.offset,
        mask: offsets.mask,
        output: aliased ? -1 : output + reverse * hidden,
        ldOutput: width,
      }, {
        c: residuals.c?.offset ?? -1,
        recurrentCandidate: residuals.recurrentCandidate?.offset ?? -1,
        candidateBias: w.hiddenBias < 0 ? -1 : w.hiddenBias + shared,
        dC: -1,
      }));
    });
    if (nextInput !== output) {
      commands.push({
        op: "dropout",
        count: rows * width,
        x: output,
        y: nextInput,
        keep: keepThreshold(spec.dropout),
        stream: layer,
        hyper: offsets.hyper,
      });
    }
    if (layer + 1 < numLayers) x = { offset: nextInput, ld: width };
  });
  return commands;
}

/** Offsets of the gradients that the backward pass of a stack reads and writes. */
export interface GradientOffsets {
  /** The gradient with respect to the output [steps, batch, directions * hidden], or -1. */
  readonly dOutput: number;
  /**
   * The gradients of each layer and direction [batch, hidden]: before the backward pass with
   * respect to the last hidden states, after it with respect to the initial ones.
   */
  readonly dH: readonly number[];
  /** The same as `dH` for the cell states; empty if the cell has no cell state. */
  readonly dC: readonly number[];
  /** The gradients with respect to the weights, in the order of the weights. */
  readonly dWeights: readonly number[];
  /** The gradient with respect to the input [steps, batch, input], or -1. */
  readonly dX: number;
  /** The gradient with respect to the output of each layer except the top one. */
  readonly interLayer: readonly number[];
}

/**
 * Returns the commands of the backward pass of a stack. They overwrite the gates and the recurrent
 * candidates among the residuals.
 */
export function stackBackward(
  spec: StackSpec,
  size: StackSize,
  offsets: StackOffsets,
  gradients: GradientOffsets,
): Command[] {
  const { hiddenSize: hidden, numLayers } = spec;
  const cell = cells[spec.cell];
  const { steps, batch } = size;
  const rows = steps * batch;
  const columns = cell.gates.length * hidden;
  const width = directionsOf(spec) * hidden;
  const commands: Command[] = [];
  for (let layer = numLayers - 1; layer >= 0; layer--) {
    const below = offsets.residuals[layer - 1];
    const directions = offsets.residuals[layer]?.directions ?? [];
    const x = below
      ? { offset: below.nextInput, ld: width }
      : { offset: offsets.x, ld: spec.inputSize };
    const dOutput = layer === numLayers - 1 ? gradients.dOutput : gradients.interLayer[layer] ?? -1;
    const dX = below ? gradients.interLayer[layer - 1] ?? -1 : gradients.dX;
    directions.forEach((residuals, reverse) => {
      const index = layer * directions.length + reverse;
      const w = weightsAt(spec, offsets.weights, layer, reverse);
      commands.push(cell.backward({
        steps,
        batch,
        hidden,
        reverse,
        gates: residuals.gates.offset,
        weight: w.hiddenWeight,
        h: residuals.h.offset,
        mask: offsets.mask,
        dOutput: dOutput < 0 ? -1 : dOutput + reverse * hidden,
        ldOutput: width,
        dH: gradients.dH[index] ?? -1,
      }, {
        c: residuals.c?.offset ?? -1,
        recurrentCandidate: residuals.recurrentCandidate?.offset ?? -1,
        candidateBias: -1,
        dC: gradients.dC[index] ?? -1,
      }));
      const d = weightsAt(spec, gradients.dWeights, layer, reverse);
      // Row r of the gates was computed from row r of h, or in reverse from the row a step later.
      const before = { offset: residuals.h.offset + reverse * batch * hidden, ld: hidden };
      commands.push(...weightGradients(spec, rows, x, before, residuals, d));
      if (dX >= 0) {
        const gates = { offset: residuals.gates.offset, ld: columns };
        const weight = { offset: w.inputWeight, ld: x.ld };
        const target = { offset: dX, ld: x.ld };
        const accumulate = reverse === 1;
        commands.push(gemm([rows, x.ld, columns], gates, weight, target, { accumulate }));
      }
    });
    if (below && below.nextInput !== below.output) {
      commands.push({
        op: "dropout",
        count: rows * width,
        x: dX,
        y: dX,
        keep: keepThreshold(spec.dropout),
        stream: layer - 1,
        hyper: offsets.hyper,
      });
    }
  }
  return commands;
}

/**
 * Returns the commands of the gradients of one direction's weights.
 *
 * @param x The input of the layer [rows, x.ld].
 * @param before The state before each row [rows, hidden].
 * @param residuals The residuals, in which the gates are gradients already.
 * @param d Offsets of the gradients of the weights.
 */
function weightGradients(
  spec: StackSpec,
  rows: number,
  x: Matrix,
  before: Matrix,
  { gates, recurrentCandidate }: Residuals,
  d: DirectionWeights,
): Command[] {
  const hidden = spec.hiddenSize;
  const { gates: { length }, recurrent } = cells[spec.cell];
  const columns = length * hidden;
  const shared = sharedRows(spec);
  /** to [count, input.ld] = the sum over rows of the gates' gradients times the input. */
  const outer = (count: number, from: Matrix, input: Matrix, to: number): Command =>
    gemm([count, input.ld, rows], { ...from, transposed: true }, input, {
      offset: to,
      ld: input.ld,
    });
  const sum = (count: number, { offset, ld }: Matrix, out: number): Command => {
    return { op: "columnSum", rows, columns: count, a: offset, lda: ld, out, accumulate: 0 };
  };
  const all = { offset: gates.offset, ld: columns };
  // The recurrent part of a GRU's candidate has gradients of its own.
  const candidate = recurrentCandidate ? { offset: recurrentCandidate.offset, ld: hidden } : null;
  const commands = [
    outer(columns, all, x, d.inputWeight),
    ...(recurrent ? [outer(shared, all, before, d.hiddenWeight)] : []),
    ...(candidate ? [outer(hidden, candidate, before, d.hiddenWeight + shared * hidden)] : []),
  ];
  if (!spec.bias) return commands;
  // Both biases are added to the same sums.
  const equalBias: Command = {
    op: "load",
    count: shared,
    from: d.inputBias,
    stride: 0,
    to: d.hiddenBias,
  };
  return [
    ...commands,
    sum(columns, all, d.inputBias),
    ...(recurrent ? [equalBias] : []),
    ...(candidate ? [sum(hidden, candidate, d.hiddenBias + shared)] : []),
  ];
}
