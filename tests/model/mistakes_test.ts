import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertThrows } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { Feedforward } from "../../src/model/feedforward.ts";
import { chronoInit, forgetBias } from "../../src/model/init/gate_bias_init.ts";
import { GRU } from "../../src/model/gru.ts";
import { gruCell } from "../../src/model/reference/gru_cell.ts";
import {
  gaussian,
  glorotUniform,
  orthogonal,
  semiOrthogonal,
} from "../../src/model/init/random_matrices.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { lengthsMask } from "../../src/model/recurrent_inputs.ts";
import { Linear } from "../../src/model/linear.ts";
import { LSTM } from "../../src/model/lstm.ts";
import { lstmCell } from "../../src/model/reference/lstm_cell.ts";
import {
  glorotInit,
  identityInit,
  jointGlorotInit,
  orthogonalInit,
} from "../../src/model/init/recurrent_init.ts";
import { RNN } from "../../src/model/rnn.ts";
import { feedforwardCell } from "../../src/model/reference/feedforward_cell.ts";
import { rnnCell } from "../../src/model/reference/rnn_cell.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { InferenceSession } from "../../src/model/inference_session.ts";
import { assertMistakes, call } from "../mistakes.ts";

/** Runs a test on tensors that it need not free. */
function onCpu(name: string, test: () => Promise<void>): void {
  Deno.test(name, async () => {
    await selectBackend("cpu");
    tf.engine().startScope();
    try {
      await test();
    } finally {
      tf.engine().endScope();
    }
  });
}

const sizes = { inputSize: 2, hiddenSize: 3 };
const made = "random must be a source of random numbers, found undefined. new Random(1) makes one";

