import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import * as networks from "../mod.ts";
import * as data from "../src/data.ts";
import * as texts from "../src/text.ts";

const unroll = { ...networks, ...data, ...texts };
const { Random } = unroll;

/** Values that a user of JavaScript may give by mistake, made anew each time. */
const junk: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 0.5,
  () => NaN,
  () => Infinity,
  () => 3,
  () => 2n,
  () => "",
  () => "glorot",
  () => "2",
  () => Symbol("s"),
  () => [],
  () => [1, 2],
  () => [[1, 2], [3]],
  () => [undefined],
  () => ({}),
  () => ({ length: 2 }),
  () => ({ shape: [1], data: [1] }),
  () => ({ h: 1, c: 2 }),
  () => JSON.parse('{ "__proto__": 1 }'),
  () => Object.create(null),
  () => new Float32Array(2),
  () => new BigInt64Array(2),
  () => new Map(),
  () => new Date(0),
  () => Promise.resolve(1),
  () => () => undefined,
  () => () => [1],
  () => class Other {},
  () => tf.scalar(1),
  () => tf.zeros([2, 2, 2]),
  () => tf.tensor(["a"]),
  () => tf.sequential(),
  () => new Random(1),
  () => unroll.MSELoss,
];

/** A call that works, whose arguments are replaced one by one. */
interface Sound {
  readonly name: string;
  /** The function or class, and the object of a method. */
  readonly of: unknown;
  readonly owner?: object;
  /** Arguments that work, made anew each time. */
  readonly args: () => unknown[];
}

const random = () => new Random(1);
const sizes = () => ({ inputSize: 2, hiddenSize: 3, numLayers: 1, dropout: 0, random: random() });
const flags = { bidirectional: false, bias: true, batchFirst: false, implementation: "fused" };
const values = (...shape: number[]) => ({
  shape,
  data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});
const ids = (...shape: number[]) => ({
  shape,
  data: new Int32Array(values(...shape).data).fill(1),
});

