import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { GRU } from "../../src/model/gru.ts";
import { LSTM } from "../../src/model/lstm.ts";
import {
  checkImplementation,
  type RecurrentOptions,
  stackSpec,
} from "../../src/model/recurrent_layer.ts";
import { RNN } from "../../src/model/rnn.ts";
import { type BackendName, forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { type AnyLayer, layerOf, recurrentCells, run, traceOf } from "./layers.ts";

const implementations = ["plain", "fused"] as const;
const sizes = { inputSize: 3, hiddenSize: 5, numLayers: 2, bidirectional: true };
const [sequence, batch] = [6, 4];

/** A tensor of normal numbers, the same for a label. */
function normal(label: string, shape: number[]): tf.Tensor {
  return tf.tensor(new Random(9).fork(label).array(shape.reduce((a, b) => a * b, 1)), shape);
}

/**
 * Layers of every recurrent cell and implementation, two layers in both directions. On WebGPU only the fused
 * LSTM, since every shape compiles its own shaders; other tests run every cell there.
 */
async function forAll(
  backend: BackendName,
  options: Partial<RecurrentOptions>,
  test: (layer: AnyLayer) => void | Promise<void>,
): Promise<void> {
  const gpu = backend === "webgpu";
  for (const implementation of gpu ? ["fused"] as const : implementations) {
    for (const cell of gpu ? ["lstm"] as const : recurrentCells) {
      const layer = layerOf(cell, { ...sizes, random: new Random(2), implementation, ...options });
      await test(layer);
      layer.dispose();
    }
  }
}

forEachBackend("forward() gives each replica what its source gives alone", async (backend) => {
  const x = normal("x", [3, sequence, batch, sizes.inputSize]);
  const h = normal("h", [3, 4, batch, sizes.hiddenSize]);
  const c = normal("c", [3, 4, batch, sizes.hiddenSize]);
  await forAll(backend, { replicas: 3, dropout: 0.4 }, async (layer) => {
    const random = [0, 1, 2].map((r) => new Random(3).fork(r));
    const all = run(layer, x, { h, c }, { training: true, random });
    for (const r of [0, 1, 2]) {
      const { implementation } = layer;
      const alone = layerOf(layer.spec.cell, {
        ...sizes,
        dropout: 0.4,
        random: new Random(2).fork(r),
        implementation,
      });
      assertEquals(alone.parameterCount, layer.parameterCount);
      for (const [name, variable] of Object.entries(alone.parameters)) {
        const replica = layer.parameters[name]?.slice([r], [1]);
        assertEquals(await replica?.data(), await variable.data(), name);
      }
      const part = (tensor: tf.Tensor): tf.Tensor => tensor.slice([r], [1]).squeeze([0]);
      const state = { h: part(h), c: part(c) };
      const own = { training: true, random: new Random(3).fork(r) };
      for (const [i, found] of run(alone, part(x), state, own).entries()) {
        const wanted = all[i];
        assert(wanted);
        assertEquals(found.shape, part(wanted).shape);
        assertClose(await found.data(), await part(wanted).data(), tolerance.float32);
      }
      alone.dispose();
    }
  });
});

forEachBackend(
  "forward() with lengths carries the state over padding as with a mask",
  async (backend) => {
    const lengths = [6, 1, 4, 3];
    const x = normal("x", [sequence, batch, sizes.inputSize]);
    const mask = tf.tensor2d(
      Array.from({ length: sequence }, (_, t) => lengths.map((n) => t < n ? 1 : 0)),
    );
    await forAll(backend, {}, async (layer) => {
      const [output, h, c] = run(layer, x, undefined, { lengths });
      const masked = run(layer, x, undefined, { mask });
      const booleans = run(layer, x, undefined, { mask: mask.toBool() });
      for (const [i, found] of [output, h, c].entries()) {
        if (!found) continue;
        assertEquals(await found.data(), await masked[i]?.data());
        assertEquals(await found.data(), await booleans[i]?.data());
      }
      for (const [b, length] of lengths.entries()) {
        const alone = run(layer, x.slice([0, b, 0], [length, 1, -1]));
        for (const [i, wanted] of alone.entries()) {
          const found = [output, h, c][i]?.slice([0, b, 0], [i === 0 ? length : -1, 1, -1]);
          assert(found);
          assertClose(await found.data(), await wanted.data(), tolerance.float32);
        }
        if (length === sequence) continue;
        const rest = await output?.slice([length, b, 0], [-1, 1, -1]).data();
        assertEquals(new Set(rest), new Set([0]));
      }
    });
  },
);

forEachBackend(
  "forward() with batchFirst swaps the axes of inputs, outputs and masks alone",
  async (backend) => {
    const swap = (tensor: tf.Tensor): tf.Tensor =>
      tensor.transpose([0, 2, 1, 3].slice(0, tensor.rank));
    const x = normal("x", [2, sequence, batch, sizes.inputSize]);
    const mask = tf.ones([2, sequence, batch]).concat(tf.zeros([2, 1, batch]), 1).slice(
      [0, 1, 0],
      [2, sequence, batch],
    );
    await forAll(backend, { replicas: 2 }, async (layer) => {
      const { implementation } = layer;
      const options = { ...sizes, replicas: 2, implementation, random: new Random(2) };
      const other = layerOf(layer.spec.cell, { ...options, batchFirst: true });
      const [wanted, ...states] = run(layer, x, undefined, { mask });
      const [found, ...others] = run(other, swap(x), undefined, { mask: swap(mask) });
      assert(wanted && found);
      assertEquals(found.shape, [2, batch, sequence, 10]);
      assertEquals(await swap(found).data(), await wanted.data());
      for (const [i, state] of states.entries()) {
        assertEquals(await others[i]?.data(), await state.data());
      }
      const [trace] = other.trace(swap(x));
      assertEquals(trace?.hidden.shape, [2, sequence, batch, 5]);
      other.dispose();
    });
  },
);

forEachBackend("forward() continues from the state of an earlier call", async (backend) => {
  const x = normal("x", [sequence, batch, sizes.inputSize]);
  await forAll(backend, { bidirectional: false }, async (layer) => {
    const [wanted, ...last] = run(layer, x);
    const [first, h, c] = run(layer, x.slice([0], [2]));
    assert(wanted && first && h);
    const [second, ...end] = run(layer, x.slice([2]), c ? { h, c } : { h });
    assert(second);
    const joined = tf.concat([first, second]);
    assertClose(await joined.data(), await wanted.data(), tolerance.float32);
    for (const [i, state] of last.entries()) {
      assertClose(await end[i]?.data() ?? [], await state.data(), tolerance.float32);
    }
  });
});

forEachBackend(
  "forward() applies dropout in training alone, drawn from its source",
  async (backend) => {
    const x = normal("x", [sequence, batch, sizes.inputSize]);
    await forAll(backend, { dropout: 0.5 }, async (layer) => {
      const once = async (seed?: number): Promise<Float32Array> => {
        const random = new Random(seed ?? 0);
        const options = seed === undefined ? {} : { training: true, random };
        const [output] = run(layer, x, undefined, options);
        return await output?.data<"float32">() ?? new Float32Array();
      };
      assertEquals(await once(), await once());
      assertEquals(await once(1), await once(1));
      assertNotEquals(await once(1), await once(2));
      assertNotEquals(await once(1), await once());
      const random = new Random(1);
      const [first] = run(layer, x, undefined, { training: true, random });
      const [second] = run(layer, x, undefined, { training: true, random });
      assertNotEquals(await first?.data(), await second?.data());
    });
  },
);

forEachBackend(
  "forward(), gradients, trace() and unroll() leave no other tensors",
  async (backend) => {
    const start = tf.memory().numTensors;
    const x = normal("x", [sequence, batch, sizes.inputSize]);
    await forAll(backend, { dropout: 0.5 }, (layer) => {
      const loss = (): tf.Scalar => {
        const random = new Random(1);
        const [output = x] = run(layer, x, undefined, {
          training: true,
          random,
          lengths: [6, 5, 4, 1],
        });
        return output.square().mean();
      };
      // The first call allocates the memory that a backend never frees.
      tf.dispose(tf.variableGrads(loss));
      const before = tf.memory().numTensors;
      tf.dispose(run(layer, x));
      tf.dispose(layer.trace(x));
      tf.dispose(layer.unroll(x));
      tf.dispose(tf.variableGrads(loss));
      assertEquals(tf.memory().numTensors, before);
      const outputs = run(layer, x);
      assertEquals(tf.memory().numTensors, before + outputs.length);
      tf.dispose(outputs);
    });
    x.dispose();
    assertEquals(tf.memory().numTensors, start);
  },
);

forEachBackend(
  "unroll() gives the output of forward() and the states of trace()",
  async (backend) => {
    const x = normal("x", [2, batch, sequence, sizes.inputSize]);
    const state = { h: normal("h", [2, 4, batch, 5]), c: normal("c", [2, 4, batch, 5]) };
    const allowed = tolerance.backend[backend];
    const options = { replicas: 2, batchFirst: true, dropout: 0.5 };
    await forAll(backend, options, async (layer) => {
      const { cell } = layer.spec;
      const [wanted] = run(layer, x, state);
      assert(wanted);
      const { output, states } = layer instanceof LSTM
        ? layer.unroll(x, { state })
        : layer.unroll(x, { state: state.h });
      assertEquals(output.shape, wanted.shape);
      assertClose(await output.data(), await wanted.data(), allowed);
      assertEquals(Object.keys(states), cell === "lstm" ? ["h", "c"] : ["h"]);
      for (const [i, trace] of traceOf(layer, x, state).entries()) {
        for (const [part, name] of [["h", "hidden"], ["c", "cell"]] as const) {
          const [all, traced] = [states[part], trace[name]];
          if (!all || !(traced instanceof tf.Tensor)) continue;
          assertEquals(all.shape, [2, 4, sequence + 1, batch, 5]);
          const found = all.slice([0, i], [-1, 1]).squeeze([1]);
          const initial = state[part].slice([0, i], [-1, 1]);
          const between = trace.direction === "forward" ? [initial, traced] : [traced, initial];
          assertClose(await found.data(), await tf.concat(between, 1).data(), allowed);
        }
      }
    });
  },
);

forEachBackend("tf.train.adam() reduces the loss of each layer", async (backend) => {
  const x = normal("x", [sequence, batch, sizes.inputSize]);
  const target = normal("target", [sequence, batch, 10]).mul(0.3);
  await forAll(backend, {}, async (layer) => {
    const optimizer = tf.train.adam(0.02);
    const losses: number[] = [];
    for (let step = 0; step < 8; step++) {
      const loss = optimizer.minimize(() => {
        const [output = x] = run(layer, x);
        return output.sub(target).square().mean();
      }, true);
      assert(loss);
      losses.push(...await loss.data());
    }
    const [first = NaN, last = NaN] = [losses[0], losses.at(-1)];
    assert(last < first, `${layer.spec.cell}, ${layer.implementation}: ${losses}`);
    optimizer.dispose();
  });
});

forEachBackend("RecurrentLayer.parameters have PyTorch's names, shapes and order", async () => {
  const random = new Random(1);
  const options = { inputSize: 3, hiddenSize: 5 };
  const shapesOf = (layer: AnyLayer): Record<string, number[]> =>
    Object.fromEntries(Object.entries(layer.parameters).map(([name, v]) => [name, v.shape]));
  const lstm = new LSTM({ ...options, numLayers: 2, bidirectional: true, random });
  assertEquals(Object.entries(shapesOf(lstm)), [
    ["weight_ih_l0", [20, 3]],
    ["weight_hh_l0", [20, 5]],
    ["bias_ih_l0", [20]],
    ["bias_hh_l0", [20]],
    ["weight_ih_l0_reverse", [20, 3]],
    ["weight_hh_l0_reverse", [20, 5]],
    ["bias_ih_l0_reverse", [20]],
    ["bias_hh_l0_reverse", [20]],
    ["weight_ih_l1", [20, 10]],
    ["weight_hh_l1", [20, 5]],
    ["bias_ih_l1", [20]],
    ["bias_hh_l1", [20]],
    ["weight_ih_l1_reverse", [20, 10]],
    ["weight_hh_l1_reverse", [20, 5]],
    ["bias_ih_l1_reverse", [20]],
    ["bias_hh_l1_reverse", [20]],
  ]);
  assertEquals(lstm.parameterCount, 2 * (20 * 8 + 40) + 2 * (20 * 15 + 40));
  assertEquals(lstm.outputSize, 10);
  const gru = new GRU({ ...options, bias: false, replicas: 2, random: random.fork("gru") });
  assertEquals(shapesOf(gru), { weight_ih_l0: [2, 15, 3], weight_hh_l0: [2, 15, 5] });
  assertEquals([gru.parameterCount, gru.store.count], [120, 240]);
  const rnn = new RNN({ ...options, replicas: 1, random: random.fork("rnn") });
  assertEquals(shapesOf(rnn).weight_ih_l0, [1, 5, 3]);

  const dict = await gru.stateDict();
  const other = new GRU({ ...options, bias: false, replicas: 2, random: new Random(2) });
  assertNotEquals(await other.stateDict(), dict);
  other.loadStateDict(dict);
  assertEquals(await other.stateDict(), dict);
  assertThrows(
    () => rnn.loadStateDict(dict),
    InputError,
    "missing: bias_ih_l0, bias_hh_l0",
  );
  for (const layer of [lstm, gru, rnn, other]) layer.dispose();
});

const options = { inputSize: 3, hiddenSize: 5, random: new Random(1) };

Deno.test("stackSpec() has PyTorch's defaults", () => {
  assertEquals(stackSpec("gru", options), {
    ...{ cell: "gru", inputSize: 3, hiddenSize: 5, numLayers: 1 },
    ...{ bidirectional: false, bias: true, dropout: 0 },
  });
  const all = { numLayers: 2, bidirectional: true, bias: false, dropout: 0.5 };
  assertEquals(stackSpec("lstm", { ...options, ...all }), {
    ...{ cell: "lstm", inputSize: 3, hiddenSize: 5 },
    ...all,
  });
  assertEquals([checkImplementation(), checkImplementation("plain")], ["fused", "plain"]);
});

Deno.test("stackSpec() refuses options out of range", () => {
  const refuse = (wrong: Partial<RecurrentOptions>, message: string): unknown =>
    assertThrows(() => stackSpec("lstm", { ...options, ...wrong }), InputError, message);
  refuse({ inputSize: 0 }, "inputSize must be a positive integer, found 0");
  refuse({ hiddenSize: -3 }, "hiddenSize must be a positive integer, found -3");
  refuse({ numLayers: 1.5 }, "numLayers must be a positive integer, found 1.5");
  for (const dropout of [-0.1, 1, NaN]) {
    refuse({ dropout, numLayers: 2 }, `dropout must be in [0, 1), found ${dropout}`);
  }
  refuse({ dropout: 0.5 }, "dropout must be 0 if numLayers is 1, found 0.5");
  assertThrows(
    () => checkImplementation(JSON.parse('"slow"')),
    InputError,
    'implementation must be "fused" or "plain", found "slow"',
  );
});
