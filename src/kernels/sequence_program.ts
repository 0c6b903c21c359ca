import type { Command } from "./instructions.ts";
import { batchCounts, type NetworkSpec } from "./network.ts";
import {
  carryStates,
  forwardCommands,
  type ForwardLayout,
  layoutParameters,
  outputOffset,
} from "./network_forward.ts";
import { layoutReadout } from "./network_readout.ts";
import { Layout, type Program, type Region } from "./program.ts";
import { layoutResiduals, type StackSize, stateOffsets } from "./stack.ts";

/** A program that runs a network over whole sequences, with the regions that the host uses. */
export interface SequenceProgram {
  /**
   * Two routines: `fresh` starts from states of 0, `continue` from the final states of the
   * sequences before.
   */
  readonly program: Program;
  /** All parameters, in the order of {@link networkShapes}. */
  readonly parameters: Region;
  /** The input [steps, batch, input], or ids [steps, batch]. */
  readonly input: Region;
  /** [steps, batch]: 1 if a step counts, 0 if it is padding; empty if no step is padding. */
  readonly mask: Region;
  /** The output [steps, batch, output], or [batch, output] unless all steps are read. */
  readonly output: Region;
  /**
   * The weight of each step in the mean [steps, batch], 0 for padding; `null` if the readout does
   * not weigh steps.
   */
  readonly weights: Region | null;
}

/**
 * Builds the program that runs a network over whole sequences, without training.
 *
 * @param training The network; its dropout is ignored.
 * @param size The sizes of the batch.
 */
export function sequenceProgram(training: NetworkSpec, size: StackSize): SequenceProgram {
  const spec: NetworkSpec = {
    ...training,
    stack: { ...training.stack, dropout: 0 },
    dropout: 0,
  };
  const arena = new Layout();
  const { count, parameterOffset } = layoutParameters(spec);
  const counts = batchCounts(spec, { kind: "squaredError" }, size);
  const parameters = arena.add(count);
  const input = arena.add(counts.x);
  const mask = arena.add(counts.mask);
  const embedded = spec.embedding ? arena.add(counts.rows * spec.stack.inputSize) : input;
  const residuals = layoutResiduals(arena, spec.stack, size);
  const readout = layoutReadout(arena, spec, size);
  const layout: ForwardLayout = {
    parameters,
    parameterOffset,
    counts,
    input: input.offset,
    embedded: embedded.offset,
    currentMask: size.masked ? mask.offset : -1,
    hyperOffset: -1,
    residuals,
    readout,
    dropped: null,
    logits: spec.head ? arena.add(counts.outRows * counts.outWidth) : null,
  };
  const each = size.batch * spec.stack.hiddenSize;
  const clear = stateOffsets(spec.stack, size, residuals).map(({ initial }): Command => {
    return { op: "clear", count: each, to: initial };
  });
  const run = forwardCommands(spec, size, layout);
  const routines = {
    fresh: [...clear, ...run],
    continue: [...carryStates(spec, size, layout), ...run],
  };
  return {
    program: { size: arena.size, routines },
    parameters,
    input,
    mask,
    output: {
      offset: outputOffset(spec, size, layout),
      size: counts.outRows * counts.outWidth,
    },
    weights: readout.weights,
  };
}
