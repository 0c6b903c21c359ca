/**
 * The forward pass of a network, for training and for inference: from the input to the output of
 * the head and its loss, and the states that carry over to the next batch.
 *
 * @module
 */
import { sizeOf } from "../core/shapes.ts";
import { keepThreshold } from "./dropout.ts";
import { type Command, gemm } from "./instructions.ts";
import {
  type BatchCounts,
  headWeight,
  ignoredClass,
  type NetworkLoss,
  networkShapes,
  type NetworkSpec,
  outputWidth,
  TABLE,
} from "./network.ts";
import { readoutForward, type ReadoutLayout, type ReadoutOffsets } from "./network_readout.ts";
import type { Region } from "./program.ts";
import {
  type LayerResiduals,
  type StackOffsets,
  type StackSize,
  stateOffsets,
  weightShapes,
} from "./stack.ts";
import { stackForward } from "./stack_commands.ts";

/** What the forward pass of a network reads and writes. */
export interface ForwardLayout {
  /** All parameters. */
  readonly parameters: Region;
  /**
   * Returns the offset of a parameter in a region of all parameters; -1 if there is no such
   * parameter.
   */
  parameterOffset(base: Region, name: string): number;
  /** The sizes of one batch. */
  readonly counts: BatchCounts;
  /** The offset of the input of the network: numbers, or ids as floats. */
  readonly input: number;
  /** The offset of the input of the stack [steps, batch, input]: the input, or its embedding. */
  readonly embedded: number;
  /** The offset of the mask, or -1. */
  readonly currentMask: number;
  /** The offset of the table of hyperparameters; -1 without dropout. */
  readonly hyperOffset: number;
  /** The residuals of the recurrent layers. */
  readonly residuals: readonly LayerResiduals[];
  /** What the readout writes. */
  readonly readout: ReadoutLayout;
  /** The input of the head after dropout; `null` without dropout. */
  readonly dropped: Region | null;
  /** The output of the head; `null` without a head. */
  readonly logits: Region | null;
}

/** Returns the size of all parameters of a network, and the offset of each parameter. */
export function layoutParameters(
  spec: NetworkSpec,
): { count: number; parameterOffset: ForwardLayout["parameterOffset"] } {
  const offsets = new Map<string, number>();
  let count = 0;
  for (const { name, shape } of networkShapes(spec)) {
    offsets.set(name, count);
    count += sizeOf(shape);
  }
  const parameterOffset = (base: Region, name: string): number => {
    const offset = offsets.get(name);
    return offset === undefined ? -1 : base.offset + offset;
  };
  return { count, parameterOffset };
}

/** Returns the offsets of the recurrent layers of a network. */
export function stackOffsets(spec: NetworkSpec, layout: ForwardLayout): StackOffsets {
  const names = weightShapes(spec.stack).map(({ name }) => `recurrent.${name}`);
  return {
    x: layout.embedded,
    weights: names.map((name) => layout.parameterOffset(layout.parameters, name)),
    mask: layout.currentMask,
    hyper: layout.hyperOffset,
    residuals: layout.residuals,
  };
}

/** Returns the commands from the input to the output of the head. */
export function forwardCommands(
  spec: NetworkSpec,
  size: StackSize,
  layout: ForwardLayout,
): Command[] {
  const { counts, parameters, dropped, logits } = layout;
  const commands: Command[] = [];
  if (spec.embedding) {
    commands.push({
      op: "gather",
      rows: counts.rows,
      width: spec.stack.inputSize,
      ids: layout.input,
      table: layout.parameterOffset(parameters, TABLE),
      output: layout.embedded,
    });
  }
  commands.push(...stackForward(spec.stack, size, stackOffsets(spec, layout)));
  commands.push(...readoutForward(spec, size, readoutOffsets(spec, size, layout)));
  if (dropped) {
    commands.push(headDropout(spec, layout, topOutput(spec, size, layout), dropped.offset));
  }
  if (logits) {
    const width = outputWidth(spec.stack);
    const input = { offset: headInput(spec, size, layout), ld: width };
    const weight = {
      offset: layout.parameterOffset(parameters, headWeight(spec)),
      ld: width,
      transposed: true,
    };
    const output = { offset: logits.offset, ld: counts.outWidth };
    const bias = layout.parameterOffset(parameters, "head.bias");
    const sizes = [counts.outRows, counts.outWidth, width] as const;
    commands.push(gemm(sizes, input, weight, output, { bias }));
  }
  return commands;
}

