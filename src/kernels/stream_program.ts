import type { Command } from "./instructions.ts";
import { batchCounts, type NetworkSpec } from "./network.ts";
import { carry, forward, type ForwardPlaces, outputPlace } from "./network_forward.ts";
import { placeParameters } from "./network_layout.ts";
import { Layout, type Program, type Region } from "./program.ts";
import { layoutKept } from "./stack.ts";

/** A program that runs a network a step at a time, with the places for the host. */
export interface StreamProgram {
  /** Routines: `reset` sets the states to 0; `next` goes from one input to its output. */
  readonly program: Program;
  /** All parameters, in the order of the network's. */
  readonly parameters: Region;
  /** The input [batch, input], or ids [batch]. */
  readonly input: Region;
  /** The output [batch, output]. */
  readonly output: Region;
}

/** Builds the program that takes one step of `batch` sequences and goes on from its states. */
export function streamProgram(training: NetworkSpec, batch: number): StreamProgram {
  const spec: NetworkSpec = {
    ...training,
    stack: { ...training.stack, dropout: 0 },
    dropout: 0,
    readout: "all",
  };
  const size = { steps: 1, batch, masked: false };
  const layout = new Layout();
  const { count, at } = placeParameters(spec);
  const counts = batchCounts(spec, { kind: "squaredError" }, size);
  const parameters = layout.add(count);
  const input = layout.add(counts.x);
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
  const next = [...forward(spec, size, places), ...carry(spec, size, places)];
  return {
    program: { size: layout.size, routines: { reset, next } },
    parameters,
    input,
    output: { offset: outputPlace(spec, size, places), size: batch * counts.outWidth },
  };
}
