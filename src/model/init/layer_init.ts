import type { Random } from "../../core/random.ts";

/**
 * Draws the initial values of one parameter of an `Embedding` or a `Linear`.
 *
 * @param name PyTorch's name: `weight` or `bias`.
 * @param shape `[rows, columns]` of a weight: [id, feature] or [output, input]; `[output]` of a bias.
 * @param random A source for this parameter alone.
 * @returns The values, row after row.
 */
export type LayerInit = (
  name: string,
  shape: readonly number[],
  random: Random,
) => ArrayLike<number>;