/** Returns the offsets that the readout of a network reads and writes. */
export function readoutOffsets(
  { stack }: NetworkSpec,
  size: StackSize,
  layout: ForwardLayout,
): ReadoutOffsets {
  const { residuals, readout, currentMask: mask, parameters } = layout;
  const finals = stateOffsets(stack, size, residuals)
    .filter(({ part, layer }) => part === "h" && layer === stack.numLayers - 1)
    .map(({ final }) => final);
  const outputs = residuals.at(-1)?.output ?? -1;
  const parameter = (name: string): number => layout.parameterOffset(parameters, name);
  return { readout, outputs, finals, mask, parameter };
}

/** Returns the offset of what the head reads, before dropout. */
function topOutput(spec: NetworkSpec, size: StackSize, layout: ForwardLayout): number {
  const { readout, outputs, finals } = readoutOffsets(spec, size, layout);
  if (readout.top) return readout.top.offset;
  return (spec.readout === "all" ? outputs : finals[0]) ?? -1;
}

/** Returns the offset of the input of the head. */
export function headInput(spec: NetworkSpec, size: StackSize, layout: ForwardLayout): number {
  return layout.dropped?.offset ?? topOutput(spec, size, layout);
}

/** Returns the offset of the output of the network. */
export function outputOffset(spec: NetworkSpec, size: StackSize, layout: ForwardLayout): number {
  return layout.logits?.offset ?? headInput(spec, size, layout);
}

/** The offsets that the command of a loss uses, besides the output of the network. */
export interface LossOffsets {
  /** The target. */
  readonly target: number;
  /**
   * The gradient of a squared error with respect to the output; it can have the offset of the
   * output. The gradient of cross-entropy always replaces the output.
   */
  readonly gradient: number;
  /** The losses, one for each row of a run. */
  readonly losses: number;
}

/** Returns the command that computes the loss and the gradient of the loss. */
export function lossCommand(
  spec: NetworkSpec,
  loss: NetworkLoss,
  size: StackSize,
  layout: ForwardLayout,
  { target, gradient, losses }: LossOffsets,
): Command {
  const { counts } = layout;
  const output = outputOffset(spec, size, layout);
  if (loss.kind === "crossEntropy") {
    return {
      op: "crossEntropy",
      rows: counts.outRows,
      classes: counts.outWidth,
      logits: output,
      targets: target,
      ignore: ignoredClass(loss.ignoreIndex),
      loss: losses,
    };
  }
  return {
    op: "squaredError",
    count: counts.outRows * counts.outWidth,
    width: counts.outWidth,
    prediction: output,
    target,
    mask: spec.readout === "all" ? layout.currentMask : -1,
    gradient,
    loss: losses,
  };
}

/**
 * Returns the command of dropout before the head, for values or, in the backward pass, gradients.
 */
export function headDropout(
  spec: NetworkSpec,
  layout: ForwardLayout,
  x: number,
  y: number,
): Command {
  return {
    op: "dropout",
    count: layout.counts.outRows * outputWidth(spec.stack),
    x,
    y,
    keep: keepThreshold(spec.dropout),
    stream: spec.stack.numLayers - 1,
    hyper: layout.hyperOffset,
  };
}

/** Returns the commands that make the final states of a batch the initial states of the next. */
export function carryStates(
  { stack }: NetworkSpec,
  size: StackSize,
  { residuals }: ForwardLayout,
): Command[] {
  const count = size.batch * stack.hiddenSize;
  return stateOffsets(stack, size, residuals).map(({ initial, final }) => {
    return { op: "load", count, from: final, stride: 0, to: initial };
  });
}
