import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { gruCell } from "../../src/model/reference/gru_cell.ts";
import { LSTM } from "../../src/model/lstm.ts";
import { lstmCell } from "../../src/model/reference/lstm_cell.ts";
import { rnnCell, type RnnCellWeights } from "../../src/model/reference/rnn_cell.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { type AnyLayer, layerOf, run, traceOf } from "./layers.ts";

const [sequence, batch, input, hidden] = [4, 3, 2, 5];
const random = new Random(8);
const normal = (label: string, shape: number[]): tf.Tensor =>
  tf.tensor(random.fork(label).array(shape.reduce((a, b) => a * b, 1)), shape);

/** The tensors of a trace, in the order of the gates. */
const names = {
  rnn_tanh: ["hidden"],
  lstm: ["inputGate", "forgetGate", "candidate", "outputGate", "cell", "hidden"],
  gru: ["resetGate", "updateGate", "candidate", "hidden"],
};

/** The weights of the first layer in one direction. */
function weightsOf(layer: AnyLayer, suffix: string): RnnCellWeights {
  const { parameters } = layer;
  const get = (name: string): tf.Tensor => {
    const found = parameters[`${name}_l0${suffix}`];
    assert(found, name);
    return found;
  };
  return {
    weight_ih: get("weight_ih"),
    weight_hh: get("weight_hh"),
    bias_ih: get("bias_ih"),
    bias_hh: get("bias_hh"),
  };
}

/** The results of one step of a cell, by the names of a trace. */
function step(
  layer: AnyLayer,
  x: tf.Tensor2D,
  { hidden: h, cell: c }: Readonly<Record<string, tf.Tensor2D>>,
  weights: RnnCellWeights,
): Record<string, tf.Tensor2D> {
  assert(h && c);
  if (layer.spec.cell === "lstm") return lstmCell(x, { h, c }, weights);
  if (layer.spec.cell === "gru") return { ...gruCell(x, h, weights), cell: c };
  return { hidden: rnnCell(x, h, weights), cell: c };
}

for (const implementation of ["plain", "fused"] as const) {
  const title = `a ${implementation} trace is what the cells compute, step by step`;
  forEachBackend(title, async (backend) => {
    for (const cell of ["rnn_tanh", "lstm", "gru"] as const) {
      const options = { inputSize: input, hiddenSize: hidden, bidirectional: true };
      const layer = layerOf(cell, { ...options, random: random.fork("layer"), implementation });
      const x = normal("x", [sequence, batch, input]);
      const h = normal("h", [2, batch, hidden]);
      const c = normal("c", [2, batch, hidden]);
      const traces = traceOf(layer, x, { h, c });
      assertEquals(traces.map((trace) => [trace.layer, trace.direction]), [
        [0, "forward"],
        [0, "reverse"],
      ]);
      for (const [d, trace] of traces.entries()) {
        const tensors = Object.entries(trace).flatMap(([name, value]) => {
          return value instanceof tf.Tensor ? [{ name, value }] : [];
        });
        assertEquals(tensors.map(({ name }) => name), names[cell]);
        const weights = weightsOf(layer, d === 0 ? "" : "_reverse");
        let state: Record<string, tf.Tensor2D> = {
          hidden: h.slice([d], [1]).squeeze([0]),
          cell: c.slice([d], [1]).squeeze([0]),
        };
        for (const t of d === 0 ? [0, 1, 2, 3] : [3, 2, 1, 0]) {
          state = step(layer, x.slice([t], [1]).squeeze([0]), state, weights);
          for (const { name, value } of tensors) {
            assertEquals(value.shape, [sequence, batch, hidden], name);
            const found = await value.slice([t], [1]).data();
            const wanted = await state[name]?.data() ?? [];
            const what = `${cell} ${name}, direction ${d}, step ${t}`;
            assertClose(found, wanted, tolerance.backend[backend], { what });
          }
        }
      }
      layer.dispose();
    }
  });
}

