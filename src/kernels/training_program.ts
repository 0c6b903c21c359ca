/**
 * The programs of training: a whole training step of a network, and a step of the optimizer alone.
 *
 * @module
 */
import { cells } from "./cells.ts";
import { type Command, gemm, HYPER } from "./instructions.ts";
import {
  batchCounts,
  headWeight,
  type NetworkLoss,
  type NetworkSpec,
  outputWidth,
  scoreSize,
  TABLE,
} from "./network.ts";
import {
  carryStates,
  forwardCommands,
  type ForwardLayout,
  headDropout,
  headInput,
  layoutParameters,
  lossCommand,
  readoutOffsets,
  stackOffsets,
} from "./network_forward.ts";
import { layoutReadout, readoutBackward } from "./network_readout.ts";
import { Layout, type Program, type Region } from "./program.ts";
import {
  directionsOf,
  layoutInterLayerGradients,
  layoutResiduals,
  type StackSize,
  stateOffsets,
  weightShapes,
} from "./stack.ts";
import { stackBackward } from "./stack_commands.ts";

/** The number of rows of losses, norms and hyperparameters, one for each of the last steps. */
export const RING = 1024;

/** The part of an arena that every program with an optimizer has. */
export interface UpdateLayout {
  /** All parameters, one after the other. */
  readonly parameters: Region;
  /** The gradients, in the order of the parameters. */
  readonly gradients: Region;
  /** Adam's first moments, in the same order. */
  readonly m: Region;
  /** Adam's second moments, in the same order. */
  readonly v: Region;
  /** The hyperparameters [{@link RING}, HYPER.length]: a row for each step of a call. */
  readonly hyper: Region;
  /** The losses of the last steps [{@link RING}]. */
  readonly losses: Region;
  /** The norms of the gradient before clipping at the last steps [{@link RING}]. */
  readonly norms: Region;
}

function layoutUpdate(layout: Layout, count: number): UpdateLayout {
  return {
    parameters: layout.add(count),
    gradients: layout.add(count),
    m: layout.add(count),
    v: layout.add(count),
    hyper: layout.add(RING * HYPER.length),
    losses: layout.add(RING),
    norms: layout.add(RING),
  };
}

/** The command that updates all parameters from their gradients. */
function update({ parameters, gradients, m, v, hyper, norms }: UpdateLayout): Command {
  return {
    op: "adam",
    count: parameters.size,
    parameters: parameters.offset,
    gradients: gradients.offset,
    m: m.offset,
    v: v.offset,
    hyper: hyper.offset,
    norm: norms.offset,
  };
}

/** A program that updates parameters, with the layout of its arena. */
export interface TrainingProgram<L extends UpdateLayout> {
  /** The program. */
  readonly program: Program;
  /** The layout of the arena of the program. */
  readonly layout: L;
}

/** Builds a program whose only routine, `step`, updates `count` parameters from their gradients. */
export function updateProgram(count: number): TrainingProgram<UpdateLayout> {
  const arena = new Layout();
  const layout = layoutUpdate(arena, count);
  return { program: { size: arena.size, routines: { step: [update(layout)] } }, layout };
}

/** The sizes of the batches of a training program. */
export interface TrainingSize extends StackSize {
  /** The number of batches that fit into the queue: the maximum of one run. */
  readonly capacity: number;
}

/** One field of the batches of a run. */
export interface BatchQueue {
  /** The field of all batches, one after the other. */
  readonly all: Region;
  /** The field of the batch of the current step. */
  readonly current: Region;
}

/** The arena of a network in training. */
export interface TrainingLayout extends UpdateLayout, ForwardLayout {
  /** The size of the whole arena in numbers. */
  readonly size: number;
  /** Inputs: numbers, or ids as floats. */
  readonly x: BatchQueue;
  /** Targets: numbers, or classes as floats. */
  readonly target: BatchQueue;
  /** Masks; empty if steps are not masked. */
  readonly mask: BatchQueue;
  /** The states before the first step, by layer, direction and part. */
  readonly initialStates: readonly Region[];
  /** The gradients with respect to the states, by part, layer and direction. */
  readonly dStates: Region;
  /** The gradient with respect to the input of the head. */
  readonly dTop: Region;
  /** The gradient with respect to the outputs whose mean is the input of the head, or `null`. */
  readonly dOutputs: Region | null;
  /** The gradient with respect to the embedded input, or `null`. */
  readonly dEmbedded: Region | null;
  /** Offsets of the gradients with respect to the outputs of all layers but the top one. */
  readonly interLayerGradients: readonly number[];
}

