import type { Random } from "../../core/random.ts";

/**
 * Draws the initial values of one parameter of an {@link Embedding} or a {@link Linear}.
 *
 * @param name PyTorch's name: `weight` or `bias`.
 * @param shape [id, feature] or [output, input] for a weight, [output] for a bias.
 * @param random A source that is used for this parameter only.
 * @returns The values in row-major order.
 */
export type LayerInit = (
  name: string,
  shape: readonly number[],
  random: Random,
) => ArrayLike<number>;
