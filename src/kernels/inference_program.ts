import { InputError } from "../core/errors.ts";
import type { Command } from "./instructions.ts";
import { batchCounts, type NetworkSpec, scoreSize, withoutDropout } from "./network.ts";
import {
  carryStates,
  forwardCommands,
  type ForwardLayout,
  layoutParameters,
  outputOffset,
} from "./network_forward.ts";
import { layoutReadout } from "./network_readout.ts";
import { Layout, type Program, type Region } from "./program.ts";
import { type LayerResiduals, layoutResiduals, type StackSize, stateOffsets } from "./stack.ts";

/** The largest number of steps of one run of `feed`. */
const CAPACITY = 64;

/** The states of a layer [batch, hidden]. */
export interface InferenceState {
  /** The hidden state. */
  readonly h: Region;
  /** The cell state; `null` if the cell has none. */
  readonly c: Region | null;
}

/** Inputs of several steps, for a run of `feed`. */
export interface InferenceQueue {
  /** The number of steps that fit into the queue. */
  readonly capacity: number;
  /** The inputs [capacity, batch, input], or ids [capacity, batch]. */
  readonly inputs: Region;
  /** The mask [capacity, batch]: 1 if a step counts, 0 if the row keeps its state. */
  readonly mask: Region;
}

/** A program that runs a network one step at a time, with the regions that the host uses. */
export interface InferenceProgram {
  /**
   * Four routines. `reset` sets the states to 0. `next` computes the output of one input. `feed`
   * takes the steps of the queue without computing outputs. `select` gives row b of the batch the
   * states of row `rows[b]`.
   */
  readonly program: Program;
  /** All parameters, in the order of {@link networkShapes}. */
  readonly parameters: Region;
  /** The input [batch, input], or ids [batch]. */
  readonly input: Region;
  /** The output [batch, output]. */
  readonly output: Region;
  /** The steps for `feed`. */
  readonly queue: InferenceQueue;
  /** The rows for `select` [batch]. */
  readonly rows: Region;
  /** The states before the next step, by layer. */
  readonly states: readonly InferenceState[];
}

/**
 * Builds the program that runs a network one step at a time and continues from its states.
 *
 * @param training The network; its dropout is ignored.
 * @param batch The number of sequences.
 * @throws {InputError} If the network reads the mean of all steps, or attends to them.
 */
export function inferenceProgram(training: NetworkSpec, batch: number): InferenceProgram {
  if (scoreSize(training.readout) !== null) {
    const found = training.readout === "mean" ? "mean" : "attention";
    const help = "The mean and attention need all steps of a sequence at once";
    throw new InputError("readout", '"all" or "last" for single steps', found, help);
  }
  const spec: NetworkSpec = { ...withoutDropout(training), readout: "all" };
  // `next` and `feed` share the residuals, whose layout must have the output of a masked step.
  const size = { steps: 1, batch, masked: true };
  const arena = new Layout();
  const { count, parameterOffset } = layoutParameters(spec);
  const counts = batchCounts(spec, { kind: "squaredError" }, size);
  const parameters = arena.add(count);
  const input = arena.add(counts.x);
  const mask = arena.add(batch);
  const rows = arena.add(batch);
  const queue = {
    capacity: CAPACITY,
    inputs: arena.add(CAPACITY * counts.x),
    mask: arena.add(CAPACITY * batch),
  };
  const embedded = spec.embedding ? arena.add(batch * spec.stack.inputSize) : input;
  const start = arena.size;
  const residuals = layoutResiduals(arena, spec.stack, size);
  const reset: Command[] = [{ op: "clear", count: arena.size - start, to: start }];
  const layout: ForwardLayout = {
    parameters,
    parameterOffset,
    counts,
    input: input.offset,
    embedded: embedded.offset,
    currentMask: -1,
    hyperOffset: -1,
    residuals,
    readout: layoutReadout(arena, spec, size),
    dropped: null,
    logits: spec.head ? arena.add(batch * counts.outWidth) : null,
  };
  const carried = carryStates(spec, size, layout);
  const withoutOutput = { ...layout, currentMask: mask.offset, logits: null };
  const next = [...forwardCommands(spec, size, layout), ...carried];
  const feed = [
    ...loadStep(queue, { ...input, size: counts.x }, mask),
    ...forwardCommands(spec, size, withoutOutput),
    ...carried,
  ];
  const select = [...gatherStates(spec, size, residuals, rows), ...carried];
  return {
    program: { size: arena.size, routines: { reset, next, feed, select } },
    parameters,
    input,
    output: { offset: outputOffset(spec, size, layout), size: batch * counts.outWidth },
    queue,
    rows,
    states: initialStates(spec, size, residuals),
  };
}

/** The commands that load input and mask of a step from the queue. */
function loadStep(queue: InferenceQueue, input: Region, mask: Region): Command[] {
  const load = (from: Region, { offset, size }: Region): Command => {
    return { op: "load", count: size, from: from.offset, stride: size, to: offset };
  };
  return [load(queue.inputs, input), load(queue.mask, mask)];
}

/**
 * The commands that gather rows of the initial states into the final states, which `carryStates`
 * copies back. The final states are free: every step overwrites them.
 */
function gatherStates(
  { stack }: NetworkSpec,
  size: StackSize,
  residuals: readonly LayerResiduals[],
  rows: Region,
): Command[] {
  return stateOffsets(stack, size, residuals).map(({ initial, final }) => ({
    op: "gather",
    rows: size.batch,
    width: stack.hiddenSize,
    ids: rows.offset,
    table: initial,
    output: final,
  }));
}

/** The states before the next step, by layer. */
function initialStates(
  { stack }: NetworkSpec,
  size: StackSize,
  residuals: readonly LayerResiduals[],
): InferenceState[] {
  const offsets = stateOffsets(stack, size, residuals);
  const regions = (wanted: "h" | "c"): Region[] =>
    offsets.filter(({ part }) => part === wanted).map(({ initial }) => {
      return { offset: initial, size: size.batch * stack.hiddenSize };
    });
  const cell = regions("c");
  return regions("h").map((h, layer) => ({ h, c: cell[layer] ?? null }));
}