onCpu(
  "RNN, LSTM, GRU, Feedforward, Linear and Embedding refuse unknown options and values of other types",
  async () => {
    const random = new Random(1);
    const table = { numEmbeddings: 4, embeddingDim: 2 };
    const linear = { inFeatures: 3, outFeatures: 2 };
    const words = { vocabularySize: 5, embeddingDim: 2, hiddenSize: 2 };
    await assertMistakes([
      ...[RNN, LSTM, GRU, Feedforward].flatMap((layer) =>
        [
          [
            () => call(null, layer),
            `options of ${layer.name} must be an object`,
            "found undefined",
          ],
          [() => call(null, layer, 10, 20), "such as { inputSize, hiddenSize }, found 10"],
          [() => call(null, layer, sizes), made],
          [() => call(null, layer, { ...sizes, random: 7 }), "found 7. new Random(7) makes one"],
          [() => call(null, layer, { ...sizes, random: Math.random }), "cannot be drawn again"],
          [
            () => call(null, layer, { ...sizes, random, numLayer: 2 }),
            `an option of ${layer.name} must be one of`,
            "Did you mean numLayers?",
          ],
          [() => call(null, layer, { ...sizes, random, projSize: 2 }), 'found "projSize"'],
          [() => call(null, layer, { ...sizes, random, hiddenSize: "3" }), 'integer, found "3"'],
          [() => call(null, layer, { ...sizes, random, dropout: "0.5" }), 'in [0, 1), found "0.5"'],
          [
            () => call(null, layer, { ...sizes, random, bidirectional: 1 }),
            "bidirectional must be true or false, found 1",
          ],
          [() => call(null, layer, { ...sizes, random, bias: "no" }), "bias must be true or false"],
          [() => call(null, layer, { ...sizes, random, batchFirst: 0 }), "batchFirst must be true"],
          [
            () => call(null, layer, { ...sizes, random, init: "glorot" }),
            'init must be a function such as glorotInit or orthogonalInit(1), found "glorot"',
          ],
          [
            () => call(null, layer, { ...sizes, random, init: orthogonalInit }),
            "init: orthogonalInit()",
          ],
          [() => call(null, layer, { ...sizes, random, init: forgetBias }), "init: forgetBias(1)"],
          [
            () => call(null, layer, { ...sizes, random, init: chronoInit }),
            "init: chronoInit(100)",
          ],
          [
            () => call(null, layer, { ...sizes, random, init: jointGlorotInit }),
            'inputSize must be a positive integer, found "weight_ih_l0". Call it first: ' +
            "init: jointGlorotInit(10)",
          ],
          [
            () => call(null, layer, { ...sizes, random, init: () => undefined }),
            "numbers, found undefined",
          ],
        ] as const
      ),
      [
        () => call(null, GRU, { ...sizes, random, numLayers: 2 ** 40 }),
        "numLayers must be at most 65536",
      ],
      [
        () => call(null, GRU, { ...sizes, random, replicas: 1e12 }),
        "replicas must be at most 1048576",
      ],
      [
        () => call(null, glorotInit),
        "sizes of glorotInit must be given by an RNN, LSTM, GRU or Feedforward, found undefined. " +
        "Give glorotInit to one of these, without a call: init: glorotInit",
      ],
      [
        () =>
          call(
            null,
            glorotInit,
            "weight_ih_l0",
            [3, 2],
            { cell: "gru", hiddenSize: 1, bias: true },
            4,
          ),
        "random must be a source of random numbers, found 4. new Random(4) makes one",
      ],
      [() => call(null, identityInit, "weight_ih_l0"), "Call it first: init: identityInit()"],
      [() => call(null, RNN, { ...sizes, random, nonlinearity: "sigmoid" }), '"tanh" or "relu"'],
      [
        () => call(null, Feedforward, { ...sizes, random, nonlinearity: "identity" }),
        '"tanh" or "relu"',
      ],
      [
        () => call(null, Feedforward, { ...sizes, random, bidirectional: true }),
        "bidirectional must be false for a Feedforward, found true. Without recurrence, both",
      ],
      [
        () => call(null, Feedforward, { ...sizes, random, init: identityInit() }),
        'the cell of identityInit must be a simple RNN, found "feedforward_tanh"',
      ],
      [() => call(null, LSTM, { ...sizes, random, nonlinearity: "tanh" }), 'found "nonlinearity"'],
      [() => call(null, Embedding, 4, 2), "options of Embedding must be an object"],
      [() => call(null, Embedding, table), made],
      [
        () => call(null, Embedding, { ...table, random, padding_idx: 0 }),
        "Did you mean paddingIdx?",
      ],
      [
        () => call(null, Embedding, { ...table, random, init: "normal" }),
        "init must be a function",
      ],
      [
        () => call(null, Embedding, { ...table, random, numEmbeddings: 2 ** 24 + 1 }),
        "numEmbeddings must be at most 16777216",
      ],
      [() => call(null, Linear, 3, 2), "options of Linear must be an object"],
      [() => call(null, Linear, linear), made],
      [() => call(null, Linear, { ...linear, random, in_features: 3 }), "Did you mean inFeatures?"],
      [
        () => call(null, Linear, { ...linear, random, tied: tf.zeros([2, 3]) }),
        "tied must be an E",
      ],
      [() => call(null, Linear, { ...linear, random, bias: null }), "bias must be true or false"],
      [() => call(null, Linear, { ...linear, random, init: glorotInit }), "given by an RNN, LSTM"],
      [() => call(null, languageModel), "options of languageModel must be an object"],
      [() => call(null, languageModel, words), made],
      [() => call(null, languageModel, { ...words, random, vocabSize: 5 }), "Did you mean vocab"],
      [() => call(null, glorotUniform, 3, random), "shape must be [output, input], found 3"],
      [() => call(null, semiOrthogonal, [3], random), "shape must be [output, input], found [3]"],
      [() => call(null, orthogonal, 3), made],
      [() => call(null, gaussian, 3, random, "2"), 'gain must be a finite number, found "2"'],
      [() => call(null, forgetBias, 1, "glorot"), "base must be a function such as glorotInit"],
    ]);
  },
);

