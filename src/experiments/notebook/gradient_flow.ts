import * as tf from "@tensorflow/tfjs";
import { inputGradients } from "../../analysis/gradient_flow.ts";
import { mean } from "../../statistics/descriptive.ts";
import { NotebookNetwork } from "./networks.ts";
import type { Measuring } from "./parameters.ts";
import { EARLY_STEP, FLOW_BATCH, flowLengths, type NetworkKey, sizes } from "./settings.ts";
import { normal, sources } from "./sources.ts";

/**
 * The norm at the early step by length, of each seed: [seed][length]. At a length that does not go
 * beyond that step it is 0, as in the notebook's code (lines 1128 to 1134).
 */
export async function earlyGradients(context: Measuring, key: NetworkKey): Promise<number[][]> {
  // The networks that section 4.2 then trains.
  const network = new NotebookNetwork({
    key,
    random: sources(context, "section 4", "weights", key),
  });
  try {
    const byLength: number[][] = [];
    for (const length of flowLengths) {
      if (length <= EARLY_STEP) {
        byLength.push(context.seeds.map(() => 0));
        continue;
      }
      const of = (what: string, width: number) => {
        const random = sources(context, "section 4", what, key, length);
        const { shape, data } = normal(random, [length, FLOW_BATCH, width]);
        return tf.tensor(data, [...shape]);
      };
      const x = of("inputs", sizes.inputSize);
      const target = of("targets", sizes.outputSize);
      try {
        const norms = await inputGradients(network, x, target, "all");
        byLength.push(norms.map((own) => own[EARLY_STEP - 1] ?? NaN));
      } finally {
        tf.dispose([x, target]);
      }
    }
    return context.seeds.map((_, r) => byLength.map((own) => own[r] ?? NaN));
  } finally {
    network.dispose();
  }
}

/**
 * The notebook's measure of stability: the standard deviation over the mean, with the sum of squares
 * divided by n, as `np.std` does (line 1236).
 *
 * @param gradients Norms by length.
 * @param epsilon Added to the mean; by default as in the notebook.
 */
export function variation(gradients: readonly number[], epsilon = 1e-8): number {
  const centre = mean(gradients);
  const square = mean(gradients.map((value) => (value - centre) ** 2));
  return Math.sqrt(square) / (centre + epsilon);
}

/**
 * What the notebook calls the best gradient flow: the network with the smallest variation, the first
 * of equal ones (line 1520).
 */
export function bestOf<Key extends string>(
  scores: Readonly<Record<Key, number>>,
  keys: readonly Key[],
): Key {
  return keys.reduce((best, key) => scores[key] < scores[best] ? key : best);
}
