/**
 * The readout of a network: from the outputs and the last states of the top recurrent layer to what
 * the head reads, and back.
 *
 * @module
 */
import {
  attentionBackward,
  attentionForward,
  type AttentionOffsets,
  type AttentionParameters,
  type AttentionSize,
} from "./attention_commands.ts";
import type { Command } from "./instructions.ts";
import { type NetworkSpec, outputWidth, scoreSize } from "./network.ts";
import type { Layout, Region } from "./program.ts";
import type { StackSize } from "./stack.ts";

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

/** The prefix of the names of the parameters of attention. */
const PREFIX = "attention";

/** Returns the offsets of the parameters of attention, from those of parameters by name. */
export function attentionParameters(offset: (name: string) => number): AttentionParameters {
  const [weight = -1, bias = -1, query = -1] = ["weight", "bias", "query"].map((name) =>
    offset(`${PREFIX}.${name}`)
  );
  return { weight, bias, query };
}

/** Returns the sizes and offsets of the weighted mean of a readout. */
function attentionOf(
  { stack, readout }: NetworkSpec,
  { steps, batch }: StackSize,
  { readout: layout, outputs, mask, parameter }: ReadoutOffsets,
): readonly [AttentionSize, AttentionOffsets] {
  const size = { steps, batch, width: outputWidth(stack), units: scoreSize(readout) ?? 0 };
  return [size, {
    states: outputs,
    mask,
    parameters: attentionParameters(parameter),
    units: layout.units?.offset ?? -1,
    weights: layout.weights?.offset ?? -1,
    context: layout.top?.offset ?? -1,
  }];
}

/** Returns the commands from the outputs and last states of the top layer to what the head reads. */
export function readoutForward(
  spec: NetworkSpec,
  size: StackSize,
  offsets: ReadoutOffsets,
): Command[] {
  const { top, weights } = offsets.readout;
  if (!top) return [];
  if (weights) return attentionForward(...attentionOf(spec, size, offsets));
  const width = spec.stack.hiddenSize;
  const ldTo = outputWidth(spec.stack);
  return offsets.finals.map((from, direction) => {
    const to = top.offset + direction * width;
    return { op: "copyRows", rows: size.batch, width, from, ldFrom: width, to, ldTo };
  });
}

/**
 * Returns the commands from the gradient of what the head reads to the gradients of outputs, last
 * states and parameters. They overwrite the weights and the hidden units of the scores.
 */
export function readoutBackward(
  spec: NetworkSpec,
  size: StackSize,
  offsets: ReadoutOffsets,
  { dTop, dOutputs, dFinals, parameter }: ReadoutGradients,
): Command[] {
  if (spec.readout === "all") return [];
  if (spec.readout === "last") {
    const width = spec.stack.hiddenSize;
    const ldFrom = outputWidth(spec.stack);
    return dFinals.map((to, direction) => {
      const from = dTop + direction * width;
      return { op: "copyRows", rows: size.batch, width, from, ldFrom, to, ldTo: width };
    });
  }
  return attentionBackward(...attentionOf(spec, size, offsets), {
    dContext: dTop,
    dWeights: -1,
    dStates: dOutputs,
    dParameters: attentionParameters(parameter),
  });
}