onCpu("SequenceModel and InferenceSession refuse layers and models of other types", async () => {
  const random = new Random(1);
  const recurrent = new GRU({ ...sizes, random: random.fork("gru") });
  const model = new SequenceModel({ recurrent });
  const stream = new InferenceSession(model, { batch: 2 });
  await assertMistakes([
    [() => call(null, SequenceModel), "options of SequenceModel must be an object"],
    [() => call(null, SequenceModel, [recurrent]), "options of SequenceModel must be an object"],
    [
      () => call(null, SequenceModel, {}),
      "recurrent must be an RNN, LSTM, GRU or Feedforward, found undefined",
    ],
    [() => call(null, SequenceModel, { recurrent: LSTM }), "found the class LSTM"],
    [
      () => call(null, SequenceModel, { recurrent, head: tf.layers.dense({ units: 1 }) }),
      "a Linear",
    ],
    [() => call(null, SequenceModel, { recurrent, embedding: 7 }), "an Embedding, found 7"],
    [() => call(null, SequenceModel, { recurrent, head: undefined, readOut: "last" }), "readout?"],
    [() => call(null, SequenceModel, { recurrent, dropout: "0.1" }), 'in [0, 1), found "0.1"'],
    [
      () => call(null, InferenceSession, tf.sequential()),
      "a network such as a SequenceModel",
      "tf.layers",
    ],
    [() => call(null, InferenceSession, Promise.resolve(model)), "Await it first"],
    [
      () => call(null, InferenceSession, model, 2),
      "options of InferenceSession must be an object such as { batch }",
    ],
    [
      () => call(null, InferenceSession, model, { batchSize: 2 }),
      'must be batch, found "batchSize"',
    ],
    [() => call(stream, "next", tf.zeros([2, 2])), "x must be an array of numbers, found an inst"],
    [() => call(stream, "next", BigInt64Array.of(1n, 1n, 1n, 1n)), "Array.from(x, Number)"],
    [() => call(stream, "next"), "x must be an array of numbers, found undefined"],
    [() => call(stream, "next", ["1", 2, 3, 4]), 'x[0] must be a number, found "1"'],
    [() => call(stream, "next", [1, 2, 3, null]), "x[3] must be a number, found null"],
    [() => call(stream, "next", new Array(4)), "x[0] must be a number, found undefined"],
    [() => call(stream, "feed", [[1, 2], [3, 4]]), "x[0] must be a number, found [1, 2]"],
    [() => call(stream, "feed", [1, 2, 3, true]), "x[3] must be a number, found true"],
    [() => call(stream, "feed", [1, 2, 3, 4], 1), "mask must be an array of numbers, found 1"],
    [() => call(stream, "feed", [1, 2, 3, 4], [0.5, 1]), "mask must be 0 or 1 throughout"],
    [() => call(stream, "select", 1), "rows must be an array of numbers, found 1"],
    [() => call(stream, "setStates", { h: [] }), "states must be an array of { h, c } by layer"],
    [() => call(stream, "setStates", stream.states()), "Await it first"],
    [() => call(stream, "setStates", [{ hidden: [] }]), "a field of states[0] must be one of h, c"],
    [() => call(stream, "setStates", [{ h: [0, 0, 0, 0, 0, 0], c: null }]), "a Float32Array"],
  ]);
  stream.dispose();
  model.dispose();
});