/**
 * Lays out the arena of a network in training.
 *
 * With P parameters, L layers of H hidden units in D directions, cells of G gates and Z state parts
 * (2 for an LSTM, else 1), S = steps * batch rows, O output rows (S if all steps are read, else
 * `batch`) and outputs of W features, a replica takes this many float32 numbers, each part rounded
 * up to a multiple of four:
 *
 *     4 P                        parameters, gradients, two moments; a tied weight counts once
 *     14 RING                    hyperparameters, losses, norms
 *     (capacity + 1) batch       x, target and mask of the queue, and of the current step
 *     2 S input                  with an embedding: its rows and their gradient
 *     L D G S H                  gates
 *     L D Z (S + batch) H        states; for a GRU L D S H more
 *     L S D H                    outputs, if D is 2 or there is a mask
 *     (L - 1) S D H              inputs of the next layers, if there is dropout between layers
 *     L D Z batch H              gradients of the states
 *     (L - 1) S D H              gradients between layers
 *     O D H                      the gradient of the input of the head; twice with dropout there
 *     batch D H                  the input of the head if it is no output of a step: of both last
 *                                states, the mean, or attention
 *     S (1 + U + D H)            for the mean (U = 0) or attention of U units: weights, units, and
 *                                the gradient of the outputs
 *     O W                        with a head: its output, then the gradient of the output
 */
export function layoutTraining(
  spec: NetworkSpec,
  loss: NetworkLoss,
  size: TrainingSize,
): TrainingLayout {
  const layout = new Layout();
  const { stack, embedding, head } = spec;
  const { count, parameterOffset } = layoutParameters(spec);
  const update = layoutUpdate(layout, count);
  const counts = batchCounts(spec, loss, size);
  const queue = (count: number): BatchQueue => ({
    all: layout.add(count * size.capacity),
    current: layout.add(count),
  });
  const [x, target, mask] = [queue(counts.x), queue(counts.target), queue(counts.mask)];
  const inputs = counts.rows * stack.inputSize;
  const embedded = embedding ? layout.add(inputs).offset : x.current.offset;
  const residuals = layoutResiduals(layout, stack, size);
  const states = stateOffsets(stack, size, residuals);
  const each = size.batch * stack.hiddenSize;
  const top = counts.outRows * outputWidth(stack);
  return {
    ...update,
    counts,
    x,
    target,
    mask,
    input: x.current.offset,
    embedded,
    currentMask: size.masked ? mask.current.offset : -1,
    hyperOffset: update.hyper.offset,
    residuals,
    readout: layoutReadout(layout, spec, size),
    initialStates: states.map(({ initial }) => ({ offset: initial, size: each })),
    dStates: layout.add(states.length * each),
    dropped: spec.dropout > 0 ? layout.add(top) : null,
    logits: head ? layout.add(counts.outRows * counts.outWidth) : null,
    dTop: layout.add(top),
    dOutputs: scoreSize(spec.readout) === null
      ? null
      : layout.add(counts.rows * outputWidth(stack)),
    dEmbedded: embedding ? layout.add(inputs) : null,
    interLayerGradients: layoutInterLayerGradients(layout, stack, size),
    size: layout.size,
    parameterOffset,
  };
}

/**
 * Builds the program that trains a network on batches of one size.
 *
 * It has two routines, each a whole training step: from the batch in the queue to updated
 * parameters. `fresh` starts from states of 0, `continue` from the final states of the batch
 * before.
 */
export function trainingProgram(
  spec: NetworkSpec,
  loss: NetworkLoss,
  size: TrainingSize,
): TrainingProgram<TrainingLayout> {
  const layout = layoutTraining(spec, loss, size);
  const step = [
    ...loadBatch(layout),
    ...forwardCommands(spec, size, layout),
    lossCommand(spec, loss, size, layout, {
      target: layout.target.current.offset,
      gradient: layout.logits?.offset ?? layout.dTop.offset,
      losses: layout.losses.offset,
    }),
    ...backwardCommands(spec, size, layout),
    update(layout),
    ...carryStates(spec, size, layout),
  ];
  const clear = layout.initialStates.map(({ offset: to, size: count }): Command => {
    return { op: "clear", count, to };
  });
  const routines = { fresh: [...clear, ...step], continue: step };
  return { program: { size: layout.size, routines }, layout };
}

