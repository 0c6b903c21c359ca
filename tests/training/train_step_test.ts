import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import lstm from "../../fixtures/training_lstm.json" with { type: "json" };
import tied from "../../fixtures/training_tied.json" with { type: "json" };
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { GRU } from "../../src/model/gru.ts";
import { Linear } from "../../src/model/linear.ts";
import { LSTM } from "../../src/model/lstm.ts";
import type { StateDict } from "../../src/model/parameters/state_dict.ts";
import type { Implementation } from "../../src/model/recurrent_layer.ts";
import type { LSTMState } from "../../src/model/reference/lstm_cell.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import type { Batch } from "../../src/training/engine/batch.ts";
import { CrossEntropyLoss, MSELoss } from "../../src/training/engine/losses.ts";
import { Adam, AdamW } from "../../src/training/optimizer.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** Weights by PyTorch's names. */
type Weights = Readonly<Record<string, readonly (number | readonly number[])[]>>;

/** Steps of PyTorch: AdamW with clipping, over padded ids. */
interface Training extends Omit<typeof lstm, "optimizer" | "initial_weights" | "final_weights"> {
  readonly optimizer: { readonly lr: number; readonly weight_decay: number };
  readonly initial_weights: Weights;
  readonly final_weights: Weights;
}

/** Forty steps of a model, and ten of one whose head shares the weights of the embedding. */
const trainings: Readonly<Record<"lstm" | "tied", Training>> = { lstm, tied };

/** The names in the fixture, by ours. */
function ours(name: string): string {
  return name.replace("lstm.", "recurrent.").replace("output_projection.", "head.");
}

/** Returns the weights of the fixture by our names, repeated for each replica. */
function weightsOf(weights: Weights, replicas?: number): StateDict {
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
function initialModel(
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
function batches(training: Training, replicas?: number): Batch[] {
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

for (const [name, training] of Object.entries(trainings)) {
  for (const implementation of ["fused", "plain"] as const) {
    forEachBackend(
      `trainStep() gives PyTorch's losses, norms and weights in ${training.steps} steps (${name}, ${implementation})`,
      async () => {
        const model = initialModel(training, implementation);
        const { lr, weight_decay } = training.optimizer;
        const optimizer = new AdamW(model, {
          learningRate: lr,
          weightDecay: weight_decay,
          clipGradNorm: training.clip_norm,
        });
        const loss = new CrossEntropyLoss({ ignoreIndex: training.ignore_index });
        const report = trainStep(model, loss, optimizer, batches(training));
        const losses = (await report.losses()).flatMap((row) => [...row]);
        const norms = (await report.gradNorms()).flatMap((row) => [...row]);
        training.losses.forEach((wanted, i) => {
          assertClose([losses[i] ?? NaN], [wanted], tolerance.training, { what: `loss ${i}` });
        });
        training.grad_norms.forEach((wanted, i) => {
          assertClose([norms[i] ?? NaN], [wanted], tolerance.training, { what: `norm ${i}` });
        });
        const found = await model.stateDict();
        const wanted = weightsOf(training.final_weights);
        assertEquals(Object.keys(found), Object.keys(wanted));
        for (const [name, { data }] of Object.entries(wanted)) {
          assertClose(found[name]?.data ?? [], data, tolerance.training, { what: name });
        }
        optimizer.dispose();
        model.dispose();
      },
    );
  }
}

function setUp(implementation: Implementation) {
  const random = new Random(1);
  const sizes = { inputSize: 2, hiddenSize: 3, implementation };
  const model = new SequenceModel({ recurrent: new GRU({ ...sizes, random: random.fork("gru") }) });
  const optimizer = new Adam(model, { learningRate: 0.1 });
  const batch = (label: string) => ({
    x: { shape: [4, 2, 2], data: random.fork(`${label} x`).array(16) },
    target: { shape: [4, 2, 3], data: random.fork(`${label} y`).array(24) },
  });
  return {
    model,
    optimizer,
    step: (label: string) => trainStep(model, new MSELoss(), optimizer, batch(label)),
  };
}

for (const implementation of ["fused", "plain"] as const) {
  forEachBackend(
    `StepReport can be read only before loadStateDict() (${implementation})`,
    async () => {
      const { model, optimizer, step } = setUp(implementation);
      const first = step("first");
      assertEquals(first.fused, implementation === "fused");
      const state = await optimizer.stateDict();
      const [losses, norms] = [await first.losses(), await first.gradNorms()];
      const second = step("second");
      assertNotEquals(await second.losses(), losses);
      // A report can be read again until later steps overwrite it.
      assertEquals(await first.losses(), losses);
      optimizer.loadStateDict(state);
      const third = step("third");
      for (const report of [first, second]) {
        await assertRejects(
          () => report.losses(),
          InputError,
          "losses must be read before loadStateDict of the optimizer, found",
        );
        await assertRejects(() => report.gradNorms(), InputError, "norms must be read before");
      }
      const [found] = await third.losses();
      assert(found && Number.isFinite(found[0]));
      assertNotEquals([found], losses);
      assertNotEquals(await third.gradNorms(), norms);
      assertEquals(optimizer.steps, 2);
      optimizer.dispose();
      await assertRejects(() => third.losses(), InputError, "before the optimizer is disposed of");
      model.dispose();
      // dispose() may be called twice.
      optimizer.dispose();
    },
  );
}
