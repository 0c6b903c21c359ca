import type { Command } from "./instructions.ts";
import { type BatchCounts, headWeight, type NetworkSpec, outputWidth, TABLE } from "./network.ts";
import { product } from "./product.ts";
import type { Region } from "./program.ts";
import {
  keepOf,
  type KeptLayer,
  slots,
  type StackPlaces,
  type StackSize,
  weightShapes,
} from "./stack.ts";
import { stackForward } from "./stack_forward.ts";

/** What the forward pass of a network reads and writes. */
export interface ForwardPlaces {
  /** All parameters. */
  readonly parameters: Region;
  /** The offset of a parameter in a region of them; -1 where there is none. */
  at(base: Region, name: string): number;
  /** What one batch takes. */
  readonly counts: BatchCounts;
  /** The batch that is computed: numbers, or ids as floats. */
  readonly input: number;
  /** What the recurrent layers read [steps, batch, input]: the input, or its embedding. */
  readonly embedded: number;
  /** The mask, or -1. */
  readonly maskNow: number;
  /** Rows of hyperparameters; -1 where nothing is dropped. */
  readonly hyperRows: number;
  /** What the recurrent layers keep. */
  readonly kept: readonly KeptLayer[];
  /** The top layer's output with numbers dropped, or `null`. */
  readonly dropped: Region | null;
  /** The head's output, or `null`. */
  readonly logits: Region | null;
}

/** Where the stack's commands find what they need. */
export function stackPlaces(spec: NetworkSpec, places: ForwardPlaces): StackPlaces {
  const names = weightShapes(spec.stack).map(({ name }) => `recurrent.${name}`);
  return {
    x: places.embedded,
    weights: names.map((name) => places.at(places.parameters, name)),
    mask: places.maskNow,
    hyper: places.hyperRows,
    kept: places.kept,
  };
}

/** What the head reads, before dropout: the top layer's outputs, or its last state. */
function topOutput(spec: NetworkSpec, size: StackSize, { kept }: ForwardPlaces): number {
  const top = kept.at(-1);
  if (spec.readout === "all") return top?.output ?? -1;
  return (top?.directions[0]?.h.offset ?? 0) + slots(size, spec.stack.hiddenSize, 0).final;
}

/** What the head reads. */
export function headInput(spec: NetworkSpec, size: StackSize, places: ForwardPlaces): number {
  return places.dropped?.offset ?? topOutput(spec, size, places);
}

/** Dropout before the head, and back. */
export function drop(spec: NetworkSpec, places: ForwardPlaces, x: number, y: number): Command {
  return {
    op: "dropout",
    count: places.counts.outRows * outputWidth(spec.stack),
    x,
    y,
    keep: keepOf(spec.dropout),
    stream: spec.stack.numLayers - 1,
    hyper: places.hyperRows,
  };
}

/** From the input to the head's output. */
export function forward(spec: NetworkSpec, size: StackSize, places: ForwardPlaces): Command[] {
  const { counts, parameters, dropped, logits } = places;
  const commands: Command[] = [];
  if (spec.embedding) {
    commands.push({
      op: "embedding",
      rows: counts.rows,
      width: spec.stack.inputSize,
      ids: places.input,
      table: places.at(parameters, TABLE),
      output: places.embedded,
    });
  }
  commands.push(...stackForward(spec.stack, size, stackPlaces(spec, places)));
  if (dropped) commands.push(drop(spec, places, topOutput(spec, size, places), dropped.offset));
  if (logits) {
    const width = outputWidth(spec.stack);
    const input = { at: headInput(spec, size, places), ld: width };
    const weight = { at: places.at(parameters, headWeight(spec)), ld: width, transposed: true };
    const output = { at: logits.offset, ld: counts.outWidth };
    const bias = places.at(parameters, "head.bias");
    const sizes = [counts.outRows, counts.outWidth, width] as const;
    commands.push(product(sizes, input, weight, output, { bias }));
  }
  return commands;
}

/** Where the network's output lies. */
export function outputPlace(spec: NetworkSpec, size: StackSize, places: ForwardPlaces): number {
  return places.logits?.offset ?? headInput(spec, size, places);
}

/** Takes the last states over as the next batch's first. */
export function carry({ stack }: NetworkSpec, size: StackSize, { kept }: ForwardPlaces): Command[] {
  const count = size.batch * stack.hiddenSize;
  return kept.flatMap(({ directions }) =>
    directions.flatMap(({ h, c }, direction) => {
      const { initial, final } = slots(size, stack.hiddenSize, direction);
      return [h, ...(c ? [c] : [])].map(({ offset }): Command => {
        return { op: "load", count, from: offset + final, stride: 0, to: offset + initial };
      });
    })
  );
}