/** The commands that load the batch of the current step from the queue. */
function loadBatch({ x, target, mask }: TrainingLayout): Command[] {
  return [x, target, mask].filter(({ current }) => current.size > 0).map(({ all, current }) => {
    const { offset: to, size } = current;
    return { op: "load", count: size, from: all.offset, stride: size, to };
  });
}

/** The commands from the gradient of the loss to the gradient of every parameter. */
function backwardCommands(spec: NetworkSpec, size: StackSize, layout: TrainingLayout): Command[] {
  const { stack, readout } = spec;
  const { dStates, dTop, dOutputs, dEmbedded, gradients, counts } = layout;
  const each = size.batch * stack.hiddenSize;
  const count = stack.numLayers * directionsOf(stack);
  const [dH = [], dC = []] = cells[stack.cell].states.map((_, part) =>
    Array.from({ length: count }, (_, i) => dStates.offset + (part * count + i) * each)
  );
  const commands: Command[] = [{ op: "clear", count: dStates.size, to: dStates.offset }];
  commands.push(...headBackward(spec, size, layout));
  if (layout.dropped) commands.push(headDropout(spec, layout, dTop.offset, dTop.offset));
  commands.push(...readoutBackward(spec, size, readoutOffsets(spec, size, layout), {
    dTop: dTop.offset,
    dOutputs: dOutputs?.offset ?? -1,
    dFinals: dH.slice(-directionsOf(stack)),
    parameter: (name) => layout.parameterOffset(gradients, name),
  }));
  const names = weightShapes(stack).map(({ name }) => `recurrent.${name}`);
  commands.push(...stackBackward(stack, size, stackOffsets(spec, layout), {
    dOutput: readout === "all" ? dTop.offset : dOutputs?.offset ?? -1,
    dH,
    dC,
    dWeights: names.map((name) => layout.parameterOffset(gradients, name)),
    dX: dEmbedded?.offset ?? -1,
    interLayer: layout.interLayerGradients,
  }));
  if (spec.embedding && dEmbedded) {
    commands.push({
      op: "gatherGradient",
      rows: counts.rows,
      width: stack.inputSize,
      vocabulary: spec.embedding.vocabulary,
      ids: layout.input,
      gradient: dEmbedded.offset,
      dTable: layout.parameterOffset(gradients, TABLE),
      padding: spec.embedding.padding ?? -1,
    });
  }
  // This command comes after gatherGradient, which overwrites the gradient of the table.
  if (spec.head?.tied) commands.push(headWeightGradient(spec, size, layout));
  return commands;
}

/** The commands of the gradients of the head: its weight (unless tied), its input, its bias. */
function headBackward(spec: NetworkSpec, size: StackSize, layout: TrainingLayout): Command[] {
  const { counts, logits, gradients, parameters, dTop } = layout;
  if (!logits) return [];
  const width = outputWidth(spec.stack);
  const { outRows, outWidth } = counts;
  const gradient = { offset: logits.offset, ld: outWidth };
  const weight = { offset: layout.parameterOffset(parameters, headWeight(spec)), ld: width };
  const commands: Command[] = [
    ...(spec.head?.tied ? [] : [headWeightGradient(spec, size, layout)]),
    gemm([outRows, width, outWidth], gradient, weight, { offset: dTop.offset, ld: width }),
  ];
  const out = layout.parameterOffset(gradients, "head.bias");
  if (out < 0) return commands;
  const sum = { rows: outRows, columns: outWidth, a: logits.offset, lda: outWidth, out };
  return [...commands, { op: "columnSum", ...sum, accumulate: 0 }];
}

/** The gradient of the head's weight. A tied head adds this gradient to that of the embedding. */
function headWeightGradient(
  spec: NetworkSpec,
  size: StackSize,
  layout: TrainingLayout,
): Command {
  const { counts, logits, gradients } = layout;
  const width = outputWidth(spec.stack);
  const { outRows, outWidth } = counts;
  const gradient = { offset: logits?.offset ?? -1, ld: outWidth, transposed: true };
  const input = { offset: headInput(spec, size, layout), ld: width };
  const dWeight = { offset: layout.parameterOffset(gradients, headWeight(spec)), ld: width };
  const accumulate = spec.head?.tied ?? false;
  return gemm([outWidth, width, outRows], gradient, input, dWeight, { accumulate });
}
