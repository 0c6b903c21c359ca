import type { Command } from "./instructions.ts";
import { batchCounts, type NetworkLoss, type NetworkSpec, withoutDropout } from "./network.ts";
import {
  carryStates,
  forwardCommands,
  type ForwardLayout,
  layoutParameters,
  lossCommand,
  outputOffset,
} from "./network_forward.ts";
import { layoutReadout } from "./network_readout.ts";
import { Layout, type Program, type Region } from "./program.ts";
import { layoutResiduals, type StackSize, stateOffsets } from "./stack.ts";

/** A program that runs a network on whole batches without training it. */
export interface EvaluationProgram {
  /**
   * Two routines, each for one batch: `fresh` starts from states of 0, `continue` from the final
   * states of the batch before.
   */
  readonly program: Program;
  /** All parameters, in the order of {@link networkShapes}. */
  readonly parameters: Region;
  /** The input: numbers, or ids as floats. */
  readonly x: Region;
  /** The target; empty if there is no loss. */
  readonly target: Region;
  /** The mask; empty if steps are not masked. */
  readonly mask: Region;
  /** The loss; empty if there is no loss. */
  readonly loss: Region;
  /** The output of the network. A loss may replace it by its gradient. */
  readonly output: Region;
  /**
   * The weights of the steps [steps, batch], 0 for padding; `null` if the readout does not weigh
   * steps.
   */
  readonly weights: Region | null;
  /** The states before the first step, by layer, direction and part. */
  readonly initialStates: readonly Region[];
}

/**
 * Builds the program that evaluates a network on batches of one size.
 *
 * @param training The network; its dropout is ignored.
 * @param loss The loss; `null` if only the output is computed.
 * @param size The sizes of a batch.
 */
export function evaluationProgram(
  training: NetworkSpec,
  loss: NetworkLoss | null,
  size: StackSize,
): EvaluationProgram {
  const spec = withoutDropout(training);
  const arena = new Layout();
  const { count, parameterOffset } = layoutParameters(spec);
  const counts = batchCounts(spec, loss ?? { kind: "squaredError" }, size);
  const outputs = counts.outRows * counts.outWidth;
  const parameters = arena.add(count);
  const x = arena.add(counts.x);
  const target = arena.add(loss ? counts.target : 0);
  const mask = arena.add(counts.mask);
  const losses = arena.add(loss ? 1 : 0);
  const embedded = spec.embedding ? arena.add(counts.rows * spec.stack.inputSize) : x;
  const residuals = layoutResiduals(arena, spec.stack, size);
  const readout = layoutReadout(arena, spec, size);
  const layout: ForwardLayout = {
    parameters,
    parameterOffset,
    counts,
    input: x.offset,
    embedded: embedded.offset,
    currentMask: size.masked ? mask.offset : -1,
    hyperOffset: -1,
    residuals,
    readout,
    dropped: null,
    logits: spec.head ? arena.add(outputs) : null,
  };
  const gradient = layout.logits ?? arena.add(loss ? outputs : 0);
  const initialStates = stateOffsets(spec.stack, size, residuals).map(({ initial }) => {
    return { offset: initial, size: size.batch * spec.stack.hiddenSize };
  });
  const clear = initialStates.map(({ offset: to, size: count }): Command => {
    return { op: "clear", count, to };
  });
  const offsets = { target: target.offset, gradient: gradient.offset, losses: losses.offset };
  const run = [
    ...forwardCommands(spec, size, layout),
    ...(loss ? [lossCommand(spec, loss, size, layout, offsets)] : []),
    ...carryStates(spec, size, layout),
  ];
  return {
    program: { size: arena.size, routines: { fresh: [...clear, ...run], continue: run } },
    parameters,
    x,
    target,
    mask,
    loss: losses,
    output: { offset: outputOffset(spec, size, layout), size: outputs },
    weights: readout.weights,
    initialStates,
  };
}
