import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../core/random.ts";
import { dropoutMask } from "../../model/reference/dropout_mask.ts";
import { type LanguageModel, languageModel } from "../../model/language_model.ts";
import type { Model, ModelOptions } from "../../model/model.ts";
import { text } from "./settings.ts";

/** The stream of random numbers that drops embedded inputs: those of the layers are 0 and 1. */
const EMBEDDED = text.numLayers;

/**
 * The notebook's language model (lines 1743 to 1809): this library's, which drops between the LSTM
 * layers and before the projection, with dropout of the embedded inputs too.
 */
export class NotebookLanguageModel implements Model {
  /** The model without that dropout, which is the same whenever dropout does not act. */
  readonly inner: LanguageModel;

  /**
   * Draws the initial weights.
   *
   * @param vocabularySize How many ids there are.
   * @param random Where they come from.
   */
  constructor(vocabularySize: number, random: Random) {
    const { embeddingDim, hiddenSize, numLayers, dropout } = text;
    this.inner = languageModel({
      ...{ vocabularySize, embeddingDim, hiddenSize, numLayers, dropout },
      ...{ initialisation: "orthogonal", random },
    });
  }

  /** The trainable variables by name. */
  get parameters(): Readonly<Record<string, tf.Variable>> {
    return this.inner.parameters;
  }

  /** Runs the model on ids [sequence, batch]; in training it draws its dropout from `random`. */
  forward(
    x: tf.Tensor,
    state?: tf.TensorContainer,
    options: ModelOptions = {},
  ): ReturnType<Model["forward"]> {
    const { training = false, random } = options;
    const { embedding, recurrent, head } = this.inner;
    if (!training) return this.inner.forward(x);
    if (state !== undefined) throw new RangeError("the notebook starts each window from 0");
    const [source] = Array.isArray(random) ? random : [random];
    if (!source || !embedding || !head) throw new RangeError("dropout without a source");
    return tf.tidy(() => {
      const drop = (tensor: tf.Tensor, label: string, stream: number): tf.Tensor => {
        const own: Random = source.fork(label);
        const seeds = [0, 1].map(() => own.integer(0, 2 ** 24 - 1));
        const mask = dropoutMask([1, ...tensor.shape], text.dropout, stream, seeds);
        return tensor.mul(mask.reshape(tensor.shape));
      };
      const embedded = drop(embedding.forward(x.toInt()), "embedded", EMBEDDED);
      const found = recurrent.forward(embedded, undefined, {
        training,
        random: source.fork("layers"),
      });
      const top = drop(found.output, "top", EMBEDDED + 1);
      return { output: head.forward(top), state: found.state };
    });
  }

  /** Frees the parameters. */
  dispose(): void {
    this.inner.dispose();
  }
}
