import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import fixture from "../../../fixtures/notebook_networks.json" with { type: "json" };
import { inputGradients, type LossPlace } from "../../../src/analysis/gradient_flow.ts";
import { Random } from "../../../src/core/random.ts";
import { notebookCounts } from "../../../src/experiments/notebook/record_sections.ts";
import { JOINT_LIMIT, NotebookNetwork } from "../../../src/experiments/notebook/networks.ts";
import {
  learning,
  type NetworkKey,
  networkKeys,
} from "../../../src/experiments/notebook/parameters.ts";
import { gradientsOf } from "../../../src/experiments/notebook/sections.ts";
import { Linear } from "../../../src/model/linear.ts";
import { LSTM } from "../../../src/model/lstm.ts";
import { SequenceModel } from "../../../src/model/sequence_model.ts";
import { MSELoss } from "../../../src/training/engine/losses.ts";
import { Adam } from "../../../src/training/optimizer.ts";
import { trainStep } from "../../../src/training/train_step.ts";
import { forEachBackend, onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

/** Nested arrays of PyTorch. */
type Nested = number | readonly Nested[];
type Weights = Readonly<Record<string, Nested>>;

interface Case {
  readonly weights: Weights;
  readonly gradients: readonly {
    readonly x: readonly (readonly (readonly number[])[])[];
    readonly target: readonly (readonly (readonly number[])[])[];
    readonly last: Gradients;
    readonly all: Gradients;
  }[];
  readonly steps: readonly { readonly x: Nested; readonly y: Nested; readonly loss: number }[];
  readonly after: Weights;
}

interface Gradients {
  readonly loss: number;
  readonly input: readonly number[];
  readonly parameters: Readonly<Record<string, number>>;
}

const cases: Readonly<Record<NetworkKey, Case>> = fixture.networks;

function flat(nested: Nested | undefined): number[] {
  if (nested === undefined) throw new RangeError("a parameter is missing");
  return typeof nested === "number" ? [nested] : nested.flatMap(flat);
}

function rowsOf(nested: Nested | undefined): number[][] {
  if (!Array.isArray(nested)) throw new RangeError("no matrix");
  return nested.map(flat);
}

/** Converts the notebook's weights to those of {@link NotebookNetwork}, row by row. */
function ours(key: NetworkKey, weights: Weights): Record<string, number[]> {
  const joined = (matrix: readonly (readonly number[])[], bias: readonly number[]) =>
    matrix.flatMap((row, i) => [...row, bias[i] ?? NaN]);
  if (key === "Vanilla_RNN") {
    return {
      "recurrent.weight_ih_l0": joined(rowsOf(weights["W_ih"]), flat(weights["b_h"])),
      "recurrent.weight_hh_l0": flat(weights["W_hh"]),
      "head.weight": flat(weights["W_ho"]),
      "head.bias": flat(weights["b_o"]),
    };
  }
  if (key === "Custom_LSTM") {
    const gates = ["i", "f", "c", "o"].map((gate) => ({
      weight: rowsOf(weights[`lstm_cells.0.W_${gate}.weight`]),
      bias: flat(weights[`lstm_cells.0.W_${gate}.bias`]),
    }));
    return {
      "recurrent.weight_ih_l0": gates.flatMap(({ weight, bias }) =>
        joined(weight.map((row) => row.slice(0, 10)), bias)
      ),
      "recurrent.weight_hh_l0": gates.flatMap(({ weight }) =>
        weight.flatMap((row) => row.slice(10))
      ),
      "head.weight": flat(weights["output_projection.weight"]),
      "head.bias": flat(weights["output_projection.bias"]),
    };
  }
  return {
    ...Object.fromEntries(
      ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"].map((name) => {
        return [`recurrent.${name}`, flat(weights[`gru.${name}`])];
      }),
    ),
    "head.weight": flat(weights["output_layer.weight"]),
    "head.bias": flat(weights["output_layer.bias"]),
  };
}

