import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { networkShapes } from "../../src/kernels/network.ts";
import { AdditiveAttention } from "../../src/model/additive_attention.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { GRU } from "../../src/model/gru.ts";
import { Linear } from "../../src/model/linear.ts";
import { LSTM } from "../../src/model/lstm.ts";
import { dropoutMask } from "../../src/model/reference/dropout_mask.ts";
import { RNN } from "../../src/model/rnn.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import type { SequenceModelOptions } from "../../src/model/sequence_model_options.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import {
  assertSame,
  batch,
  classes,
  hidden,
  ids,
  layers,
  numbers,
  steps,
  table,
  vocabulary,
} from "./sequences.ts";

/** Embedding, LSTM and head. */
function full(seed: number, replicas?: number) {
  const random = new Random(seed);
  const many = replicas === undefined ? {} : { replicas };
  return new SequenceModel({
    embedding: new Embedding({ ...table, paddingIdx: 0, ...many, random: random.fork("table") }),
    recurrent: new LSTM({ ...layers, numLayers: 2, ...many, random: random.fork("lstm") }),
    head: new Linear({ ...classes, ...many, random: random.fork("head") }),
  });
}

for (const replicas of [undefined, 2]) {
  const lead = replicas === undefined ? [] : [replicas];
  forEachBackend(
    `SequenceModel.forward() runs its layers in order, with replicas ${replicas}`,
    async () => {
      const model = full(1, replicas);
      const x = ids(...lead, steps, batch);
      const mask = tf.tensor([1, 1, 0, 1, 1, 1, 1, 0, 0, 1, 0, 0], [steps, batch]);
      const given = {
        mask: replicas === undefined ? mask : tf.stack([mask, tf.onesLike(mask)]),
        state: {
          h: numbers(...lead, 2, batch, hidden),
          c: numbers(...lead, 2, batch, hidden),
        },
      };
      const { output, state } = model.forward(x, given.state, { mask: given.mask });
      const { embedding, recurrent, head } = model;
      assert(embedding && head);
      const found = recurrent.forward(embedding.forward(x), given.state, { mask: given.mask });
      assertEquals(output.shape, [...lead, steps, batch, 6]);
      await assertSame(output, head.forward(found.output));
      await assertSame(state.h, found.state.h);
      await assertSame(state.c, found.state.c);
      model.dispose();
    },
  );
}

forEachBackend(
  "SequenceModel.forward() takes ids of any dtype, and refuses unknown ids",
  async (backend) => {
    const model = full(1);
    const whole = ids(steps, batch);
    const { output } = model.forward(whole);
    await assertSame(model.forward(whole.toFloat()).output, output);
    assertEquals(model.trace(whole.toFloat()).length, 2);
    // A check of ids on the GPU would wait for the device.
    if (backend === "webgpu") return model.dispose();
    for (const id of [1.7, NaN, -1, vocabulary]) {
      const x = tf.tensor2d([[0, id]]);
      const message = `x must be integers from 0 to ${vocabulary - 1}, found ${Math.fround(id)}`;
      assertThrows(() => model.forward(x), InputError, message);
      assertThrows(() => model.trace(x), InputError, message);
    }
    model.dispose();
  },
);

forEachBackend(
  "SequenceModel leaves no tensors but its output and its state",
  () => {
    for (const readout of ["all", "last", "mean", "attention"] as const) {
      for (const topped of [true, false]) {
        const start = tf.memory().numTensors;
        const random = new Random(1);
        const model = new SequenceModel({
          recurrent: new LSTM({
            ...layers,
            numLayers: 2,
            dropout: 0.5,
            random: random.fork("lstm"),
          }),
          ...(topped ? { head: new Linear({ ...classes, random: random.fork("head") }) } : {}),
          ...{ readout, dropout: 0.5 },
          ...(readout === "attention"
            ? { attention: { size: 3, random: random.fork("attention") } }
            : {}),
        });
        const x = numbers(steps, batch, 2);
        const before = tf.memory().numTensors;
        const found = model.forward(x, undefined, { training: true, random });
        assertEquals(tf.memory().numTensors, before + 3);
        tf.dispose([x, found]);
        model.dispose();
        assertEquals(tf.memory().numTensors, start);
      }
    }
  },
);