function soundCalls(): { calls: Sound[]; dispose(): void } {
  const { SequenceModel, LSTM, GRU, RNN, Linear, Embedding, Adam, AdamW, MSELoss } = unroll;
  const { AdditiveAttention, Feedforward } = unroll;
  const { CrossEntropyLoss, InferenceSession, ReduceLROnPlateau } = unroll;
  const model = new SequenceModel({
    recurrent: new LSTM({ inputSize: 2, hiddenSize: 3, random: random() }),
    head: new Linear({ inFeatures: 3, outFeatures: 1, random: random() }),
  });
  const text = unroll.languageModel({
    ...{ vocabularySize: 5, embeddingDim: 2, hiddenSize: 2, numLayers: 1, random: random() },
  });
  const gru = new GRU({ inputSize: 2, hiddenSize: 3, random: random() });
  const attention = new AdditiveAttention({ inputSize: 3, size: 2, random: random() });
  const attending = new SequenceModel({
    recurrent: new GRU({ inputSize: 2, hiddenSize: 3, random: random() }),
    attention: { size: 2, random: random() },
  });
  const [adam, adamW] = [new Adam(model), new AdamW(text)];
  const [mse, cross] = [new MSELoss(), new CrossEntropyLoss({ ignoreIndex: 0 })];
  const [stream, plateau] = [new InferenceSession(model), new ReduceLROnPlateau(adam)];
  const x = () => tf.zeros([4, 2, 2]);
  const state = () => ({ h: tf.zeros([1, 2, 3]), c: tf.zeros([1, 2, 3]) });
  const batch = () => ({ x: values(4, 2, 2), target: values(4, 2, 1), mask: values(4, 2) });
  const words = () => ({ x: ids(4, 2), target: ids(4, 2), lengths: [4, 2] });
  const cell = (gates: number) => () => ({
    ...{ weight_ih: tf.zeros([gates * 3, 2]), weight_hh: tf.zeros([gates * 3, 3]) },
    ...{ bias_ih: tf.zeros([gates * 3]), bias_hh: tf.zeros([gates * 3]) },
  });
  const step = () => ({ random: random(), carryState: false });
  const one = { epochs: 1, validate: () => Promise.resolve(1) };
  const cut = () => unroll.windows([Int32Array.of(2, 4, 4, 3)], { length: 2 });
  const recurrent = () => ({ ...sizes(), ...flags, init: unroll.glorotInit });
  const dict = { weight_hh_l0: values(9, 3), weight_ih_l0: values(9, 2) };
  const whole = { ...dict, bias_ih_l0: values(9), bias_hh_l0: values(9) };
  const options = { learningRate: 0.1, betas: [0.9, 0.9], epsilon: 1, weightDecay: 0 };
  const adamOptions = () => ({
    ...options,
    clipGradNorm: 1,
    schedule: () => 1,
    replicaSchedule: () => [1],
  });
  const of = (name: string, of: unknown, args: () => unknown[], owner?: object): Sound => {
    return owner ? { name, of, args, owner } : { name, of, args };
  };
  const method = (name: string, owner: object, args: () => unknown[]): Sound =>
    of(name, Reflect.get(owner, name.split(".")[1] ?? ""), args, owner);
  const task = unroll.addingProblem({ steps: 4 });
  const calls = [
    of("LSTM", LSTM, () => [recurrent()]),
    of("GRU", GRU, () => [recurrent()]),
    of("Feedforward", Feedforward, () => [{ ...recurrent(), nonlinearity: "tanh" }]),
    of("RNN", RNN, () => [{ ...recurrent(), nonlinearity: "relu" }]),
    of("Embedding", Embedding, () => [
      { numEmbeddings: 4, embeddingDim: 2, paddingIdx: 0, random: random() },
    ]),
    of("Linear", Linear, () => [{ inFeatures: 3, outFeatures: 2, bias: true, random: random() }]),
    of("AdditiveAttention", AdditiveAttention, () => [
      { inputSize: 3, size: 2, random: random(), implementation: "fused" },
    ]),
    of("languageModel", unroll.languageModel, () => [{
      ...{ vocabularySize: 5, embeddingDim: 2, hiddenSize: 2, numLayers: 1, dropout: 0 },
      ...{ tieWeights: true, paddingIdx: 0, initialisation: "orthogonal", random: random() },
    }]),
    of("checkLanguageModelConfig", unroll.checkLanguageModelConfig, () => [
      { vocabularySize: 5, embeddingDim: 2, hiddenSize: 2, numLayers: 1, dropout: 0 },
    ]),
    of("SequenceModel", SequenceModel, () => [
      { recurrent: model.recurrent, head: model.head, dropout: 0, readout: "all" },
    ]),
    of("SequenceModel with attention", SequenceModel, () => [
      { recurrent: attending.recurrent, attention, readout: "attention" },
    ]),
    method("AdditiveAttention.forward", attention, () => [
      tf.zeros([4, 2, 3]),
      { lengths: [4, 1], batchFirst: false },
    ]),
    method(
      "SequenceModel.attend",
      attending,
      () => [x(), tf.zeros([1, 2, 3]), { mask: tf.ones([4, 2]) }],
    ),
    of("predict", unroll.predict, () => [attending, { x: values(4, 2, 2), lengths: [4, 1] }]),
    of("InferenceSession", InferenceSession, () => [model, { batch: 1 }]),
    method("InferenceSession.next", stream, () => [[1, 2]]),
    method("InferenceSession.feed", stream, () => [[1, 2], [1]]),
    method("InferenceSession.select", stream, () => [[0]]),
    method("InferenceSession.setStates", stream, () => [[
      { h: new Float32Array(3), c: new Float32Array(3) },
    ]]),
    method("LSTM.forward", model.recurrent, () => [x(), state(), { mask: tf.ones([4, 2]) }]),
    method(
      "GRU.forward",
      gru,
      () => [x(), tf.zeros([1, 2, 3]), { lengths: [4, 1], training: true }],
    ),
    method("GRU.trace", gru, () => [x(), tf.zeros([1, 2, 3]), { lengths: [4, 1] }]),
    method("SequenceModel.forward", model, () => [x(), state(), { lengths: [4, 1] }]),
    method("SequenceModel.trace", model, () => [x(), state(), { mask: tf.ones([4, 2]) }]),
    method("LSTM.unroll", model.recurrent, () => [
      x(),
      { state: state(), perturbation: { h: tf.zeros([1, 5, 2, 3]), c: tf.zeros([1, 5, 2, 3]) } },
    ]),
    method("GRU.loadStateDict", gru, () => [whole]),
    of("rnnCell", unroll.rnnCell, () => [tf.zeros([4, 2]), tf.zeros([4, 3]), cell(1)(), "tanh"]),
    of("gruCell", unroll.gruCell, () => [tf.zeros([4, 2]), tf.zeros([4, 3]), cell(3)()]),
    of("lstmCell", unroll.lstmCell, () => [
      tf.zeros([4, 2]),
      { h: tf.zeros([4, 3]), c: tf.zeros([4, 3]) },
      cell(4)(),
    ]),
    of("glorotUniform", unroll.glorotUniform, () => [[2, 3], random()]),
    of("orthogonal", unroll.orthogonal, () => [3, random(), 1]),
    of("semiOrthogonal", unroll.semiOrthogonal, () => [[2, 3], random(), 1]),
    of("gaussian", unroll.gaussian, () => [3, random(), 1]),
    of("forgetBias", unroll.forgetBias, () => [1, unroll.glorotInit]),
    of("chronoInit", unroll.chronoInit, () => [9, unroll.glorotInit]),
    of("orthogonalInit", unroll.orthogonalInit, () => [1]),
    of("jointGlorotInit", unroll.jointGlorotInit, () => [10]),
    of("identityInit", unroll.identityInit, () => [1, 0.1]),
    of("Adam", Adam, () => [model, adamOptions()]),
    of("AdamW", AdamW, () => [model, adamOptions()]),
    method("Adam.loadStateDict", adam, () => [
      { step: 0, learningRate: 0.1, moments: {}, carried: null },
    ]),
    of("CrossEntropyLoss", CrossEntropyLoss, () => [{ ignoreIndex: 0 }]),
    method(
      "MSELoss.compute",
      mse,
      () => [tf.zeros([2, 3]), tf.zeros([2, 3]), { mask: tf.ones([2]) }],
    ),
    method("CrossEntropyLoss.compute", cross, () => [
      tf.zeros([2, 3, 4]),
      tf.zeros([2, 3]),
      { mask: tf.ones([2, 3]), replicas: 2 },
    ]),
    of("cosineSchedule", unroll.cosineSchedule, () => [{ steps: 9, warmUp: 2, floor: 0.1 }]),
    of("ReduceLROnPlateau", ReduceLROnPlateau, () => [adam, {
      ...{ mode: "max", factor: 0.5, patience: 1, threshold: 0.1, thresholdMode: "abs" },
      ...{ cooldown: 1, minLR: 0, epsilon: 0 },
    }]),
    method("ReduceLROnPlateau.step", plateau, () => [1]),
    method("ReduceLROnPlateau.loadStateDict", plateau, () => [
      { best: 1, badSteps: 0, cooldown: 0 },
    ]),
    of("trainStep", unroll.trainStep, () => [model, mse, adam, batch(), step()]),
    of("evaluate", unroll.evaluate, () => [model, mse, batch()]),
    of("fit", unroll.fit, () => [model, mse, adam, {
      ...{ steps: 1, draw: batch, onStep: () => undefined },
      ...step(),
    }]),
    of("tokenLosses", unroll.tokenLosses, () => [text, [words()], { ignoreIndex: 0 }]),
    of(
      "trainLanguageModel",
      unroll.trainLanguageModel,
      () => [text, cross, adamW, { ...one, batches: () => [words()] }],
    ),
    of("addingProblem", unroll.addingProblem, () => [{ steps: 4, inputSize: 2, outputSize: 1 }]),
    of("copyMemory", unroll.copyMemory, () => [{ lag: 2, length: 2, symbols: 3 }]),
    of("alternatingSign", unroll.alternatingSign, () => [{ steps: 4, size: 2 }]),
    of("copyTask", unroll.copyTask, () => [{ steps: 4, size: 2 }]),
    of("cumulativeSum", unroll.cumulativeSum, () => [{ steps: 4, size: 2 }]),
    of("gateSequence", unroll.gateSequence, () => [{ steps: 4, batch: 1, inputSize: 3 }, random()]),
    method("SequenceTask.draw", task, () => [2, random()]),
    of("stackSamples", unroll.stackSamples, () => [[task.draw(1, random())]]),
    of("windows", unroll.windows, () => [[Int32Array.of(2, 4, 4, 3)], {
      ...{ length: 2, horizon: 1, overlap: true, pad: true },
    }]),
    of("windowBatches", unroll.windowBatches, () => [cut(), { batchSize: 1, random: random() }]),
    of("streamBatches", unroll.streamBatches, () => [Int32Array.of(2, 4, 4, 3), {
      ...{ batchSize: 1, length: 2, ignoredTargets: [2] },
    }]),
    of("joinSequences", unroll.joinSequences, () => [[Int32Array.of(2, 4)]]),
    of("splitDocuments", unroll.splitDocuments, () => [9, { validation: 0.2, random: random() }]),
  ];
  return {
    calls,
    dispose(): void {
      for (const part of [adam, adamW, stream, model, text, gru, attention, attending]) {
        part.dispose();
      }
    },
  };
}

