import {
  batchCounts,
  type NetworkLoss,
  networkShapes,
  type NetworkSize,
  type NetworkSpec,
  outputWidth,
  sizeOf,
} from "./network.ts";
import { Layout, type Region } from "./program.ts";
import { type KeptLayer, layoutKept, slots, type StackSize } from "./stack.ts";
import type { ForwardPlaces } from "./network_forward.ts";
import { layoutPassed } from "./stack_gradient.ts";
import { layoutUpdate, type UpdatePlaces } from "./update_program.ts";

/** Room for the batches of a run, and for the one that is computed. */
export interface Slots {
  /** One batch behind the other. */
  readonly all: Region;
  /** The batch of the step. */
  readonly now: Region;
}

/** The arena of a network in training. */
export interface NetworkLayout extends UpdatePlaces, ForwardPlaces {
  /** Numbers of the whole arena. */
  readonly size: number;
  /** Inputs: numbers, or ids as floats. */
  readonly x: Slots;
  /** Targets: numbers, or classes as floats. */
  readonly target: Slots;
  /** Masks; empty without. */
  readonly mask: Slots;
  /** The states before the first step, h and c, by layer and direction. */
  readonly initialStates: readonly Region[];
  /** Gradients of the states, by layer and direction: all h, then all c. */
  readonly dStates: Region;
  /** The gradient with respect to what the head reads. */
  readonly dTop: Region;
  /** The gradient with respect to the embedded input, or `null`. */
  readonly dEmbedded: Region | null;
  /** Gradients passed from layer to layer, by layer. */
  readonly passed: readonly number[];
}

/**
 * Lays out a network in training.
 *
 * With P parameters, L layers of H hidden units in D directions, G gates, S = steps * batch rows,
 * O output rows (S, or the batch where the last state is read) and outputs of W features, a replica
 * takes this many float32 numbers, each part rounded up to a multiple of four:
 *
 *     4 P                        parameters, gradients, two moments; a tied weight counts once
 *     14 RING                    hyperparameters, losses, norms
 *     (capacity + 1) batch       x, target and mask of the batches of a run, and of the step
 *     2 S input                  where there is an embedding: its rows and their gradient
 *     L D G S H                  gates
 *     L D (S + batch) H          states; for an LSTM twice, for a GRU L D S H more
 *     L S D H                    outputs, where D is 2 or there is a mask
 *     (L - 1) S D H              what dropout passes on, where it acts between layers
 *     2 L D batch H              gradients of the states
 *     (L - 1) S D H              gradients between layers
 *     O D H                      the gradient of what the head reads; twice with dropout there
 *     O W                        where there is a head: its output, then that output's gradient
 */
export function layoutNetwork(
  spec: NetworkSpec,
  loss: NetworkLoss,
  size: NetworkSize,
): NetworkLayout {
  const layout = new Layout();
  const { stack, embedding, head } = spec;
  const { count, at } = placeParameters(spec);
  const update = layoutUpdate(layout, count);
  const counts = batchCounts(spec, loss, size);
  const slots = (count: number): Slots => ({
    all: layout.add(count * size.capacity),
    now: layout.add(count),
  });
  const [x, target, mask] = [slots(counts.x), slots(counts.target), slots(counts.mask)];
  const inputs = counts.rows * stack.inputSize;
  const embedded = embedding ? layout.add(inputs).offset : x.now.offset;
  const kept = layoutKept(layout, stack, size);
  const states = stack.numLayers * (stack.bidirectional ? 2 : 1);
  const top = counts.outRows * outputWidth(stack);
  return {
    ...update,
    counts,
    x,
    target,
    mask,
    input: x.now.offset,
    embedded,
    maskNow: size.masked ? mask.now.offset : -1,
    hyperRows: update.hyper.offset,
    kept,
    initialStates: initialStates(stack, size, kept),
    dStates: layout.add(2 * states * size.batch * stack.hiddenSize),
    dropped: spec.dropout > 0 ? layout.add(top) : null,
    logits: head ? layout.add(counts.outRows * counts.outWidth) : null,
    dTop: layout.add(top),
    dEmbedded: embedding ? layout.add(inputs) : null,
    passed: layoutPassed(layout, stack, size),
    size: layout.size,
    at,
  };
}

/** Where a network's parameters lie in a region of them, and how many numbers they are. */
export function placeParameters(spec: NetworkSpec): { count: number; at: ForwardPlaces["at"] } {
  const offsets = new Map<string, number>();
  let count = 0;
  for (const { name, shape } of networkShapes(spec)) {
    offsets.set(name, count);
    count += sizeOf(shape);
  }
  const at = (base: Region, name: string): number => {
    const offset = offsets.get(name);
    return offset === undefined ? -1 : base.offset + offset;
  };
  return { count, at };
}

/** The slots of the states before the first step. */
function initialStates(
  { hiddenSize }: NetworkSpec["stack"],
  size: StackSize,
  kept: readonly KeptLayer[],
): Region[] {
  return kept.flatMap(({ directions }) =>
    directions.flatMap(({ h, c }, direction) => {
      const { initial } = slots(size, hiddenSize, direction);
      const states = c ? [h, c] : [h];
      return states.map(({ offset }) => ({
        offset: offset + initial,
        size: size.batch * hiddenSize,
      }));
    })
  );
}
