import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { NDArray } from "../../../src/core/nd_array.ts";
import { cellGradients } from "../../../src/experiments/lstm_gates/cell_gradients.ts";
import { withFixedGate } from "../../../src/experiments/lstm_gates/fixed_gates.ts";
import { Random } from "../../../src/core/random.ts";
import { Linear } from "../../../src/model/linear.ts";
import { LSTM } from "../../../src/model/lstm.ts";
import { uniformInit } from "../../../src/model/init/recurrent_init.ts";
import { SequenceModel } from "../../../src/model/sequence_model.ts";
import { forEachBackend, onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

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

Deno.test("cellGradients() are those of central differences, lag by lag", () =>
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
  "cellGradients() fall by the forget gate at each step where nothing else carries them, and leave no tensor",
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
