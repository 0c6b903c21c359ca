import * as tf from "@tensorflow/tfjs";
import { Random } from "../src/core/random.ts";
import { generateStream, type GenerationRequest } from "../src/generation/generate.ts";
import { Embedding } from "../src/model/embedding.ts";
import { GRU } from "../src/model/gru.ts";
import { Linear } from "../src/model/linear.ts";
import { LSTM } from "../src/model/lstm.ts";
import type { Model } from "../src/model/model.ts";
import { RNN } from "../src/model/rnn.ts";
import { SequenceModel } from "../src/model/sequence_model.ts";
import { InferenceSession } from "../src/model/inference_session.ts";
import { CrossEntropyLoss, MSELoss } from "../src/training/engine/losses.ts";
import { Adam, AdamW } from "../src/training/optimizer.ts";
import { trainStep } from "../src/training/train_step.ts";
import { mean, norm, type Timed } from "./contest.ts";
import { ADAM, ADAMW, CHECKED_TOKENS, type Tensor, TOP_P, type Workload } from "./workload.ts";

/** The largest number of steps in a call of `trainStep`. */
const CHUNK = 256;

/** Prepares a workload with the public classes of this library, on the current backend. */
export async function ours(workload: Workload, drawn: readonly Tensor[]): Promise<Timed> {
  const model = modelOf(workload, drawn);
  const { task } = workload;
  const part = task === "generation"
    ? await generation(model, workload, dataOf(workload, drawn, "ids").data)
    : task === "sampling"
    ? await sampling(model, dataOf(workload, drawn, "ids").data)
    : task === "flow" || task === "recurrence"
    ? await gradients(model, workload, drawn)
    : await training(model, workload, drawn);
  return {
    ...{ checks: part.checks, run: part.run, setting: "" },
    dispose(): void {
      part.dispose();
      model.dispose();
    },
  };
}

type Part = Pick<Timed, "checks" | "run" | "dispose">;
type Network = SequenceModel<tf.TensorContainer>;

/** The workload's network with the weights that were drawn. */
function modelOf(workload: Workload, drawn: readonly Tensor[]): Network {
  const { cell, replicas, vocabulary, inputSize, hiddenSize, numLayers, outputSize } = workload;
  const random = new Random(1);
  const many = replicas > 1 ? { replicas } : {};
  const options = { inputSize, hiddenSize, numLayers, random: random.fork("recurrent"), ...many };
  const table = { numEmbeddings: vocabulary, embeddingDim: inputSize, paddingIdx: 0 };
  const top = { inFeatures: hiddenSize, outFeatures: outputSize };
  const model = new SequenceModel<tf.TensorContainer>({
    recurrent: cell === "lstm"
      ? new LSTM(options)
      : cell === "gru"
      ? new GRU(options)
      : new RNN(options),
    readout: workload.task === "flow" ? "last" : "all",
    ...(vocabulary > 0
      ? { embedding: new Embedding({ ...table, random: random.fork("embedding"), ...many }) }
      : {}),
    ...(outputSize > 0
      ? { head: new Linear({ ...top, random: random.fork("head"), ...many }) }
      : {}),
  });
  const parameters = drawn.filter(({ parameter }) => parameter);
  model.loadStateDict(Object.fromEntries(parameters.map(({ name, shape, values }) => {
    const lead = replicas > 1 ? [replicas] : [];
    return [name.replace(/^rnn\./, "recurrent."), { shape: [...lead, ...shape], data: values }];
  })));
  return model;
}

/** Drawn data, with an axis of replicas if there are several. */
function dataOf({ replicas }: Workload, drawn: readonly Tensor[], name: string) {
  const found = drawn.find((tensor) => tensor.name === name);
  if (!found) throw new RangeError(`no ${name} was drawn`);
  return { shape: [...(replicas > 1 ? [replicas] : []), ...found.shape], data: found.values };
}

