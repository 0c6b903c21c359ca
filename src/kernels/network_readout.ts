/**
 * The readout of a network: from the outputs and the last states of the top recurrent layer to what
 * the head reads, and back.
 *
 * @module
 */
import { type Command, gemm } from "./instructions.ts";
import { type NetworkSpec, outputWidth, scoreSize } from "./network.ts";
import type { Layout, Region } from "./program.ts";
import { directionsOf, type StackSize } from "./stack.ts";

/** The part of an arena that a readout writes in the forward pass. */
export interface ReadoutLayout {
  /** What the head reads [batch, directions * hidden]; `null` if it is in the residuals already. */
  readonly top: Region | null;
  /** The weights of the steps [steps, batch]; `null` if the readout does not weigh them. */
  readonly weights: Region | null;
  /** The hidden units of the scores [steps, batch, units], or `null`. */
  readonly units: Region | null;
}

/** Lays out the readout of a network. */
export function layoutReadout(
  layout: Layout,
  { stack, readout }: NetworkSpec,
  { steps, batch }: StackSize,
): ReadoutLayout {
  const size = scoreSize(readout);
  const copied = readout === "last" && stack.bidirectional;
  const top = size !== null || copied ? layout.add(batch * outputWidth(stack)) : null;
  if (size === null) return { top, weights: null, units: null };
  return { top, weights: layout.add(steps * batch), units: layout.add(steps * batch * size) };
}

/** Offsets that the commands of a readout read and write. */
export interface ReadoutOffsets {
  /** What {@link layoutReadout} returned. */
  readonly readout: ReadoutLayout;
  /** The outputs of the top layer [steps, batch, directions * hidden]. */
  readonly outputs: number;
  /** The last hidden state of the top layer [batch, hidden], by direction. */
  readonly finals: readonly number[];
  /** The mask [steps, batch], or -1. */
  readonly mask: number;
  /** Returns the offset of a parameter; -1 if it does not exist. */
  parameter(name: string): number;
}

/** Offsets of the gradients that the backward pass of a readout reads and writes. */
export interface ReadoutGradients {
  /** With respect to what the head reads [batch, directions * hidden]. */
  readonly dTop: number;
  /** With respect to the outputs of the top layer; -1 if the readout does not read them. */
  readonly dOutputs: number;
  /** With respect to the last hidden state of the top layer, by direction. */
  readonly dFinals: readonly number[];
  /** Returns the offset of the gradient of a parameter. */
  parameter(name: string): number;
}

/** The fields that both instructions of attention share. */
function attentionFields(
  { stack, readout }: NetworkSpec,
  { steps, batch }: StackSize,
  offsets: ReadoutOffsets,
) {
  const { top, weights, units } = offsets.readout;
  return {
    steps,
    batch,
    width: outputWidth(stack),
    size: scoreSize(readout) ?? 0,
    projected: units?.offset ?? -1,
    query: offsets.parameter("attention.query"),
    states: offsets.outputs,
    mask: offsets.mask,
    weights: weights?.offset ?? -1,
    context: top?.offset ?? -1,
  };
}

/** Returns the commands from the outputs and last states of the top layer to what the head reads. */
export function readoutForward(
  spec: NetworkSpec,
  size: StackSize,
  offsets: ReadoutOffsets,
): Command[] {
  const { top, weights } = offsets.readout;
  if (!top) return [];
  const hidden = spec.stack.hiddenSize;
  if (!weights) {
    const ldTo = outputWidth(spec.stack);
    return offsets.finals.map((from, direction) => {
      const to = top.offset + direction * hidden;
      return { op: "copyRows", rows: size.batch, width: hidden, from, ldFrom: hidden, to, ldTo };
    });
  }
  const fields = attentionFields(spec, size, offsets);
  const attention: Command = { op: "attentionForward", ...fields };
  if (fields.size === 0) return [attention];
  const { states, projected, width } = fields;
  const weight = { offset: offsets.parameter("attention.weight"), ld: width, transposed: true };
  const bias = offsets.parameter("attention.bias");
  const sizes = [size.steps * size.batch, fields.size, width] as const;
  const to = { offset: projected, ld: fields.size };
  return [gemm(sizes, { offset: states, ld: width }, weight, to, { bias }), attention];
}

/**
 * Returns the commands from the gradient of what the head reads to the gradients of outputs, last
 * states and parameters. They overwrite the weights and the hidden units of the scores.
 */
export function readoutBackward(
  spec: NetworkSpec,
  size: StackSize,
  offsets: ReadoutOffsets,
  gradients: ReadoutGradients,
): Command[] {
  const { dTop, dOutputs, dFinals } = gradients;
  const hidden = spec.stack.hiddenSize;
  if (spec.readout === "all") return [];
  if (spec.readout === "last") {
    const ldFrom = directionsOf(spec.stack) * hidden;
    return dFinals.map((to, direction) => {
      const from = dTop + direction * hidden;
      return { op: "copyRows", rows: size.batch, width: hidden, from, ldFrom, to, ldTo: hidden };
    });
  }
  const fields = attentionFields(spec, size, offsets);
  const { width, projected, states, size: units } = fields;
  const attention: Command = {
    op: "attentionBackward",
    ...fields,
    dContext: dTop,
    dWeights: -1,
    dStates: dOutputs,
    dQuery: gradients.parameter("attention.query"),
  };
  if (units === 0) return [attention];
  const rows = size.steps * size.batch;
  const d = { offset: projected, ld: units };
  const outputs = { offset: states, ld: width };
  const weight = { offset: offsets.parameter("attention.weight"), ld: width };
  const dWeight = { offset: gradients.parameter("attention.weight"), ld: width };
  const sum = { rows, columns: units, a: projected, lda: units, accumulate: 0 };
  const to = { offset: dOutputs, ld: width };
  return [
    attention,
    gemm([units, width, rows], { ...d, transposed: true }, outputs, dWeight),
    { op: "columnSum", ...sum, out: gradients.parameter("attention.bias") },
    gemm([rows, width, units], d, weight, to, { accumulate: true }),
  ];
}
