import { Random } from "../../src/core/random.ts";
import type { CellKind } from "../../src/kernels/cells.ts";
import type { NetworkSpec, Readout } from "../../src/kernels/network.ts";
import type { Region, Session } from "../../src/kernels/program.ts";

/** The sizes of the networks of {@link attentionNetwork}. */
export const [vocabulary, inputSize, hiddenSize, classes] = [9, 6, 7, 3];

/** A network of ids whose readout weighs steps; its dropout must not act. */
export function attentionNetwork(
  cell: CellKind,
  bidirectional: boolean,
  { readout = { attention: 5 }, numLayers = 1 }: { readout?: Readout; numLayers?: number } = {},
): NetworkSpec {
  return {
    stack: { cell, inputSize, hiddenSize, numLayers, bidirectional, bias: true, dropout: 0.5 },
    embedding: { vocabulary, padding: null },
    dropout: 0.5,
    head: { outFeatures: classes, bias: true, tied: false },
    readout,
  };
}

/** Writes parameters that are the same for every program of a network. */
export function writeParameters(session: Session, region: Region): void {
  const random = new Random(5);
  const draw = () => random.normal(0, 0.5);
  session.write(region, Float32Array.from({ length: region.size }, draw));
}

/** Ids [steps, batch]. */
export function idsOf(steps: number, batch: number): Float32Array {
  const random = new Random(7);
  return Float32Array.from({ length: steps * batch }, () => random.integer(0, vocabulary - 1));
}
