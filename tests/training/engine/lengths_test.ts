import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../../src/core/random.ts";
import { Embedding } from "../../../src/model/embedding.ts";
import { languageModel } from "../../../src/model/language_model.ts";
import { Linear } from "../../../src/model/linear.ts";
import { LSTM } from "../../../src/model/lstm.ts";
import type { Implementation } from "../../../src/model/recurrent_layer.ts";
import { SequenceModel } from "../../../src/model/sequence_model.ts";
import type { SequenceReadout } from "../../../src/model/readout.ts";
import type { Batch } from "../../../src/training/engine/batch.ts";
import { CrossEntropyLoss, MSELoss } from "../../../src/training/engine/losses.ts";
import { evaluate } from "../../../src/training/evaluate.ts";
import { fit } from "../../../src/training/fit.ts";
import { Adam } from "../../../src/training/optimizer.ts";
import { tokenLosses } from "../../../src/training/token_losses.ts";
import { trainLanguageModel } from "../../../src/training/train_language_model.ts";
import { trainStep } from "../../../src/training/train_step.ts";
import { type BackendName, forEachBackend } from "../../backends.ts";
import { cells, hasDirections, layerOf } from "../../model/layers.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

const [sequence, input, hidden, output] = [5, 2, 4, 3];
const lengths = [5, 2, 4, 1];
const batch = lengths.length;

interface Kind {
  readonly cell: (typeof cells)[number];
  readonly bidirectional: boolean;
  readonly readout: SequenceReadout;
  readonly implementation: Implementation;
  readonly batchFirst: boolean;
  readonly replicas: number | undefined;
}

/** The cases: all of them on cpu and WASM, a few on WebGPU, where each starts slowly. */
function kindsOf(backend: BackendName): Kind[] {
  const few = backend === "webgpu";
  const kinds = (few ? ["lstm"] as const : cells).flatMap((cell) =>
    (hasDirections(cell) ? [false, true] : [false]).flatMap((bidirectional) =>
      (["all", "last", "mean", "attention"] as const).flatMap((readout) =>
        (["fused", "plain"] as const).flatMap((implementation) => {
          const kind = { cell, bidirectional, readout, implementation };
          return [
            { ...kind, batchFirst: false, replicas: undefined },
            { ...kind, batchFirst: false, replicas: 2 },
            ...(few ? [] : [{ ...kind, batchFirst: true, replicas: undefined }]),
          ];
        })
      )
    )
  );
  // Every fifth of 32 has each setting.
  return few ? kinds.filter((_, i) => i % 5 === 0) : kinds;
}

function modelOf({ readout, cell, replicas, ...kind }: Kind): SequenceModel<tf.TensorContainer> {
  const many = replicas === undefined ? {} : { replicas };
  const recurrent = layerOf(cell, {
    ...{ inputSize: input, hiddenSize: hidden, numLayers: 2, ...kind, ...many },
    random: new Random(1).fork("recurrent"),
  });
  const head = new Linear({
    ...{ inFeatures: recurrent.outputSize, outFeatures: output, ...many },
    random: new Random(1).fork("head"),
  });
  const attention = { size: 6, random: new Random(1).fork("attention") };
  return new SequenceModel<tf.TensorContainer>({
    ...{ recurrent, head, readout },
    ...(readout === "attention" ? { attention } : {}),
  });
}

/** Sequences padded with large numbers, [sequence, batch, width] or batch first. */
function field(label: string, width: number, { batchFirst, replicas }: Kind) {
  const random = new Random(3).fork(label);
  const value = Array.from(
    { length: sequence },
    (_, t) =>
      lengths.map((length) =>
        Array.from({ length: width }, () => random.normal() * (t < length ? 1 : 1000))
      ),
  );
  const rows = batchFirst ? lengths.map((_, b) => value.map((row) => row[b] ?? [])) : value;
  const shape = batchFirst ? [batch, sequence, width] : [sequence, batch, width];
  const count = replicas ?? 1;
  return {
    shape: replicas === undefined ? shape : [replicas, ...shape],
    data: Float32Array.from(Array.from({ length: count }, () => rows.flat(2)).flat()),
  };
}