onCpu("forward(), trace() and unroll() refuse values of other types", async () => {
  const random = new Random(1);
  const lstm = new LSTM({ ...sizes, random: random.fork("lstm") });
  const gru = new GRU({ ...sizes, random: random.fork("gru"), batchFirst: true });
  const model = new SequenceModel({
    embedding: new Embedding({ numEmbeddings: 4, embeddingDim: 2, random: random.fork("e") }),
    recurrent: new LSTM({ ...sizes, random: random.fork("l") }),
    head: new Linear({ inFeatures: 3, outFeatures: 2, random: random.fork("h") }),
  });
  const x = tf.zeros([4, 2, 2]);
  const ids = tf.zeros([4, 2], "int32");
  const [h, c] = [tf.zeros([1, 2, 3]), tf.zeros([1, 2, 3])];
  const gone = tf.zeros([4, 2, 2]);
  gone.dispose();
  for (const method of ["forward", "trace"]) {
    await assertMistakes([
      [() => call(lstm, method), "x must be a tensor, found undefined"],
      [
        () => call(lstm, method, [[[1, 2]]]),
        "x must be a tensor, found [[[1, 2]]]. tf.tensor(x) makes",
      ],
      [() => call(lstm, method, new Float32Array(16)), "tf.tensor(x, shape) makes one"],
      [() => call(lstm, method, Promise.resolve(x)), "x must be a tensor", "Await it first"],
      [
        () => call(lstm, method, gone),
        'x must be a tensor in use, found "one that was disposed of"',
      ],
      [() => call(lstm, method, x.toInt()), 'x must be of dtype float32, found "int32"'],
      [() => call(lstm, method, x, [h, c]), "state must be { h, c }", "(h, c) is { h, c } here"],
      [() => call(lstm, method, x, { h }), "state.c must be a tensor, found undefined"],
      [() => call(lstm, method, x, { h, cell: c }), "a field of the state must be one of h, c"],
      [() => call(lstm, method, x, { h, c: [0] }), "state.c must be a tensor, found [0]"],
      [() => call(lstm, method, x, h), "state must be { h, c }, found an instance of Tensor"],
      [() => call(lstm, method, x, null), "Leave it out, or give undefined"],
      [() => call(lstm, method, x, { lengths: [4, 2] }), "Options come third"],
      [() => call(gru, method, x, { mask: x }), "Options come third"],
      [() => call(gru, method, x, { h, c }), "Only an LSTM has c: give h itself"],
      [() => call(gru, method, x, [h]), "state must be a tensor, found"],
      [() => call(lstm, method, x, undefined, [4, 2]), `options of LSTM.${method} must be`],
      [() => call(lstm, method, x, undefined, { length: [4, 2] }), "Did you mean lengths?"],
      [
        () => call(lstm, method, x, undefined, { lengths: 4 }),
        "an array of 2 integers from 1 to 4",
      ],
      [() => call(lstm, method, x, undefined, { lengths: tf.ones([2]) }), "await lengths.data()"],
      [
        () => call(lstm, method, x, undefined, { lengths: Int32Array.of(4, 2) }),
        "Array.from(lengths)",
      ],
      [() => call(lstm, method, x, undefined, { lengths: Promise.resolve([4]) }), "Await it first"],
      [() => call(lstm, method, x, undefined, { lengths: [4, -1] }), "found [4, -1]"],
      [() => call(gru, method, x, undefined, { lengths: [2, 2] }), "4 integers from 1 to 2"],
      [() => call(lstm, method, x, undefined, { lengths: new Array(2) }), "2 integers from 1 to 4"],
      [() => call(lstm, method, x, undefined, { lengths: ["4", "2"] }), 'found ["4", "2"]'],
      [() => call(lstm, method, x, undefined, { mask: [[1, 1]] }), "mask must be a tensor"],
      [
        () => call(lstm, method, x, undefined, { mask: tf.ones([4, 2]), lengths: [1, 1] }),
        "left out",
      ],
      [() => call(lstm, method, x, undefined, { mask: tf.fill([4, 2], 0.5) }), "found 0.5"],
      [
        () => call(model, method, x),
        "x must be ids of 2 axes, sequence and batch, found [4, 2, 2]",
      ],
      [() => call(model, method, [[1, 2]]), "x must be a tensor", "tf.tensor(x) makes one"],
      [() => call(model, method, ids, { lengths: [4, 4] }), "Options come third"],
      [() => call(model, method, ids, undefined, { lengths: [4, 5] }), "from 1 to 4, found [4, 5]"],
      [() => call(model, method, ids, undefined, 4), `options of SequenceModel.${method} must be`],
    ]);
  }
  await assertMistakes([
    [
      () => call(lstm, "forward", x, undefined, { training: "yes" }),
      "training must be true or false",
    ],
    [() => call(gru, "forward", x, undefined, { random: 1 }), "new Random(1) makes one"],
    [() => call(lstm, "trace", x, undefined, { training: true }), 'found "training"'],
    [() => call(model.head, "forward", [[1, 2, 3]]), "x must be a tensor"],
    [() => call(model.embedding, "forward", [1, 2]), "ids must be a tensor, found [1, 2]"],
    [() => call(lstm, "unroll", [[1]]), "x must be a tensor"],
    [() => call(lstm, "unroll", x, h), "options of LSTM.unroll must be an object"],
    [() => call(lstm, "unroll", x, { h0: h }), "an option of LSTM.unroll must be one of state"],
    [() => call(lstm, "unroll", x, { state: h }), "state must be { h, c }"],
    [() => call(lstm, "unroll", x, { perturbation: h }), "fields of the perturbation must be"],
    [
      () => call(lstm, "unroll", x, { perturbation: { h: tf.zeros([1, 4, 2, 3]) } }),
      "perturbation.h must be of shape [layers * directions 1, sequence + 1 5, batch 2, hidden 3]",
    ],
    [() => call(gru, "unroll", x, { perturbation: {} }), "perturbation.h must be a tensor"],
    [
      () => {
        const [h, c] = [tf.zeros([1, 3, 4, 3]), tf.zeros([1, 3, 4, 3])];
        return call(gru, "unroll", x, { perturbation: { h, c } });
      },
      "perturbation.c must be given for an LSTM only",
    ],
    [() => call(model, "loadStateDict", model.stateDict()), "a state dict", "Await it first"],
    [() => call(model, "loadStateDict", null), "a state dict must be an object"],
    [() => call(gru, "loadStateDict", undefined), "a state dict must be an object"],
  ]);
  const dict = await gru.stateDict();
  await assertMistakes([
    [
      () => call(gru, "loadStateDict", { ...dict, bias_ih_l0: [1, 2] }),
      "a shape with a Float32Array",
    ],
    [
      () =>
        call(gru, "loadStateDict", {
          ...dict,
          bias_ih_l0: { shape: [9], data: new BigInt64Array(9) },
        }),
      "Float32Array.from(data, Number) converts it",
    ],
  ]);
  for (const layer of [lstm, gru, model]) layer.dispose();
  await assertMistakes([
    [() => call(lstm, "forward", x), "disposed of"],
    [() => call(gru, "unroll", x), "disposed of"],
    [() => call(model, "forward", ids), "disposed of"],
  ]);
  // A second call has no effect.
  for (const layer of [lstm, gru, model]) layer.dispose();
});

