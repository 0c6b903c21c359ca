import lstm from "../../fixtures/training_lstm.json" with { type: "json" };
import tied from "../../fixtures/training_tied.json" with { type: "json" };
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { Linear } from "../../src/model/linear.ts";
import { LSTM } from "../../src/model/lstm.ts";
import type { Implementation } from "../../src/model/recurrent_layer.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import type { StateDict } from "../../src/model/parameters/state_dict.ts";
import type { LSTMState } from "../../src/model/reference/lstm_cell.ts";
import type { Batch } from "../../src/training/engine/batch.ts";

/** Weights by PyTorch's names. */
type Weights = Readonly<Record<string, readonly (number | readonly number[])[]>>;

/** Steps of PyTorch: AdamW with clipping, over padded ids. */
export interface Training
  extends Omit<typeof lstm, "optimizer" | "initial_weights" | "final_weights"> {
  readonly optimizer: { readonly lr: number; readonly weight_decay: number };
  readonly initial_weights: Weights;
  readonly final_weights: Weights;
}

/** Forty steps of a model, and ten of one whose head shares the weights of the embedding. */
export const trainings: Readonly<Record<"lstm" | "tied", Training>> = { lstm, tied };

/** The names in the fixture, by ours. */
function ours(name: string): string {
  return name.replace("lstm.", "recurrent.").replace("output_projection.", "head.");
}

/** Returns the weights of the fixture by our names, repeated for each replica. */
export function weightsOf(weights: Weights, replicas?: number): StateDict {
  return Object.fromEntries(
    Object.entries(weights).map(([name, rows]) => {
      const values = rows.flat();
      const first = rows[0];
      const shape = Array.isArray(first) ? [rows.length, first.length] : [rows.length];
      const copies = Array.from({ length: replicas ?? 1 }, () => values).flat();
      const lead = replicas === undefined ? [] : [replicas];
      return [ours(name), { shape: [...lead, ...shape], data: Float32Array.from(copies) }];
    }),
  );
}

/** Creates the model of a fixture with its initial weights. */
export function initialModel(
  training: Training,
  implementation: Implementation,
  replicas?: number,
): SequenceModel<LSTMState> {
  const { vocab, embedding_dim, hidden_dim, num_layers } = training;
  const random = new Random(1);
  const many = replicas === undefined ? {} : { replicas };
  const embedding = new Embedding({
    numEmbeddings: vocab,
    embeddingDim: embedding_dim,
    paddingIdx: 0,
    random: random.fork("embedding"),
    ...many,
  });
  const tied = !("output_projection.weight" in training.initial_weights);
  const model = new SequenceModel({
    embedding,
    recurrent: new LSTM({
      inputSize: embedding_dim,
      hiddenSize: hidden_dim,
      numLayers: num_layers,
      implementation,
      random: random.fork("lstm"),
      ...many,
    }),
    head: new Linear({
      ...{ inFeatures: hidden_dim, outFeatures: vocab, random: random.fork("head"), ...many },
      ...(tied ? { tied: embedding } : {}),
    }),
  });
  model.loadStateDict(weightsOf(training.initial_weights, replicas));
  return model;
}

/** Returns the batches of a fixture, sequence first. */
export function batches(training: Training, replicas?: number): Batch[] {
  return training.ids.map((rows) => {
    const steps = training.seq_len;
    // rows: [batch][steps + 1]
    const field = (from: number) => {
      const one = Array.from(
        { length: steps },
        (_, t) => rows.map((row) => row[t + from] ?? 0),
      ).flat();
      const lead = replicas === undefined ? [] : [replicas];
      const data = Int32Array.from(Array.from({ length: replicas ?? 1 }, () => one).flat());
      return { shape: [...lead, steps, rows.length], data };
    };
    return { x: field(0), target: field(1) };
  });
}
