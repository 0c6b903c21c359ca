import type * as tf from "@tensorflow/tfjs";
import { Random } from "../../../src/core/random.ts";
import { Embedding } from "../../../src/model/embedding.ts";
import { Feedforward } from "../../../src/model/feedforward.ts";
import { GRU } from "../../../src/model/gru.ts";
import { Linear } from "../../../src/model/linear.ts";
import { LSTM } from "../../../src/model/lstm.ts";
import type { Implementation } from "../../../src/model/recurrent_layer.ts";
import { RNN } from "../../../src/model/rnn.ts";
import { SequenceModel } from "../../../src/model/sequence_model.ts";
import type { SequenceReadout } from "../../../src/model/readout.ts";
import type { Batch } from "../../../src/training/engine/batch.ts";
import { CrossEntropyLoss, type Loss, MSELoss } from "../../../src/training/engine/losses.ts";

/** A model, a loss and batches of random shapes and options. */
export interface Composition {
  /** Creates the model; every call gives it the same weights. */
  make(implementation: Implementation, replicas?: number): SequenceModel<tf.TensorContainer>;
  readonly loss: Loss;
  /** Creates the batches; every replica has the same ones. */
  batches(replicas?: number): Batch[];
  /** Creates the source of dropout masks. */
  random(): Random;
  readonly carryState: boolean;
  /** A description for messages. */
  readonly what: string;
}

/** Draws a composition that the kernels can compute. */
export function randomComposition(seed: number): Composition {
  const random = new Random(seed).fork("composition");
  const pick = <T>(first: T, ...rest: T[]): T => rest[random.integer(0, rest.length) - 1] ?? first;
  const cell = pick("rnn", "lstm", "gru", "feedforward");
  const ids = pick(true, false);
  const classes = ids || pick(true, false);
  const head = classes || pick(true, false);
  const readout = pick(true, false) ? "all" : pick<SequenceReadout>("last", "mean", "attention");
  const bidirectional = pick(true, false) && cell !== "feedforward";
  const numLayers = pick(1, 2);
  const dropout = numLayers > 1 && pick(true, false) ? 0.4 : 0;
  const topDropout = pick(0, 0.3);
  const masked = pick(true, false);
  const carryState = !bidirectional && pick(true, false);
  const [features, hiddenSize, classCount] = [pick(1, 3, 5), pick(1, 4, 7), pick(2, 5)];
  const [steps, batch, count] = [pick(1, 4, 6), pick(1, 3), 3];
  const vocabulary = 9;
  const nonlinearity = pick<"tanh" | "relu">("tanh", "relu");
  const tied = ids && head && pick(true, false);
  const width = hiddenSize * (bidirectional ? 2 : 1);
  const [inputSize, out] = tied ? [width, vocabulary] : [features, classCount];
  const outputs = head ? out : width;
  const settings = { cell, ids, classes, head, tied, readout, bidirectional, numLayers, dropout };
  const sizes = { topDropout, masked, carryState, inputSize, hiddenSize, out, steps, batch };
  return {
    what: JSON.stringify({ seed, ...settings, ...sizes, nonlinearity }),
    carryState,
    loss: classes ? new CrossEntropyLoss({ ignoreIndex: 0 }) : new MSELoss(),
    random: () => new Random(seed).fork("dropout"),
    make(implementation, replicas) {
      const many = replicas === undefined ? {} : { replicas };
      const single = {
        ...{ inputSize, hiddenSize, numLayers, dropout, implementation, ...many },
        random: new Random(seed).fork("recurrent"),
      };
      const options = { ...single, bidirectional };
      const recurrent = cell === "rnn"
        ? new RNN({ ...options, nonlinearity })
        : cell === "lstm"
        ? new LSTM(options)
        : cell === "gru"
        ? new GRU(options)
        : new Feedforward({ ...single, nonlinearity });
      const table = { numEmbeddings: vocabulary, embeddingDim: inputSize, paddingIdx: 0 };
      const top = { inFeatures: recurrent.outputSize, outFeatures: out };
      const embedding = ids
        ? new Embedding({ ...table, ...many, random: new Random(seed).fork("e") })
        : undefined;
      const attention = { size: 3, random: new Random(seed).fork("a") };
      const shared = tied && embedding ? { tied: embedding } : {};
      return new SequenceModel<tf.TensorContainer>({
        recurrent,
        dropout: topDropout,
        readout,
        ...(readout === "attention" ? { attention } : {}),
        ...(embedding ? { embedding } : {}),
        ...(head
          ? { head: new Linear({ ...top, ...many, ...shared, random: new Random(seed).fork("h") }) }
          : {}),
      });
    },
    batches(replicas) {
      const draws = new Random(seed).fork("batches");
      const lead = replicas === undefined ? [] : [replicas];
      const field = (shape: number[], draw: () => number) => {
        const one = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, draw);
        const all = Array.from({ length: replicas ?? 1 }, () => one).flat();
        return { shape: [...lead, ...shape], data: Float32Array.from(all) };
      };
      return Array.from({ length: count }, () => {
        const rows = readout === "all" ? [steps, batch] : [batch];
        return {
          x: ids
            ? field([steps, batch], () => draws.integer(0, vocabulary - 1))
            : field([steps, batch, inputSize], () => draws.normal()),
          target: classes
            ? field(rows, () => draws.integer(0, outputs - 1))
            : field([...rows, outputs], () => draws.normal()),
          ...(masked
            ? { mask: field([steps, batch], () => draws.integer(0, 3) === 0 ? 0 : 1) }
            : {}),
        };
      });
    },
  };
}
