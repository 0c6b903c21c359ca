/**
 * A program that trains, evaluates, saves and generates on cpu and WASM, and prints its results as
 * JSON. It imports TensorFlow.js first if its argument is `import`.
 *
 * @module
 */
import { AdamW, CrossEntropyLoss, Embedding, evaluate, Feedforward, fit, GRU } from "../mod.ts";
import { LSTM, MSELoss, predict, Random, selectBackend, SequenceModel } from "../mod.ts";
import { addingProblem } from "../src/data.ts";
import { generate, languageModel, tokenLosses, trainLanguageModel } from "../src/text.ts";

/** The results of the program on one backend. */
export interface Found {
  /** Numbers that do not depend on whether TensorFlow.js is loaded. */
  readonly same: readonly (readonly number[])[];
  /** Losses that TensorFlow.js rounds differently. */
  readonly close: readonly number[];
  /** Whether TensorFlow.js was loaded at the end. */
  readonly loaded: boolean;
}

/** Trains and evaluates networks of numbers. */
async function numbers(): Promise<Pick<Found, "same" | "close">> {
  const random = new Random(1);
  using model = new SequenceModel({
    recurrent: new LSTM({ inputSize: 2, hiddenSize: 20, random: random.fork("lstm") }),
    head: { outFeatures: 1, random: random.fork("head") },
    readout: "last",
  });
  using optimizer = new AdamW(model, { learningRate: 0.01, clipGradNorm: 1 });
  const task = addingProblem({ steps: 12 });
  const training = random.fork("training");
  const draw = () => task.draw(8, training);
  const losses = await fit(model, new MSELoss(), optimizer, { steps: 40, draw });
  const weights = await model.stateDict();
  // Values that were assigned between two trainings are those that the second continues from.
  model.loadStateDict(
    Object.fromEntries(
      Object.entries(weights).map(([name, { shape, data }]) => [name, {
        shape,
        data: data.map((value) => value / 2),
      }]),
    ),
  );
  losses.push(...await fit(model, new MSELoss(), optimizer, { steps: 10, draw }));
  const state = await optimizer.stateDict();
  const [loss = NaN] = await evaluate(model, new MSELoss(), task.draw(30, random.fork("test")));

  const bidirectional = new GRU({
    ...{ inputSize: 3, hiddenSize: 4, numLayers: 2, bidirectional: true, replicas: 2 },
    random: random.fork("gru"),
  });
  using pair = new SequenceModel({ recurrent: bidirectional });
  const x = { shape: [2, 5, 3, 3], data: random.array(90) };
  const target = { shape: [2, 5, 3, 8], data: random.array(240) };
  const masked = await evaluate(pair, new MSELoss(), { x, target, lengths: [5, 2, 3] });
  return {
    same: [losses, Object.values(await model.stateDict()), Object.values(state.moments)]
      .map((all) => all.flatMap((one) => [...("data" in one ? one.data : one)])),
    close: [loss, ...masked],
  };
}

/** Trains a classifier without recurrence, and predicts with it. */
async function classes(): Promise<Pick<Found, "same" | "close">> {
  const random = new Random(3);
  using model = new SequenceModel({
    embedding: new Embedding({
      ...{ numEmbeddings: 9, embeddingDim: 6, paddingIdx: 0, random: random.fork("embedding") },
    }),
    recurrent: new Feedforward({
      ...{ inputSize: 6, hiddenSize: 7, numLayers: 2, dropout: 0.2, random: random.fork("layer") },
    }),
    attention: { size: 5, random: random.fork("attention") },
    head: { outFeatures: 2, random: random.fork("head") },
  });
  using optimizer = new AdamW(model, { learningRate: 0.01 });
  const x = { shape: [4, 3], data: Int32Array.from([1, 5, 7, 2, 6, 8, 3, 0, 1, 4, 0, 0]) };
  const batch = { x, target: { shape: [3], data: Int32Array.from([0, 1, 1]) }, lengths: [4, 2, 3] };
  const loss = new CrossEntropyLoss();
  const losses = await fit(model, loss, optimizer, {
    ...{ steps: 20, draw: () => batch, random: random.fork("dropout") },
  });
  const { output, weights } = await predict(model, { x, lengths: batch.lengths });
  return {
    same: [losses.flatMap((values) => [...values]), [...output.data], [...weights?.data ?? [NaN]]],
    close: [...await evaluate(model, loss, batch)],
  };
}

/** Trains a language model and continues a text with it. */
async function text(): Promise<Pick<Found, "same" | "close">> {
  const random = new Random(2);
  using model = languageModel({
    ...{ vocabularySize: 9, embeddingDim: 6, hiddenSize: 12, numLayers: 2, dropout: 0.2 },
    ...{ tieWeights: false, paddingIdx: 0, random: random.fork("model") },
  });
  using optimizer = new AdamW(model, { learningRate: 0.01 });
  const ids = (seed: number) =>
    Int32Array.from({ length: 24 }, (_, i) => 1 + (i * i + seed * i) % 8);
  const batches = [0, 1, 2].map((seed) => ({
    x: { shape: [6, 4], data: ids(seed) },
    target: { shape: [6, 4], data: ids(seed + 1) },
    ...(seed === 1 ? { lengths: [6, 3, 1, 4] } : {}),
  }));
  const loss = new CrossEntropyLoss({ ignoreIndex: 0 });
  const validate = async () =>
    (await tokenLosses(model, batches, { ignoreIndex: 0, carryState: true })).mean;
  const history = await trainLanguageModel(model, loss, optimizer, {
    ...{ epochs: 3, batches: () => batches, validate, carryState: true, random },
  });
  const { byStep } = await tokenLosses(model, batches, { ignoreIndex: 0 });
  const [batch] = batches;
  const [evaluated = NaN] = batch ? await evaluate(model, loss, batch) : [];
  const requests = [1, 2].map((seed) => ({
    ...{ prompt: [3, seed], sampling: { temperature: 0.8 }, random: new Random(seed) },
  }));
  const texts = await generate(model, requests, { maxTokens: 20, end: 0 });
  return {
    same: [
      history.map(({ trainLoss }) => trainLoss),
      Object.values(await model.stateDict()).flatMap(({ data }) => [...data]),
      ...texts.map((tokens) => [...tokens]),
    ],
    close: [
      ...history.map(({ validationLoss }) => validationLoss),
      ...byStep.map((value) => value ?? NaN),
      evaluated,
    ],
  };
}

if (import.meta.main) {
  if (Deno.args[0] === "import") await import("@tensorflow/tfjs");
  const found: Found[] = [];
  for (const backend of ["cpu", "wasm"] as const) {
    await selectBackend(backend);
    const parts = [await numbers(), await classes(), await text()];
    found.push({
      same: parts.flatMap(({ same }) => same),
      close: parts.flatMap(({ close }) => close),
      loaded: "_tfengine" in globalThis,
    });
  }
  console.log(JSON.stringify(found));
}
