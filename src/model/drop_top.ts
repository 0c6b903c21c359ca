import * as tf from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { dropoutCoins } from "./dropout_coins.ts";
import type { Recurrent } from "./sequence_options.ts";

/**
 * Drops numbers of the top layer's output, as between layers: {@link dropoutCoins} with the number
 * of the top layer as stream.
 *
 * @param layers The layers below.
 * @param top [..., directions * hidden], after the replica axis where there is one.
 * @param dropout The share dropped.
 * @param random Where the seeds come from, two integers for each replica in turn: one source, or one
 *   for each replica.
 * @returns The numbers kept, scaled; the caller's to dispose.
 * @throws {InputError} On another number of sources.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import * as tf from "@tensorflow/tfjs";
 * import { selectBackend } from "../core/backend.ts";
 * import { Random } from "../core/random.ts";
 * import { dropTop } from "./drop_top.ts";
 * import { GRU } from "./gru.ts";
 *
 * await selectBackend("cpu");
 * const gru = new GRU({ inputSize: 3, hiddenSize: 4, random: new Random(1) });
 * const kept = dropTop(gru, tf.ones([7, 2, 4]), 0.5, new Random(2));
 * assertEquals(new Set(await kept.data()), new Set([0, 2]));
 * gru.dispose();
 * ```
 */
export function dropTop<State extends tf.TensorContainer>(
  { replicas, spec }: Pick<Recurrent<State>, "replicas" | "spec">,
  top: tf.Tensor,
  dropout: number,
  random: Random | readonly Random[],
): tf.Tensor {
  const count = replicas ?? 1;
  if (!(random instanceof Random) && random.length !== count) {
    throw new InputError("random", `1 source, or ${count}`, random.length);
  }
  const seeds = Array.from({ length: count }, (_, r) => {
    const source = random instanceof Random ? random : random[r];
    return [0, 1].map(() => source?.integer(0, 2 ** 24 - 1) ?? 0);
  }).flat();
  const lead = replicas === undefined ? [1, ...top.shape] : top.shape;
  return tf.tidy(() => {
    return top.mul(dropoutCoins(lead, dropout, spec.numLayers - 1, seeds).reshape(top.shape));
  });
}
