import type { Command } from "./instructions.ts";
import { type BatchCounts, batchCounts, type NetworkSpec } from "./network.ts";
import { carry, forward, type ForwardPlaces, outputPlace } from "./network_forward.ts";
import { placeParameters } from "./network_layout.ts";
import { Layout, type Program, type Region } from "./program.ts";
import { type KeptLayer, layoutKept, slots, type StackSize } from "./stack.ts";

/** How many steps one run of `feed` takes at most. */
const CAPACITY = 64;

/** Places of a layer's states [batch, hidden]. */
export interface StreamState {
  /** The hidden state. */
  readonly h: Region;
  /** The LSTM's cell state. */
  readonly c: Region | null;
}

/** Inputs of several steps, for a run of `feed`. */
export interface StreamQueue {
  /** How many steps there is room for. */
  readonly capacity: number;
  /** The inputs [capacity, batch, input], or ids [capacity, batch]. */
  readonly inputs: Region;
  /** [capacity, batch]: 1 where a step counts, 0 where a row waits with its state as it is. */
  readonly mask: Region;
}

/** A program that runs a network a step at a time, with the places for the host. */
export interface StreamProgram {
  /**
   * Routines: `reset` sets the states to 0; `next` goes from one input to its output; `feed`, run
   * for as many steps as there are in the queue, goes on without outputs; `select` gives each row
   * of the batch the states of the row that `rows` names.
   */
  readonly program: Program;
  /** All parameters, in the order of the network's. */
  readonly parameters: Region;
  /** The input [batch, input], or ids [batch]. */
  readonly input: Region;
  /** The output [batch, output]. */
  readonly output: Region;
  /** What `feed` takes. */
  readonly queue: StreamQueue;
  /** What `select` takes [batch]. */
  readonly rows: Region;
  /** The states, by layer. */
  readonly states: readonly StreamState[];
}

/** Builds the program that takes one step of `batch` sequences and goes on from its states. */
export function streamProgram(training: NetworkSpec, batch: number): StreamProgram {
  const spec: NetworkSpec = {
    ...training,
    stack: { ...training.stack, dropout: 0 },
    dropout: 0,
    readout: "all",
  };
  // Both routines share what is kept; it must have the room that a masked step takes.
  const size = { steps: 1, batch, masked: true };
  const layout = new Layout();
  const { count, at } = placeParameters(spec);
  const counts = batchCounts(spec, { kind: "squaredError" }, size);
  const parameters = layout.add(count);
  const input = layout.add(counts.x);
  const mask = layout.add(batch);
  const rows = layout.add(batch);
  const queue = {
    capacity: CAPACITY,
    inputs: layout.add(CAPACITY * counts.x),
    mask: layout.add(CAPACITY * batch),
  };
  const embedded = spec.embedding ? layout.add(batch * spec.stack.inputSize) : input;
  const start = layout.size;
  const kept = layoutKept(layout, spec.stack, size);
  const reset: Command[] = [{ op: "clear", count: layout.size - start, to: start }];
  const places: ForwardPlaces = {
    parameters,
    at,
    counts,
    input: input.offset,
    embedded: embedded.offset,
    maskNow: -1,
    hyperRows: -1,
    kept,
    dropped: null,
    logits: spec.head ? layout.add(batch * counts.outWidth) : null,
  };
  const onwards = carry(spec, size, places);
  const silent: ForwardPlaces = { ...places, maskNow: mask.offset, logits: null };
  const next = [...forward(spec, size, places), ...onwards];
  const feed = [
    ...fromQueue(queue, input, mask, counts),
    ...forward(spec, size, silent),
    ...onwards,
  ];
  const select = selection(spec, size, kept, rows, onwards);
  return {
    program: { size: layout.size, routines: { reset, next, feed, select } },
    parameters,
    input,
    output: { offset: outputPlace(spec, size, places), size: batch * counts.outWidth },
    queue,
    rows,
    states: states(spec, size, kept),
  };
}

/** The step's inputs and mask out of the queue. */
function fromQueue(
  queue: StreamQueue,
  input: Region,
  mask: Region,
  counts: BatchCounts,
): Command[] {
  const move = (from: Region, { offset, size }: Region): Command => {
    return { op: "load", count: size, from: from.offset, stride: size, to: offset };
  };
  return [move(queue.inputs, { ...input, size: counts.x }), move(queue.mask, mask)];
}

/**
 * Gathers rows of the states. The slots of the last step's states take the rows first, since the
 * next step writes those anew.
 */
function selection(
  { stack }: NetworkSpec,
  size: StackSize,
  kept: readonly KeptLayer[],
  rows: Region,
  onwards: readonly Command[],
): Command[] {
  const { initial, final } = slots(size, stack.hiddenSize, 0);
  const gather = ({ offset }: Region): Command => ({
    op: "embedding",
    rows: size.batch,
    width: stack.hiddenSize,
    ids: rows.offset,
    table: offset + initial,
    output: offset + final,
  });
  const held = kept.flatMap(({ directions }) => directions.flatMap(({ h, c }) => c ? [h, c] : [h]));
  return [...held.map(gather), ...onwards];
}

/** Where the states before the next step lie. */
function states(
  { stack }: NetworkSpec,
  size: StackSize,
  kept: readonly KeptLayer[],
): StreamState[] {
  const { initial } = slots(size, stack.hiddenSize, 0);
  const place = ({ offset }: Region): Region => {
    return { offset: offset + initial, size: size.batch * stack.hiddenSize };
  };
  return kept.flatMap(({ directions }) =>
    directions.map(({ h, c }) => ({ h: place(h), c: c && place(c) }))
  );
}