onCpu(
  "rnnCell(), lstmCell(), gruCell() and feedforwardCell() refuse unknown weights, and sizes that tfjs would broadcast",
  async () => {
    const [x, h] = [tf.ones([4, 2]), tf.ones([4, 3])];
    const weights = (gates: number) => ({
      weight_ih: tf.ones([gates * 3, 2]),
      weight_hh: tf.ones([gates * 3, 3]),
    });
    const cells = [[rnnCell, 1, h], [gruCell, 3, h], [lstmCell, 4, { h, c: h }]] as const;
    for (const [cell, gates, state] of cells) {
      const fitting = weights(gates);
      const changed = (change: object) => () =>
        call(null, cell, x, state, { ...fitting, ...change });
      await assertMistakes([
        [changed({ bias: tf.ones([3]) }), "a field of a cell's weights must be one of weight_ih"],
        [changed({ weight_ih: [[1]] }), "weight_ih must be a tensor"],
        [
          changed({ weight_ih: tf.ones([1, 2]) }),
          `weight_ih must be of shape [rows ${gates * 3}, input 2]`,
        ],
        [changed({ weight_hh: undefined }), "weight_hh must be a tensor, found undefined"],
        [changed({ bias_ih: tf.ones([1]) }), `bias_ih must be of shape [rows ${gates * 3}]`],
        [changed({ bias_hh: tf.ones([1]) }), `bias_hh must be of shape [rows ${gates * 3}]`],
        [() => call(null, cell, [[1, 2]], state, fitting), "x must be a tensor"],
        [() => call(null, cell, x, state), "fields of a cell's weights must be an object"],
      ]);
    }
    await assertMistakes([
      [
        () => call(null, feedforwardCell, x, weights(1)),
        'a field of a cell\'s weights must be one of weight_ih, bias_ih, found "weight_hh"',
      ],
      [
        () => call(null, feedforwardCell, x, { weight_ih: tf.ones([3, 4]) }),
        "weight_ih must be of shape [hidden 3, input 2]",
      ],
      [
        () => call(null, feedforwardCell, x, { weight_ih: tf.ones([3, 2]), bias_ih: tf.ones([1]) }),
        "bias_ih must be of shape [hidden 3]",
      ],
      [() => call(null, feedforwardCell, [1], {}), "x must be a tensor"],
      [
        () => call(null, feedforwardCell, x, { weight_ih: tf.ones([3, 2]) }, "identity"),
        'nonlinearity must be "tanh" or "relu", found "identity"',
      ],
      [
        () => call(null, rnnCell, x, tf.ones([1, 3]), weights(1)),
        "h must be of shape [batch 4, hidden 3]",
      ],
      [() => call(null, rnnCell, x, h, weights(1), "sigmoid"), '"tanh", "relu" or "identity"'],
      [() => call(null, lstmCell, x, [h, h], weights(4)), "fields of the state must be an object"],
      [() => call(null, lstmCell, x, { h }, weights(4)), "c must be a tensor, found undefined"],
    ]);
  },
);

