/**
 * The commands of additive attention, or of the mean, over the steps of sequences: the forward pass
 * and the backward pass.
 *
 * @module
 */
import { type Command, gemm } from "./instructions.ts";

/** The sizes of attention. */
export interface AttentionSize {
  /** Steps of the sequences. */
  readonly steps: number;
  /** Sequences in the batch. */
  readonly batch: number;
  /** Features of a state. */
  readonly width: number;
  /** Hidden units of the scores; 0 for the mean, whose scores are equal. */
  readonly units: number;
}

/** Offsets of the parameters of attention, or of their gradients; not read for the mean. */
export interface AttentionParameters {
  /** [units, width] */
  readonly weight: number;
  /** [units] */
  readonly bias: number;
  /** [units] */
  readonly query: number;
}

/** Offsets that the commands of attention read and write. */
export interface AttentionOffsets {
  /** The states [steps, batch, width]. */
  readonly states: number;
  /** The mask [steps, batch], or -1. */
  readonly mask: number;
  /** The parameters. */
  readonly parameters: AttentionParameters;
  /** The hidden units of the scores [steps, batch, units]. */
  readonly units: number;
  /** The weights of the steps [steps, batch]. */
  readonly weights: number;
  /** The weighted mean of the states [batch, width]. */
  readonly context: number;
}

/** Offsets of the gradients that the backward pass of attention reads and writes. */
export interface AttentionGradients {
  /** With respect to the context [batch, width]. */
  readonly dContext: number;
  /** With respect to the weights [steps, batch], or -1. */
  readonly dWeights: number;
  /** With respect to the states [steps, batch, width]. */
  readonly dStates: number;
  /** With respect to the parameters. */
  readonly dParameters: AttentionParameters;
}

/** The fields that both instructions share. */
function fieldsOf({ steps, batch, width, units }: AttentionSize, offsets: AttentionOffsets) {
  const { states, mask, parameters: { query }, weights, context } = offsets;
  const sizes = { steps, batch, width, size: units };
  return { ...sizes, projected: offsets.units, query, states, mask, weights, context };
}

/**
 * Returns the commands from the states to the weights and the context: u = states weight^T + bias,
 * then `attentionForward`.
 */
export function attentionForward(size: AttentionSize, offsets: AttentionOffsets): Command[] {
  const { steps, batch, width, units } = size;
  const attention: Command = { op: "attentionForward", ...fieldsOf(size, offsets) };
  if (units === 0) return [attention];
  const { states, parameters } = offsets;
  const weight = { offset: parameters.weight, ld: width, transposed: true };
  const u = { offset: offsets.units, ld: units };
  const { bias } = parameters;
  const sizes = [steps * batch, units, width] as const;
  return [gemm(sizes, { offset: states, ld: width }, weight, u, { bias }), attention];
}

/**
 * Returns the commands from the gradient of the context to those of the states and the parameters.
 * They overwrite the weights and the hidden units of the scores.
 */
export function attentionBackward(
  size: AttentionSize,
  offsets: AttentionOffsets,
  { dContext, dWeights, dStates, dParameters }: AttentionGradients,
): Command[] {
  const { steps, batch, width, units } = size;
  const rows = steps * batch;
  const gradients = { dContext, dWeights, dStates, dQuery: dParameters.query };
  const attention: Command = {
    op: "attentionBackward",
    ...fieldsOf(size, offsets),
    ...gradients,
  };
  if (units === 0) return [attention];
  const dUnits = { offset: offsets.units, ld: units };
  const states = { offset: offsets.states, ld: width };
  const weight = { offset: offsets.parameters.weight, ld: width };
  const dWeight = { offset: dParameters.weight, ld: width };
  const sum = { rows, columns: units, a: offsets.units, lda: units, accumulate: 0 };
  const to = { offset: dStates, ld: width };
  return [
    attention,
    gemm([units, width, rows], { ...dUnits, transposed: true }, states, dWeight),
    { op: "columnSum", ...sum, out: dParameters.bias },
    gemm([rows, width, units], dUnits, weight, to, { accumulate: true }),
  ];
}