/** Creates a network with the weights of the fixture. */
async function loaded(key: NetworkKey, readout: "all" | "last" = "all"): Promise<NotebookNetwork> {
  const network = new NotebookNetwork({ key, random: [new Random(1)], readout });
  const dict = await network.inner.stateDict();
  const wanted = ours(key, cases[key].weights);
  assertEquals(Object.keys(dict).sort(), Object.keys(wanted).sort());
  network.inner.loadStateDict(Object.fromEntries(
    Object.entries(dict).map(([name, { shape }]) => {
      return [name, { shape, data: Float32Array.from(wanted[name] ?? []) }];
    }),
  ));
  return network;
}

const numbers = (shape: number[], nested: Nested) => ({
  shape,
  data: Float32Array.from(flat(nested)),
});

Deno.test("NotebookNetwork has as many parameters as the notebook's networks", async () => {
  await onBackend("cpu", () => {
    for (const key of networkKeys) {
      const network = new NotebookNetwork({ key, random: [new Random(1), new Random(2)] });
      const weights: Weights = cases[key].weights;
      const count = Object.values(weights).reduce<number>((sum, w) => sum + flat(w).length, 0);
      assertEquals([network.inner.parameterCount, notebookCounts[key]], [count, count]);
      network.dispose();
    }
  });
});

Deno.test("NotebookNetwork initialises each matrix within its limit, and biases to 0 or 1", async () => {
  await onBackend("cpu", async () => {
    const limits = {
      Vanilla_RNN: { ih: Math.sqrt(6 / 30), hh: Math.sqrt(6 / 40), head: Math.sqrt(6 / 25) },
      Custom_LSTM: { ih: JOINT_LIMIT, hh: JOINT_LIMIT, head: Math.sqrt(6 / 25) },
      PyTorch_GRU: { ih: 20 ** -0.5, hh: 20 ** -0.5, head: 20 ** -0.5 },
    };
    for (const key of networkKeys) {
      const random = Array.from({ length: 20 }, (_, seed) => new Random(seed));
      const network = new NotebookNetwork({ key, random });
      const values = async (name: string) => [...await network.parameters[name]?.data() ?? []];
      const ih = await values("recurrent.weight_ih_l0");
      const isBias = (i: number) => network.hasConstant && i % 11 === 10;
      for (
        const [limit, drawn] of [
          [limits[key].ih, ih.filter((_, i) => !isBias(i))],
          [limits[key].hh, await values("recurrent.weight_hh_l0")],
          [limits[key].head, await values("head.weight")],
        ] as const
      ) {
        const largest = Math.max(...drawn.map(Math.abs));
        assert(largest <= limit * (1 + 2 ** -23) && largest > 0.99 * limit, `${key}: ${largest}`);
        const square = drawn.reduce((sum, value) => sum + value ** 2, 0) / drawn.length;
        assertClose([Math.sqrt(3 * square)], [limit], tolerance.draws);
      }
      const biases = ih.filter((_, i) => isBias(i));
      const forget = (i: number) => key === "Custom_LSTM" && Math.floor((i % 80) / 20) === 1;
      biases.forEach((bias, i) => assertEquals(bias, forget(i) ? 1 : 0));
      if (network.hasConstant) assert((await values("head.bias")).every((bias) => bias === 0));
      network.dispose();
    }
  });
});

forEachBackend("NotebookNetwork has the gradients of the notebook's networks", async (name) => {
  for (const key of networkKeys) {
    for (const { x, target, ...wanted } of cases[key].gradients) {
      const steps = x.length;
      for (const place of ["last", "all"] as const satisfies readonly LossPlace[]) {
        const network = await loaded(key);
        const shape = place === "last" ? [1, 2, 5] : [1, steps, 2, 5];
        const input = tf.tensor(flat(x), [1, steps, 2, 10]);
        const goal = tf.tensor(flat(place === "last" ? target.at(-1) : target), shape);
        const [found] = await inputGradients(network, input, goal, place);
        tf.dispose([input, goal]);
        network.dispose();
        assertClose(found ?? [], wanted[place].input, tolerance.backend[name]);
      }
    }
  }
});