forEachBackend("trace() has every layer, direction and replica", async () => {
  const sizes = { inputSize: input, hiddenSize: hidden, numLayers: 2, bidirectional: true };
  const layer = layerOf("lstm", { ...sizes, replicas: 2, random: random.fork("many") });
  const x = normal("many", [2, sequence, batch, input]);
  const traces = traceOf(layer, x);
  assertEquals(traces.map((trace) => [trace.layer, trace.direction]), [
    [0, "forward"],
    [0, "reverse"],
    [1, "forward"],
    [1, "reverse"],
  ]);
  for (const { axes } of traces) assertEquals(axes, ["replica", "sequence", "batch", "hidden"]);
  // The output is the last layer's states, one direction after the other.
  const [output] = run(layer, x);
  const last = traces.slice(2).flatMap(({ hidden }) => hidden instanceof tf.Tensor ? [hidden] : []);
  const joined = tf.concat(last, -1);
  assertEquals(joined.shape, [2, sequence, batch, 2 * hidden]);
  assertEquals(await joined.data(), await output?.data());
  layer.dispose();
});

forEachBackend(
  "SequenceModel.trace() is that of its layers, also from ids, and leaves no other tensors",
  async () => {
    const sizes = { inputSize: input, hiddenSize: hidden };
    const table = new Embedding({
      numEmbeddings: 6,
      embeddingDim: input,
      random: random.fork("embedding"),
    });
    const lstm = new LSTM({ ...sizes, random: random.fork("lstm") });
    const model = new SequenceModel({ embedding: table, recurrent: lstm });
    const ids = tf.tensor([0, 5, 2, 1, 3, 3, 4, 0], [4, 2], "int32");
    const before = tf.memory().numTensors;
    const found = model.trace(ids);
    assertEquals(found.map(({ axes }) => axes), [["sequence", "batch", "hidden"]]);
    const wanted = lstm.trace(table.forward(ids));
    assertEquals(await found[0]?.forgetGate.data(), await wanted[0]?.forgetGate.data());
    assertEquals(found[0]?.cell.shape, [4, 2, hidden]);
    tf.dispose([found, wanted]);
    // Only the embedded ids, which this test has made.
    assertEquals(tf.memory().numTensors, before + 1);
    model.dispose();
  },
);

forEachBackend(
  "trace() with a mask or lengths carries states over, plain as fused",
  async (backend) => {
    const lengths = [4, 1, 3];
    const mask = tf.tensor([1, 1, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0], [sequence, batch]);
    for (const cell of ["rnn_tanh", "lstm", "gru"] as const) {
      const sizes = { inputSize: input, hiddenSize: hidden, numLayers: 2, bidirectional: true };
      const [plain, fused] = (["plain", "fused"] as const).map((implementation) =>
        layerOf(cell, { ...sizes, implementation, random: random.fork("masked") })
      );
      assert(plain && fused);
      const x = normal("x", [sequence, batch, input]);
      const found = traceOf(fused, x, undefined, { lengths });
      for (const options of [{ lengths }, { mask }]) {
        const [ours, theirs] = [fused, plain].map((layer) => traceOf(layer, x, undefined, options));
        for (const [i, trace] of (theirs ?? []).entries()) {
          for (const [name, value] of Object.entries(trace)) {
            const same = ours?.[i]?.[name];
            if (!(value instanceof tf.Tensor) || !(same instanceof tf.Tensor)) continue;
            const what = `${cell} ${name} ${i} ${Object.keys(options)}`;
            assertClose(await same.data(), await value.data(), tolerance.backend[backend], {
              what,
            });
          }
        }
      }
      // Lengths have the effect of the corresponding mask.
      for (const [i, trace] of traceOf(fused, x, undefined, { mask }).entries()) {
        assert(trace.hidden instanceof tf.Tensor && found[i]?.hidden instanceof tf.Tensor);
        assertEquals(await trace.hidden.data(), await found[i].hidden.data());
      }
      const [forward] = found;
      assert(forward?.hidden instanceof tf.Tensor);
      const states = await forward.hidden.array() as number[][][];
      assertEquals(states[1]?.[1], states[0]?.[1], "the second sequence has one step");
      assertEquals(states[3]?.[2], states[2]?.[2], "the third has three");
      plain.dispose();
      fused.dispose();
    }
  },
);
