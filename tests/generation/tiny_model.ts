import * as tf from "@tensorflow/tfjs";
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { Linear } from "../../src/model/linear.ts";
import { LSTM } from "../../src/model/lstm.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";

/** A language model of few ids, with large weights so that its tokens differ in probability. */
export type TinyModel = ReturnType<typeof tinyModel>;

/** Creates a {@link TinyModel}. */
export function tinyModel(vocabulary = 6, seed = 1) {
  const model = new SequenceModel({
    embedding: new Embedding({
      numEmbeddings: vocabulary,
      embeddingDim: 3,
      random: new Random(seed),
    }),
    recurrent: new LSTM({ inputSize: 3, hiddenSize: 5, numLayers: 2, random: new Random(seed) }),
    head: new Linear({ inFeatures: 5, outFeatures: vocabulary, random: new Random(seed) }),
  });
  scale(model.parameters, 3);
  return model;
}

/** Multiplies parameters by a factor. */
export function scale(parameters: Readonly<Record<string, tf.Variable>>, factor: number): void {
  tf.tidy(() => {
    for (const variable of Object.values(parameters)) variable.assign(variable.mul(factor));
  });
}

/** Computes ln p of every id after each of the ids, by one forward pass: [ids, vocabulary]. */
export async function logProbabilities(
  model: TinyModel,
  ids: readonly number[],
): Promise<number[][]> {
  const output = tf.tidy(() => {
    const { output } = model.forward(tf.tensor2d([...ids], [ids.length, 1], "int32"));
    return tf.logSoftmax(output).as2D(ids.length, -1);
  });
  const [, vocabulary = 0] = output.shape;
  const values = await output.data();
  output.dispose();
  return ids.map((_, t) => [...values.slice(t * vocabulary, (t + 1) * vocabulary)]);
}