async function training(
  model: Network,
  workload: Workload,
  drawn: readonly Tensor[],
): Promise<Part> {
  const decayed = workload.task === "language";
  const { lr: learningRate, beta1, beta2, epsilon } = ADAM;
  const settings = { learningRate, betas: [beta1, beta2], epsilon } as const;
  const { weightDecay, maxNorm: clipGradNorm } = ADAMW;
  const optimizer = decayed
    ? new AdamW(model, { ...settings, weightDecay, clipGradNorm })
    : new Adam(model, settings);
  const loss = decayed ? new CrossEntropyLoss({ ignoreIndex: 0 }) : new MSELoss();
  const [x, target] = decayed ? ["ids", "targets"] : ["x", "target"];
  const batch = {
    x: dataOf(workload, drawn, x ?? ""),
    target: dataOf(workload, drawn, target ?? ""),
  };
  const batches = Array.from({ length: CHUNK }, () => batch);
  const advance = async (times: number): Promise<number> => {
    for (let left = times; left > CHUNK; left -= CHUNK) trainStep(model, loss, optimizer, batches);
    const rest = batches.slice(0, (times - 1) % CHUNK + 1);
    // Reading the last losses waits for all steps before them.
    const losses = await trainStep(model, loss, optimizer, rest).losses();
    return mean(losses.at(-1) ?? []);
  };
  const checks = [await advance(1), await advance(1)];
  return {
    checks,
    run: async (times) => void await advance(times),
    dispose: () => optimizer.dispose(),
  };
}

/** Gradients with respect to the input and to all weights, by tf.valueAndGrads. */
async function gradients(
  model: Network,
  workload: Workload,
  drawn: readonly Tensor[],
): Promise<Part> {
  const { shape, data } = dataOf(workload, drawn, "x");
  const x = tf.tensor(data, shape);
  const variables = Object.values(model.parameters);
  const once = tf.valueAndGrads((x: tf.Tensor) => {
    const { output } = model.forward(x);
    return workload.task === "flow" ? output.square().mean() : output.sum();
  });
  const all = () => once([x, ...variables]);
  const free = ({ value, grads }: ReturnType<typeof all>): void => tf.dispose([value, ...grads]);
  const first = all();
  const [ofInput, ...ofWeights] = await Promise.all(first.grads.map((grad) => grad.data()));
  const norms = [norm([ofInput ?? []]), norm(ofWeights)];
  const checks = workload.task === "flow" ? [...await first.value.data(), ...norms] : norms;
  free(first);
  return {
    checks,
    async run(times) {
      for (let i = 1; i < times; i++) free(all());
      const last = all();
      // Reading a gradient waits for all computations before it.
      await last.grads[0]?.data();
      free(last);
    },
    dispose: () => x.dispose(),
  };
}

/**
 * Generates the most likely token of each row, step by step.
 *
 * @param first The first token of each row.
 */
export async function generation(
  model: Model,
  { vocabulary, batch }: Workload,
  first: ArrayLike<number>,
): Promise<Part> {
  const session = new InferenceSession(model, { batch });
  const ids = Int32Array.from(first);
  const largest = new Float32Array(batch);
  const next = async (): Promise<void> => {
    const logits = await session.next(ids);
    for (let b = 0; b < batch; b++) {
      const start = b * vocabulary;
      let best = start;
      for (let i = start + 1; i < start + vocabulary; i++) {
        if ((logits[i] ?? 0) > (logits[best] ?? 0)) best = i;
      }
      ids[b] = best - start;
      largest[b] = logits[best] ?? NaN;
    }
  };
  const checks: number[] = [];
  for (let i = 0; i < CHECKED_TOKENS; i++) {
    await next();
    checks.push(...largest);
  }
  return {
    checks,
    async run(times) {
      for (let i = 0; i < times; i++) await next();
    },
    dispose: () => session.dispose(),
  };
}

/**
 * Generates tokens of each row by top-p sampling with `generateStream`, step by step.
 *
 * @param first The first token of each row.
 */
export async function sampling(model: Model, first: ArrayLike<number>): Promise<Part> {
  const random = new Random(1);
  const requests = Array.from(first, (id, b): GenerationRequest => {
    return { prompt: [id], sampling: { topP: TOP_P }, random: random.fork(b) };
  });
  const text = generateStream(model, requests, { maxTokens: Number.MAX_SAFE_INTEGER });
  const next = async (): Promise<readonly (number | null)[]> => (await text.next()).value ?? [];
  const checks: number[] = [];
  for (let i = 0; i < CHECKED_TOKENS; i++) {
    for (const id of await next()) checks.push(id ?? NaN);
  }
  return {
    checks,
    async run(times) {
      for (let i = 0; i < times; i++) await next();
    },
    // Ends the generator, which frees its session and its copy of the weights.
    dispose: () => void text.return(undefined),
  };
}