onCpu("languageModel() refuses a source that has made a language model", async () => {
  const random = new Random(1);
  const words = { vocabularySize: 5, embeddingDim: 2, hiddenSize: 2, random };
  const first = languageModel(words);
  await assertMistakes([
    [() => languageModel(words), "one that has made embedding.weight already"],
  ]);
  const second = languageModel({ ...words, random: random.fork("second") });
  assertEquals(second.parameterCount, first.parameterCount);
  for (const model of [first, second]) model.dispose();
});

onCpu(
  "checkLengths(), checkModel() and drawVariables() give no wrong advice in errors",
  async () => {
    const random = new Random(5);
    const lengths = (value: unknown) => () =>
      call(null, lengthsMask, value, { sequence: 4, batch: 2, batchFirst: false });
    const streamOf = (options: object) => () => {
      const gru = call(null, GRU, { ...sizes, random: random.fork("gru"), ...options });
      return call(null, InferenceSession, call(null, SequenceModel, { recurrent: gru }));
    };
    const wanted =
      "model must be a SequenceModel of fused layers with the sequence axis first, found";
    const init = (row: unknown[]) => () =>
      call(null, GRU, {
        ...{ inputSize: 1, hiddenSize: 1, bias: false, random: random.fork("init") },
        init: () => [1, ...row],
      });
    const { message } = assertThrows(lengths(4), InputError);
    assertEquals(message, "lengths must be an array of 2 integers from 1 to 4, found 4");
    await assertMistakes([
      [lengths(null), "2 integers from 1 to 4, found null"],
      [streamOf({ batchFirst: true }), `${wanted} "one with the batch axis first"`],
      [streamOf({ implementation: "plain" }), `${wanted} an instance of SequenceModel`],
      [init([0, "1"]), 'initial weight_ih_l0[2] must be a number, found "1"'],
      [init([0, null]), "initial weight_ih_l0[2] must be a number, found null"],
    ]);
  },
);