forEachBackend(
  "SequenceModel.forward() without a head gives the output of the recurrent layers",
  async () => {
    const model = new SequenceModel({ recurrent: new RNN({ ...layers, random: new Random(1) }) });
    const x = numbers(steps, batch, 2);
    const { output, state } = model.forward(x);
    const found = model.recurrent.forward(x);
    await assertSame(output, found.output);
    await assertSame(state, found.state);
    assertEquals([model.embedding, model.head, model.replicas], [null, null, undefined]);
    model.dispose();
  },
);

for (const replicas of [undefined, 2]) {
  forEachBackend(
    `SequenceModel.loadStateDict() takes what stateDict() gives, with replicas ${replicas}`,
    async () => {
      const [from, to] = [full(1, replicas), full(2, replicas)];
      const dict = await from.stateDict();
      const names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"];
      assertEquals(Object.keys(dict), [
        "embedding.weight",
        ...[0, 1].flatMap((layer) => names.map((name) => `recurrent.${name}_l${layer}`)),
        "head.weight",
        "head.bias",
      ]);
      const first = 4 * hidden * (2 + hidden + 2);
      const second = 4 * hidden * (hidden + hidden + 2);
      assertEquals(from.parameterCount, vocabulary * 2 + first + second + 6 * (hidden + 1));
      const total = Object.values(dict).reduce((sum, { data }) => sum + data.length, 0);
      assertEquals(total, from.parameterCount * (replicas ?? 1));
      to.loadStateDict(dict);
      assertEquals(await to.stateDict(), dict);
      const x = ids(...(replicas === undefined ? [] : [replicas]), steps, batch);
      await assertSame(to.forward(x).output, from.forward(x).output);
      const { "head.bias": bias, ...rest } = dict;
      assert(bias);
      assertThrows(() => to.loadStateDict(rest), InputError, "missing: head.bias");
      from.dispose();
      to.dispose();
    },
  );
}

Deno.test("SequenceModel.network describes the model, or is null if the kernels cannot run it", async () => {
  await selectBackend("cpu");
  const random = new Random(1);
  const both = { ...layers, bidirectional: true };
  const wide = { inFeatures: 2 * hidden, outFeatures: 6, bias: false, random: random.fork("wide") };
  const known = new SequenceModel({
    embedding: new Embedding({ ...table, paddingIdx: 0, random: random.fork("embedding") }),
    recurrent: new GRU({ ...both, random: random.fork("both") }),
    ...{ dropout: 0.5, head: new Linear(wide) },
  });
  assertEquals(known.network, {
    stack: known.recurrent.spec,
    embedding: { vocabulary, padding: 0 },
    dropout: 0.5,
    head: { outFeatures: 6, bias: false, tied: false },
    readout: "all",
  });
  const read = (options: Partial<SequenceModelOptions<tf.Tensor>>, name: string) => {
    using model = new SequenceModel({
      recurrent: new GRU({ ...both, random: random.fork(name) }),
      ...options,
    });
    return model.network?.readout;
  };
  assertEquals(read({ readout: "last" }, "last"), "last");
  assertEquals(read({ readout: "mean" }, "mean"), "mean");
  const attention = { size: 3, random: random.fork("scores") };
  assertEquals(read({ attention }, "attending"), { attention: 3 });
  const biased = full(1);
  assertEquals(biased.network?.head, { outFeatures: 6, bias: true, tied: false });
  const unknown: SequenceModelOptions<tf.TensorContainer>[] = [
    { recurrent: new GRU({ ...layers, implementation: "plain", random: random.fork("gru") }) },
    { recurrent: new GRU({ ...layers, batchFirst: true, random: random.fork("gru") }) },
    {
      recurrent: new GRU({ ...layers, random: random.fork("plain attention") }),
      attention: new AdditiveAttention({
        ...{ inputSize: hidden, size: 3, implementation: "plain" },
        random: random.fork("attention"),
      }),
    },
  ];
  for (const options of unknown) {
    const model = new SequenceModel(options);
    assertEquals(model.network, null);
    model.dispose();
  }
  known.dispose();
  biased.dispose();
});

for (const replicas of [undefined, 2]) {
  forEachBackend(`SequenceModel makes the head of options, with replicas ${replicas}`, async () => {
    const random = new Random(3);
    const many = replicas === undefined ? {} : { replicas };
    const recurrent = new LSTM({ ...layers, bidirectional: true, ...many, random });
    using model = new SequenceModel({
      recurrent,
      head: { outFeatures: 6, bias: false, random: random.fork("head") },
    });
    assert(model.head);
    assertEquals([model.head.inFeatures, model.head.replicas], [2 * hidden, replicas]);
    const sizes = { inFeatures: 2 * hidden, outFeatures: 6, bias: false, ...many };
    using alone = new Linear({ ...sizes, random: new Random(3).fork("head") });
    assertEquals(await model.head.stateDict(), await alone.stateDict());
  });
}