/** Returns a batch of one sequence without padding. */
function alone(all: Batch, b: number, { batchFirst, replicas, readout }: Kind) {
  const lead = replicas === undefined ? [] : [replicas];
  const length = lengths[b] ?? 0;
  const cut = (values: Batch["x"], steps: boolean): Batch["x"] => {
    assert(!(values instanceof tf.Tensor));
    const width = values.shape.at(-1) ?? 0;
    const each = values.data.length / (replicas ?? 1);
    const rows = Array.from(
      { length: replicas ?? 1 },
      (_, r) =>
        Array.from({ length: steps ? length : 1 }, (_, t) => {
          const row = !steps ? b : batchFirst ? b * sequence + t : t * batch + b;
          return [...values.data.slice(r * each + row * width, r * each + (row + 1) * width)];
        }),
    );
    const axes = !steps ? [1] : batchFirst ? [1, length] : [length, 1];
    return { shape: [...lead, ...axes, width], data: Float32Array.from(rows.flat(2)) };
  };
  return { x: cut(all.x, true), target: cut(all.target, readout === "all") };
}

function batchOf(kind: Kind): Batch {
  const x = field("x", input, kind);
  if (kind.readout === "all") return { x, target: field("target", output, kind), lengths };
  const lead = kind.replicas === undefined ? [] : [kind.replicas];
  const count = (kind.replicas ?? 1) * batch * output;
  const data = new Random(4).array(count).map((value) => value / 2);
  return { x, target: { shape: [...lead, batch, output], data }, lengths };
}

/** Computes the loss of the batch by replica from those of its sequences alone. */
async function lossAlone(model: SequenceModel<tf.TensorContainer>, all: Batch, kind: Kind) {
  const weights = lengths.map((length) => kind.readout === "all" ? length : 1);
  const total = weights.reduce((a, b) => a + b);
  const sums = new Array<number>(kind.replicas ?? 1).fill(0);
  for (const [b, weight] of weights.entries()) {
    const losses = await evaluate(model, new MSELoss(), alone(all, b, kind));
    losses.forEach((loss, r) => sums[r] = (sums[r] ?? 0) + loss * weight / total);
  }
  return sums;
}

forEachBackend(
  "evaluate() and trainStep() with lengths give the losses of the sequences alone",
  async (backend) => {
    const allowed = tolerance.backend[backend];
    for (const kind of kindsOf(backend)) {
      const what = JSON.stringify(kind);
      const model = modelOf(kind);
      const all = batchOf(kind);
      const wanted = await lossAlone(model, all, kind);
      assertClose(await evaluate(model, new MSELoss(), all), wanted, allowed, { what });
      const optimizer = new Adam(model);
      const report = trainStep(model, new MSELoss(), optimizer, all);
      const known = kind.implementation === "fused" && !kind.batchFirst;
      assertEquals(report.fused, known, what);
      assertClose((await report.losses())[0] ?? [], wanted, allowed, { what });
      optimizer.dispose();
      model.dispose();
    }
  },
);

forEachBackend(
  "SequenceModel.forward() with lengths gives the outputs, states and gradients of the sequences alone",
  async (backend) => {
    const allowed = tolerance.backend[backend];
    for (const kind of kindsOf(backend)) {
      const what = JSON.stringify(kind);
      const model = modelOf(kind);
      const all = batchOf(kind);
      const lead = kind.replicas === undefined ? [] : [kind.replicas];
      const from = (values: Batch["x"]): tf.Tensor => {
        assert(!(values instanceof tf.Tensor));
        return tf.tensor(Float32Array.from(values.data), [...values.shape]);
      };
      /** Returns the result of a function and the gradient of the sum of its squares. */
      const run = (x: tf.Tensor, options: { lengths?: readonly number[] }) => {
        const { output, state } = model.forward(x, undefined, options);
        const h = layerState(state);
        const { grads } = tf.variableGrads(() =>
          model.forward(x, undefined, options).output.square().sum<tf.Scalar>()
        );
        return { output, h, gradients: Object.values(grads) };
      };
      const found = run(from(all.x), { lengths });
      const sums: tf.Tensor[] = [];
      for (let b = 0; b < batch; b++) {
        const wanted = run(from(alone(all, b, kind).x), {});
        wanted.gradients.forEach((gradient, i) => sums[i] = sums[i]?.add(gradient) ?? gradient);
        const at = lead.map(() => 0);
        const cut = kind.readout !== "all"
          ? found.output.slice([...at, b, 0], [...lead, 1, output])
          : kind.batchFirst
          ? found.output.slice([...at, b, 0, 0], [...lead, 1, lengths[b] ?? 0, output])
          : found.output.slice([...at, 0, b, 0], [...lead, lengths[b] ?? 0, 1, output]);
        assertClose(await cut.data(), await wanted.output.data(), allowed, { what });
        const layers = wanted.h.shape.at(-3) ?? 0;
        const h = found.h.slice([...at, 0, b, 0], [...lead, layers, 1, hidden]);
        assertClose(await h.data(), await wanted.h.data(), allowed, { what });
      }
      // The bias of a head also affects the outputs of padding, which count here.
      if (kind.readout !== "all") {
        for (const [i, gradient] of found.gradients.entries()) {
          const total = await sums[i]?.data() ?? [];
          // The gradients of scores are small differences of the gradients of states.
          const scale = Math.max(kind.readout === "attention" ? 0.01 : 0, ...total.map(Math.abs));
          assertClose(await gradient.data(), total, allowed, { what, scale });
        }
      }
      model.dispose();
    }
  },
);

