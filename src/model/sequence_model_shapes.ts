import { type NamedShape, networkShapes, type NetworkSpec } from "../kernels/network.ts";

/**
 * Lists the parameters of a {@link SequenceModel} without creating it, to check a file before memory
 * is allocated.
 *
 * @param network The description of the model, as {@link SequenceModel.network} returns it.
 * @returns The names and shapes in the order of the parameters, without a replica axis.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sequenceModelShapes } from "./sequence_model_shapes.ts";
 *
 * const sizes = { inputSize: 3, hiddenSize: 4, numLayers: 1, bidirectional: false };
 * const shapes = sequenceModelShapes({
 *   stack: { cell: "gru", ...sizes, bias: true, dropout: 0 },
 *   ...{ embedding: { vocabulary: 9, padding: 0 }, dropout: 0, head: null, readout: "last" },
 * });
 * assertEquals(shapes[0], { name: "embedding.weight", shape: [9, 3] });
 * assertEquals(shapes[1], { name: "recurrent.weight_ih_l0", shape: [12, 3] });
 * ```
 */
export function sequenceModelShapes(network: NetworkSpec): readonly NamedShape[] {
  return networkShapes(network);
}