/** Arguments with junk in place of each of them, and of each field of each that is an object. */
function* spoiled(args: () => unknown[]): Generator<[what: string, make: () => unknown[]]> {
  const one = args();
  for (const [i, argument] of one.entries()) {
    for (const [j, make] of junk.entries()) {
      yield [`argument ${i}, junk ${j}`, () => args().map((given, k) => k === i ? make() : given)];
      if (Object.getPrototypeOf(argument ?? 0) !== Object.prototype) continue;
      for (const field of [...Object.keys(Object(argument)), "misspelt"]) {
        const change = (given: unknown) => ({ ...Object(given), [field]: make() });
        yield [
          `${field} of argument ${i}, junk ${j}`,
          () => args().map((given, k) => k === i ? change(given) : given),
        ];
      }
    }
  }
}

async function outcome({ of, owner }: Sound, args: unknown[]): Promise<unknown> {
  try {
    assert(typeof of === "function");
    const isClass = /^class\b/.test(String(of));
    const made: unknown = isClass ? Reflect.construct(of, args) : Reflect.apply(of, owner, args);
    const result = await made;
    // Layers and optimizers that were made in spite of wrong arguments; the parts of a model belong
    // to others.
    if (of !== unroll.SequenceModel && (isClass || of === unroll.languageModel)) {
      const { dispose } = Object(result);
      if (typeof dispose === "function") Reflect.apply(dispose, result, []);
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

Deno.test("public functions of models, training and data take any argument, or throw an InputError, as for every unknown field", async () => {
  await unroll.selectBackend("cpu");
  const faults: string[] = [];
  const before = tf.memory().numTensors;
  tf.engine().startScope();
  const { calls, dispose } = soundCalls();
  let tried = 0;
  for (const sound of calls) {
    assertEquals(await outcome(sound, sound.args()), undefined, `${sound.name}, as it is meant`);
    for (const [what, make] of spoiled(sound.args)) {
      const error = await outcome(sound, make());
      tried++;
      const known = !what.startsWith("misspelt");
      if (known && error === undefined || error instanceof unroll.InputError) continue;
      faults.push(`${sound.name}, ${what}: ${error}`);
    }
  }
  dispose();
  tf.engine().endScope();
  assertEquals(faults, []);
  assert(tried > 5000, `${tried} calls`);
  assertEquals(tf.memory().numTensors, before);
});
