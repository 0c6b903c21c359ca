import * as tf from "@tensorflow/tfjs";
import { assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";

/** Sizes of a small model and of its inputs. */
export const [steps, batch, vocabulary, hidden] = [4, 3, 7, 5];
/** Sizes of its embedding. */
export const table = { numEmbeddings: vocabulary, embeddingDim: 2 };
/** Sizes of its recurrent layers. */
export const layers = { inputSize: 2, hiddenSize: hidden };
/** Sizes of its head. */
export const classes = { inFeatures: hidden, outFeatures: 6 };

/** Random numbers, the same for each shape. */
export function numbers(...shape: number[]): tf.Tensor {
  return tf.tensor(new Random(5).array(shape.reduce((a, b) => a * b, 1)), shape);
}

/** Random ids. */
export function ids(...shape: number[]): tf.Tensor {
  const random = new Random(6);
  const draw = (): number => random.integer(0, vocabulary - 1);
  return tf.tensor(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, draw), shape, "int32");
}

/** Fails unless both have the same shape and bits. */
export async function assertSame(found: tf.Tensor, wanted: tf.Tensor): Promise<void> {
  assertEquals(found.shape, wanted.shape);
  assertEquals(await found.data(), await wanted.data());
}
