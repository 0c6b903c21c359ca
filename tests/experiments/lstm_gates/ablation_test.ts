import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { NDArray } from "../../../src/core/nd_array.ts";
import { cellGradients, withFixedGate } from "../../../src/experiments/lstm_gates/ablation.ts";
import { Random } from "../../../src/core/random.ts";
import { Linear } from "../../../src/model/linear.ts";
import { LSTM } from "../../../src/model/lstm.ts";
import { uniformInit } from "../../../src/model/init/recurrent_init.ts";
import { SequenceModel } from "../../../src/model/sequence_model.ts";
import { forEachBackend, onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { InputError } from "../../../src/core/errors.ts";
import { gateNames } from "../../../src/experiments/lstm_gates/measure.ts";

const [replicas, steps, batch, inputs, units] = [2, 4, 3, 3, 2];

function networks(recurrent: boolean) {
  const random = [1, 2].map((seed) => new Random(seed));
  const fork = (label: string) => random.map((source) => source.fork(label));
  return new SequenceModel({
    recurrent: new LSTM({
      inputSize: inputs,
      hiddenSize: units,
      replicas,
      random: fork("lstm"),
      init: (name, shape, sizes, source) =>
        recurrent || !name.startsWith("weight_hh")
          ? uniformInit(name, shape, sizes, source)
          : new Float64Array(shape.reduce((a, b) => a * b, 1)),
    }),
    head: new Linear({ inFeatures: units, outFeatures: 2, replicas, random: fork("head") }),
    readout: "last",
  });
}

function sequences(): NDArray {
  return {
    shape: [replicas, steps, batch, inputs],
    data: new Random(5).array(replicas * steps * batch * inputs),
  };
}

Deno.test("cellGradients() agrees with central differences at each lag", () =>
  onBackend("cpu", async () => {
    const model = networks(true);
    const x = sequences();
    const found = await cellGradients(model, x);
    assertEquals([found.length, found[0]?.length], [replicas, steps]);
    const input = tf.tensor(x.data, [...x.shape]);
    const [trace] = model.trace(input);
    assert(trace);
    const size = [replicas, 1, batch, units];
    const change = 1e-2;
    for (let lag = 1; lag <= steps; lag++) {
      const from = steps - lag;
      const after = (states: tf.Tensor) =>
        from > 0 ? states.slice([0, from - 1], [replicas, 1]) : tf.zeros(size);
      const rest = input.slice([0, from], [replicas, lag]);
      const squares = new Array<number>(replicas).fill(0);
      for (let unit = 0; unit < units; unit++) {
        const outputs = [change, -change].map((by) => {
          const moved = new Float32Array(replicas * batch * units);
          for (let i = unit; i < moved.length; i += units) moved[i] = by;
          const c = after(trace.cell).add(tf.tensor(moved, size));
          return model.forward(rest, { h: after(trace.hidden), c }).output.sum(-1);
        });
        const [more, less] = outputs;
        assert(more && less);
        const slopes = await more.sub(less).div(2 * change).data();
        for (const [i, slope] of slopes.entries()) {
          const r = Math.floor(i / batch);
          squares[r] = (squares[r] ?? NaN) + slope * slope / batch;
        }
      }
      for (const [r, square] of squares.entries()) {
        assertClose([found[r]?.[lag - 1] ?? NaN], [Math.sqrt(square)], tolerance.flatDifferences, {
          what: `lag ${lag}`,
        });
      }
    }
    input.dispose();
    tf.dispose(trace);
    model.dispose();
  }));

forEachBackend(
  "cellGradients() falls by the forget gate at each step without other paths, and leaves no tensor",
  async (name) => {
    const model = networks(false);
    const values = [0.5, 0.125].map((value) => new Array<number>(units).fill(value));
    model.loadStateDict(withFixedGate(await model.stateDict(), "forget", values));
    const before = tf.memory().numTensors;
    const found = await cellGradients(model, sequences());
    assertEquals(tf.memory().numTensors, before);
    for (const [r, gate] of [0.5, 0.125].entries()) {
      const norms = found[r] ?? [];
      const ratios = norms.slice(1).map((norm, i) => norm / (norms[i] ?? NaN));
      assertClose(ratios, ratios.map(() => gate), tolerance.backend[name]);
    }
    model.dispose();
  },
);

/** Creates two networks side by side, with 3 inputs and 2 units. */
function pair() {
  const random = [1, 2].map((seed) => new Random(seed));
  const fork = (label: string) => random.map((source) => source.fork(label));
  return new SequenceModel({
    recurrent: new LSTM({ inputSize: 3, hiddenSize: 2, replicas: 2, random: fork("lstm") }),
    head: new Linear({ inFeatures: 2, outFeatures: 1, replicas: 2, random: fork("head") }),
    readout: "last",
  });
}

const values = [[0.25, 0.5], [0.999, 0.001]];

forEachBackend("withFixedGate() fixes one gate and leaves the others", async (name) => {
  const model = pair();
  const x = tf.tensor(new Random(7).array(120), [2, 4, 5, 3]);
  const keys = { input: "inputGate", forget: "forgetGate", output: "outputGate" } as const;
  const before = await model.stateDict();
  for (const gate of gateNames) {
    model.loadStateDict(withFixedGate(before, gate, values));
    const [trace] = model.trace(x);
    assert(trace);
    const found = [...await trace[keys[gate]].data()];
    // [replica, sequence, batch, hidden]
    const wanted = values.flatMap((units) => Array.from({ length: 20 }, () => units).flat());
    assertClose(found, wanted, tolerance.backend[name], { what: gate });
    // At the first step the other gates do not depend on the fixed one.
    model.loadStateDict(before);
    const [free] = model.trace(x);
    assert(free);
    for (const other of gateNames) {
      if (other === gate) continue;
      const first = async (of: tf.Tensor) => [...await of.slice([0, 0], [2, 1]).data()];
      const wanted = await first(free[keys[other]]);
      assertClose(await first(trace[keys[other]]), wanted, tolerance.backend[name]);
    }
    tf.dispose([trace, free]);
  }
  x.dispose();
  model.dispose();
});

Deno.test("withFixedGate() does not change its argument or the head", () =>
  onBackend("cpu", async () => {
    const model = pair();
    const before = await model.stateDict();
    const again = await model.stateDict();
    const fixed = withFixedGate(before, "forget", values);
    assertEquals(before, again);
    assertEquals(fixed["head.weight"], before["head.weight"]);
    assertEquals(Object.keys(fixed), Object.keys(before));
    model.dispose();
  }));

Deno.test("withFixedGate() requires a value for each network and unit", () =>
  onBackend("cpu", async () => {
    const model = pair();
    const dict = await model.stateDict();
    for (const wrong of [[[0.5, 0.5]], [[0.5], [0.5]]]) {
      assertThrows(
        () => withFixedGate(dict, "forget", wrong),
        InputError,
        "values of the forget gate must be 2 lists of 2 numbers",
      );
    }
    model.dispose();
  }));
