import * as tf from "@tensorflow/tfjs";
import { PAD } from "../data/text/vocabulary.ts";
import type { TokenBatch } from "../data/text/token_batches.ts";
import { checkForward, type Model } from "../model/model.ts";
import { toTensor } from "../training/engine/batch.ts";

/** Whether the probabilities are normalised over an id, by id. */
export type Support = readonly boolean[];

/** A logit so low that its id gets no probability. */
const NEVER = -1e9;

/**
 * Computes the surprisal -ln p of each target of a batch, with probabilities that are normalised
 * over the ids of a support. Models can be compared only over the same support, since a model loses
 * all probability that it gives to ids that never occur.
 *
 * @param model Maps ids [sequence, batch] to a logit for each id.
 * @param batch The ids and targets. Targets {@link PAD} do not count.
 * @param supports The supports. A target outside of a support has an arbitrary surprisal.
 * @returns For each support, the surprisals in nats of shape [sequence, batch], in one list.
 */
export async function surprisals(
  model: Model,
  { x, target }: TokenBatch,
  supports: readonly Support[],
): Promise<Float32Array[]> {
  const found = tf.tidy(() => {
    const { output } = checkForward(model.forward(toTensor(x)));
    const classes = output.shape.at(-1) ?? 0;
    const logits = output.reshape([-1, classes]);
    const ids = toTensor(target).flatten().toInt();
    const picked = logits.mul(tf.oneHot(ids, classes)).sum(-1);
    return tf.stack(supports.map((support) => {
      const closed = tf.tensor1d(support.map((open) => open ? 0 : NEVER));
      return logits.add(closed).logSumExp(-1).sub(picked);
    }));
  });
  try {
    const values = await found.data<"float32">();
    const { length } = target.data;
    return supports.map((_, i) => values.slice(i * length, (i + 1) * length));
  } finally {
    found.dispose();
  }
}

/**
 * Computes the mean surprisal of the targets that count.
 *
 * @param values The surprisals of a support, as {@link surprisals} returns them.
 * @param target The targets.
 * @param support The support: targets outside of it do not count.
 * @returns The mean in nats, and how many targets count.
 */
export function meanSurprisal(
  values: Float32Array,
  target: Int32Array,
  support: Support,
): { readonly mean: number; readonly tokens: number } {
  let [sum, tokens] = [0, 0];
  for (const [i, id] of target.entries()) {
    if (id === PAD || support[id] !== true) continue;
    sum += values[i] ?? NaN;
    tokens += 1;
  }
  return { mean: sum / tokens, tokens };
}