/** Returns the hidden state h of a state. */
function layerState(state: tf.TensorContainer): tf.Tensor {
  if (state instanceof tf.Tensor) return state;
  assert(typeof state === "object" && state !== null && "h" in state);
  assert(state.h instanceof tf.Tensor);
  return state.h;
}

for (const batchFirst of [false, true]) {
  forEachBackend(
    `fit() and tokenLosses() take lengths, ${batchFirst ? "batch" : "sequence"} first`,
    async (backend) => {
      const ids = (label: string) => {
        const random = new Random(9).fork(label);
        return Int32Array.from({ length: sequence * batch }, () => random.integer(1, 5));
      };
      const shape = batchFirst ? [batch, sequence] : [sequence, batch];
      const stepOf = (i: number) => batchFirst ? i % sequence : Math.floor(i / batch);
      const counts = (i: number) =>
        stepOf(i) < (lengths[batchFirst ? Math.floor(i / sequence) : i % batch] ?? 0);
      const x = { shape, data: ids("x") };
      const target = { shape, data: ids("target") };
      const padded = { shape, data: target.data.map((id, i) => counts(i) ? id : 0) };
      const make = () => {
        const recurrent = { inputSize: 3, hiddenSize: 4, batchFirst };
        const random = new Random(2);
        return new SequenceModel({
          embedding: new Embedding({
            ...{ numEmbeddings: 6, embeddingDim: 3 },
            random: random.fork("embedding"),
          }),
          recurrent: new LSTM({ ...recurrent, random: random.fork("lstm") }),
          head: new Linear({ inFeatures: 4, outFeatures: 6, random: random.fork("head") }),
        });
      };
      const loss = new CrossEntropyLoss({ ignoreIndex: 0 });
      const [given, plain] = [make(), make()];
      const first = await tokenLosses(given, [{ x, target, lengths }], { ignoreIndex: 0 });
      const wanted = await tokenLosses(plain, [{ x, target: padded }], { ignoreIndex: 0 });
      // In one direction, padding changes nothing before it.
      assertClose([first.mean], [wanted.mean], tolerance.backend[backend]);
      assertEquals(first.tokens, 12);
      assertClose(first.byStep.map(Number), wanted.byStep.map(Number), tolerance.backend[backend]);
      assertEquals(first.byStep.length, sequence);
      const [one, other] = [new Adam(given), new Adam(plain)];
      const losses = await fit(given, loss, one, {
        steps: 3,
        draw: () => ({ x, target, lengths }),
      });
      const plainly = await fit(plain, loss, other, {
        steps: 3,
        draw: () => ({ x, target: padded }),
      });
      assertClose(losses.map(([l]) => l ?? NaN), plainly.map(([l]) => l ?? NaN), tolerance.steps);
      one.dispose();
      other.dispose();
      given.dispose();
      plain.dispose();
    },
  );
}

forEachBackend("trainLanguageModel() counts only tokens within lengths", async () => {
  const model = languageModel({
    ...{ vocabularySize: 6, embeddingDim: 3, hiddenSize: 4 },
    random: new Random(1),
  });
  const random = new Random(5);
  const ids = () => ({
    shape: [sequence, batch],
    data: Int32Array.from({ length: sequence * batch }, () => random.integer(1, 5)),
  });
  const batches = [{ x: ids(), target: ids(), lengths }];
  const optimizer = new Adam(model, { learningRate: 0.01 });
  const before = await tokenLosses(model, batches, { ignoreIndex: 0 });
  const [record] = await trainLanguageModel(
    model,
    new CrossEntropyLoss({ ignoreIndex: 0 }),
    optimizer,
    {
      epochs: 1,
      batches: () => batches,
      validate: async () => (await tokenLosses(model, batches, { ignoreIndex: 0 })).mean,
    },
  );
  assert(record);
  assertEquals(record.tokens, 12);
  assertClose([record.trainLoss], [before.mean], tolerance.steps);
  assert(record.validationLoss < before.mean);
  optimizer.dispose();
  model.dispose();
});