Deno.test("SequenceModel refuses a head of other types and unknown options of a head", async () => {
  await selectBackend("cpu");
  const random = new Random(1);
  using recurrent = new LSTM({ ...layers, random });
  const { few, wide } = JSON.parse('{ "few": 6, "wide": { "inFeatures": 5, "outFeatures": 6 } }');
  const before = tf.memory().numTensors;
  for (
    const [head, message] of [
      [few, "head must be a Linear, or the options of one, found 6"],
      [
        { ...wide, random },
        "an option of head must be one of outFeatures, bias, random, init, tied",
      ],
      [{ outFeatures: 0, random }, "outFeatures must be a positive integer, found 0"],
    ]
  ) {
    assertThrows(() => new SequenceModel({ recurrent, head }), InputError, message);
  }
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("SequenceModel refuses layers that do not fit", async () => {
  await selectBackend("cpu");
  const random = new Random(1);
  const one = new LSTM({ ...layers, random: random.fork("lstm") });
  const two = new LSTM({ ...layers, replicas: 2, random: random.fork("lstm") });
  const parts = {
    wide: new Embedding({ ...table, embeddingDim: 3, random: random.fork("embedding") }),
    table: new Embedding({ ...table, random: random.fork("embedding") }),
    narrow: new Linear({ ...classes, inFeatures: 4, random: random.fork("head") }),
    many: new Linear({ ...classes, replicas: 3, random: random.fork("head") }),
  };
  const refuse = (options: SequenceModelOptions<tf.TensorContainer>, message: string): unknown =>
    assertThrows(() => new SequenceModel(options), InputError, message);
  const recurrent = one;
  refuse(
    { embedding: parts.wide, recurrent },
    "embeddingDim of embedding must be 2, the inputSize of recurrent, found 3",
  );
  refuse(
    { head: parts.narrow, recurrent },
    "inFeatures of head must be 5, the outputSize of recurrent, found 4",
  );
  refuse(
    { embedding: parts.table, recurrent: two },
    "replicas of embedding must be 2, as in recurrent, found undefined",
  );
  refuse(
    { head: parts.many, recurrent },
    "replicas of head must be left out, as in recurrent, found 3",
  );
  const shared = { inFeatures: 5, outFeatures: 7, random: random.fork("tied") };
  const fitting = new Embedding({ ...table, embeddingDim: 5, random: random.fork("embedding") });
  const head = new Linear({ ...shared, tied: fitting });
  refuse({ head, recurrent }, "embedding must be the one that head is tied to, found undefined");
  refuse(
    { embedding: parts.table, head, recurrent },
    'embedding must be the one that head is tied to, found "another"',
  );
  for (const dropout of [1, -0.1, NaN]) {
    refuse({ recurrent, dropout }, `dropout must be in [0, 1), found ${dropout}`);
  }
  const { readout } = JSON.parse('{ "readout": "first" }');
  refuse(
    { recurrent, readout },
    'readout must be "all", "last", "mean" or "attention", found "first"',
  );
  for (const layer of [fitting, head, one, two, ...Object.values(parts)]) layer.dispose();
});

for (const bidirectional of [false, true]) {
  forEachBackend(
    `SequenceModel.forward() reads the last state if readout is last, with bidirectional ${bidirectional}`,
    async () => {
      for (const Layer of [RNN, LSTM, GRU]) {
        for (const replicas of [undefined, 2]) {
          const options = {
            ...{ ...layers, numLayers: 2, bidirectional, random: new Random(1) },
            ...(replicas === undefined ? {} : { replicas }),
          };
          const recurrent = new Layer(options);
          const model = new SequenceModel<tf.TensorContainer>({ recurrent, readout: "last" });
          const axis = replicas === undefined ? 0 : 1;
          const x = numbers(...(replicas === undefined ? [] : [replicas]), steps, batch, 2);
          // The forward direction ends at the last step, the reverse direction at the first.
          const all = tf.unstack(recurrent.forward(x).output, axis);
          const [first, last] = [all[0], all.at(-1)];
          assert(first && last);
          const wanted = bidirectional
            ? tf.concat([tf.split(last, 2, -1)[0]!, tf.split(first, 2, -1)[1]!], -1)
            : last;
          await assertSame(model.forward(x).output, wanted);
          model.dispose();
        }
      }
    },
  );
}

forEachBackend(
  "SequenceModel.forward() reads the last unmasked step if readout is last",
  async (backend) => {
    const random = new Random(1);
    const head = new Linear({ ...classes, random: random.fork("head") });
    const recurrent = new GRU({ ...layers, random: random.fork("gru") });
    const model = new SequenceModel({ recurrent, head, readout: "last" });
    const x = numbers(3, 1, 2);
    const { output } = model.forward(x, undefined, { mask: tf.tensor2d([[1], [1], [0]]) });
    const wanted = head.forward(recurrent.forward(x).output.slice([1], [1]).squeeze([0]));
    assertClose(await output.data(), await wanted.data(), tolerance.backend[backend]);
    const { grads } = tf.variableGrads(() => model.forward(x).output.sum());
    assertEquals(Object.keys(grads).length, 6);
    model.dispose();
  },
);

for (
  const [name, replicas, sources] of [
    ["one network", undefined, 0],
    ["replicas of one source", 2, 0],
    ["replicas of a source each", 2, 2],
  ] as const
) {
  forEachBackend(
    `SequenceModel.forward() applies dropoutMask() between layers and before the head: ${name}`,
    async () => {
      const options = { ...(replicas === undefined ? {} : { replicas }), random: new Random(1) };
      const recurrent = new GRU({ ...layers, numLayers: 2, dropout: 0.4, ...options });
      const model = new SequenceModel({ recurrent, dropout: 0.25 });
      const x = numbers(...(replicas === undefined ? [] : [replicas]), steps, batch, 2);
      const source = new Random(9);
      const random = sources === 0 ? source : [source.fork(0), source.fork(1)];
      const fork = (): Random | Random[] =>
        random instanceof Random
          ? random.fork("dropout")
          : random.map((each) => each.fork("dropout"));
      const forks = [fork()].flat();
      const seeds = Array.from({ length: replicas ?? 1 }, (_, r) => {
        return [0, 1].map(() => (forks[r] ?? forks[0])!.integer(0, 2 ** 24 - 1));
      }).flat();
      const { output } = model.forward(x, undefined, { training: true, random });
      const below = recurrent.forward(x, undefined, { training: true, random: fork() }).output;
      const mask = dropoutMask([replicas ?? 1, steps, batch, hidden], 0.25, 1, seeds);
      await assertSame(output, below.mul(mask.reshape(below.shape)));
      // Without training, dropout is off.
      await assertSame(model.forward(x, undefined, { random }).output, recurrent.forward(x).output);
      model.dispose();
    },
  );
}

forEachBackend(
  "SequenceModel.forward() needs one source, or one for each replica, to drop before the head",
  () => {
    const recurrent = new GRU({ ...layers, replicas: 3, random: new Random(1) });
    const model = new SequenceModel({ recurrent, dropout: 0.5 });
    const x = numbers(3, steps, batch, 2);
    const before = tf.memory().numTensors;
    const refuse = (random: Random[] | undefined, message: string): unknown =>
      assertThrows(
        () => model.forward(x, undefined, { training: true, ...(random ? { random } : {}) }),
        InputError,
        message,
      );
    refuse(undefined, "random must be given if dropout is active in training, found undefined");
    refuse([new Random(1), new Random(2)], "random must be 1 source, or 3, found 2");
    assertEquals(tf.memory().numTensors, before);
    model.dispose();
  },
);

for (const implementation of ["fused", "plain"] as const) {
  for (const batchFirst of [false, true]) {
    forEachBackend(
      `SequenceModel.attend() gives the weights of attention and of the mean, ${implementation}, batchFirst ${batchFirst}`,
      async () => {
        const lengths = [4, 1, 2];
        for (const readout of ["attention", "mean"] as const) {
          const random = new Random(1);
          const settings = { bidirectional: true, implementation, batchFirst };
          const start = tf.memory().numTensors;
          const model = new SequenceModel({
            recurrent: new GRU({ ...layers, ...settings, random: random.fork("gru") }),
            readout,
            ...(readout === "mean"
              ? {}
              : { attention: { size: 3, random: random.fork("attention") } }),
            head: { outFeatures: 6, random: random.fork("head") },
          });
          const x = numbers(...(batchFirst ? [batch, steps, 2] : [steps, batch, 2]));
          const before = tf.memory().numTensors;
          const found = model.attend(x, undefined, { lengths });
          assertEquals(tf.memory().numTensors, before + 3);
          assertEquals(found.output.shape, [batch, 6]);
          assertEquals(found.weights.shape, batchFirst ? [batch, steps] : [steps, batch]);
          const rows = await found.weights.array() as number[][];
          lengths.forEach((length, b) => {
            const own = Array.from({ length: steps }, (_, t) =>
              rows[batchFirst ? b : t]?.[
                batchFirst ? t : b
              ] ?? NaN);
            assertClose([own.reduce((a, b) => a + b)], [1], tolerance.float32);
            assertEquals(own.slice(length), Array(steps - length).fill(0));
            if (readout === "mean") {
              assertClose(own.slice(0, length), Array(length).fill(1 / length), tolerance.float32);
            }
          });
          const again = model.forward(x, undefined, { lengths });
          await assertSame(again.output, found.output);
          const inner = model.recurrent.forward(x, undefined, { lengths });
          if (model.attention) {
            const layer = model.attention.forward(inner.output, { lengths, batchFirst });
            await assertSame(layer.weights, found.weights);
            tf.dispose(layer);
          }
          tf.dispose([x, found, again, inner]);
          model.dispose();
          assertEquals(tf.memory().numTensors, start);
        }
      },
    );
  }
}

forEachBackend(
  "SequenceModel with attention names its parameters, and takes them back",
  async () => {
    const make = (seed: number) => {
      const random = new Random(seed);
      return new SequenceModel({
        embedding: new Embedding({ ...table, random: random.fork("table") }),
        recurrent: new RNN({ ...layers, random: random.fork("rnn") }),
        attention: { size: 3, random: random.fork("attention") },
        head: new Linear({ ...classes, random: random.fork("head") }),
      });
    };
    using from = make(1);
    using to = make(2);
    const dict = await from.stateDict();
    assertEquals(Object.keys(dict).slice(-5), [
      ...["attention.weight", "attention.bias", "attention.query"],
      ...["head.weight", "head.bias"],
    ]);
    const shapes = networkShapes(from.network!).map(({ name, shape }) => [name, [...shape]]);
    assertEquals(Object.entries(dict).map(([name, { shape }]) => [name, shape]), shapes);
    to.loadStateDict(dict);
    assertEquals(await to.stateDict(), dict);
    await assertSame(to.forward(ids(steps, batch)).output, from.forward(ids(steps, batch)).output);
  },
);

Deno.test("SequenceModel refuses attention that does not fit, and weights that do not exist", async () => {
  await selectBackend("cpu");
  const random = new Random(1);
  using recurrent = new GRU({ ...layers, random: random.fork("gru") });
  const refuse = (options: Record<string, unknown>, message: string) =>
    assertThrows(() => new SequenceModel({ recurrent, ...options }), InputError, message);
  const attention = { size: 3, random: random.fork("attention") };
  refuse(
    { readout: "attention" },
    'attention must be given if readout is "attention", found undefined',
  );
  refuse(
    { readout: "mean", attention },
    'readout must be "attention" if there is attention, found "mean"',
  );
  refuse(
    { attention: 3 },
    "attention must be an AdditiveAttention, or the options of one, found 3",
  );
  refuse({ attention: { ...attention, units: 3 } }, "units");
  refuse({ attention: { ...attention, size: -1 } }, "size must be a positive integer, found -1");
  using narrow = new AdditiveAttention({ inputSize: 2, size: 3, random: random.fork("narrow") });
  refuse(
    { attention: narrow },
    "inputSize of attention must be 5, the outputSize of recurrent, found 2",
  );
  using many = new AdditiveAttention({
    ...{ inputSize: hidden, size: 3, replicas: 2, random: random.fork("many") },
  });
  refuse({ attention: many }, "replicas of attention must be left out, as in recurrent, found 2");
  const before = tf.memory().numTensors;
  refuse({ attention, head: { outFeatures: 0, random } }, "outFeatures must be a positive integer");
  assertEquals(tf.memory().numTensors, before);
  using model = new SequenceModel({ recurrent: new GRU({ ...layers, random }), readout: "last" });
  assertThrows(
    () => model.attend(numbers(steps, batch, 2)),
    InputError,
    'readout must be "attention" or "mean" for weights, found "last"',
  );
});