forEachBackend("gradientsOf() agrees with get_gradient_norms", async (name) => {
  for (const { x, target, last } of cases.Vanilla_RNN.gradients) {
    const network = await loaded("Vanilla_RNN", "last");
    const [found] = await gradientsOf(
      network,
      numbers([1, x.length, 2, 10], x),
      numbers([1, 2, 5], target.at(-1) ?? []),
    );
    network.dispose();
    const { W_ih, W_hh, W_ho } = last.parameters;
    assertClose(
      [found?.loss ?? NaN, found?.W_ih ?? NaN, found?.W_hh ?? NaN, found?.W_ho ?? NaN],
      [last.loss, W_ih ?? NaN, W_hh ?? NaN, W_ho ?? NaN],
      tolerance.backend[name],
    );
  }
});

forEachBackend("NotebookNetwork trained by Adam agrees with the notebook's networks", async () => {
  for (const key of networkKeys) {
    const { steps, after } = cases[key];
    const network = await loaded(key);
    const adam = new Adam(network.inner, { learningRate: learning.learningRate });
    const report = trainStep(
      network.inner,
      new MSELoss(),
      adam,
      steps.map(({ x, y }) => ({
        x: network.inputs(numbers([1, 10, 1, 10], x)),
        target: numbers([1, 10, 1, 5], y),
      })),
    );
    assert(report.fused, "the step is not that of the kernels");
    const losses = await report.losses();
    assertClose(
      losses.map(([loss = NaN]) => loss),
      steps.map(({ loss }) => loss),
      tolerance.steps,
    );
    const dict = await network.inner.stateDict();
    for (const [name, wanted] of Object.entries(ours(key, after))) {
      assertClose(dict[name]?.data ?? [], wanted, tolerance.steps, { what: name });
    }
    adam.dispose();
    network.dispose();
  }
});

Deno.test("NotebookNetwork has one bias for each gate: the sum of two would change twice as fast", async () => {
  // This shows why the networks have a constant feature: what happens without it.
  await onBackend("cpu", async () => {
    const { steps } = cases.Custom_LSTM;
    const network = await loaded("Custom_LSTM");
    const twice = new SequenceModel({
      recurrent: new LSTM({ inputSize: 10, hiddenSize: 20, replicas: 1, random: new Random(2) }),
      head: new Linear({ inFeatures: 20, outFeatures: 5, replicas: 1, random: new Random(3) }),
    });
    const one = await network.inner.stateDict();
    const ih = one["recurrent.weight_ih_l0"]?.data ?? new Float32Array();
    const column = (from: number, to: number) => ih.filter((_, i) => i % 11 >= from && i % 11 < to);
    twice.loadStateDict({
      ...one,
      "recurrent.weight_ih_l0": { shape: [1, 80, 10], data: column(0, 10) },
      "recurrent.bias_ih_l0": { shape: [1, 80], data: column(10, 11) },
      "recurrent.bias_hh_l0": { shape: [1, 80], data: new Float32Array(80) },
    });
    const adam = new Adam(twice, { learningRate: learning.learningRate });
    const [first] = steps;
    trainStep(twice, new MSELoss(), adam, {
      x: numbers([1, 10, 1, 10], first?.x ?? []),
      target: numbers([1, 10, 1, 5], first?.y ?? []),
    });
    const { "recurrent.bias_ih_l0": a, "recurrent.bias_hh_l0": b } = await twice.stateDict();
    const moved = (a?.data ?? []).map((value, i) =>
      Math.abs(value + (b?.data[i] ?? NaN) - (column(10, 11)[i] ?? NaN))
    );
    // Adam's first step is the learning rate for each of the two.
    assertClose(moved, moved.map(() => 2 * learning.learningRate), tolerance.steps);
    adam.dispose();
    twice.dispose();
    network.dispose();
  });
});
