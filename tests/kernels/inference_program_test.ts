import { assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { cpuExecutor } from "../../src/kernels/cpu/executor.ts";
import type { NetworkSpec } from "../../src/kernels/network.ts";
import { inferenceProgram } from "../../src/kernels/inference_program.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { stackProgram } from "./random_stack.ts";

const [steps, batch, inputSize, hiddenSize, vocabulary, out] = [5, 2, 3, 4, 6, 7];

for (const cell of ["rnn_tanh", "rnn_relu", "lstm", "gru", "feedforward_tanh"] as const) {
  Deno.test(`inferenceProgram() computes the outputs of the whole sequence, without dropout: ${cell}`, () => {
    const sizes = { inputSize, hiddenSize, numLayers: 2, bidirectional: false, bias: true };
    const stack = { cell, ...sizes, dropout: 0.5 };
    const network: NetworkSpec = {
      stack,
      embedding: { vocabulary, padding: null },
      dropout: 0.5,
      head: { outFeatures: out, bias: true, tied: false },
      readout: "last",
    };
    const { program, parameters, input, output } = inferenceProgram(network, batch);
    const stream = cpuExecutor({ precision: "float64" }).start(program, 1);
    const random = new Random(1);
    const values = Array.from({ length: parameters.size }, () => random.normal(0, 0.5));
    stream.write(parameters, values);
    const ids = Array.from({ length: steps * batch }, () => random.integer(0, vocabulary - 1));

    // The expected outputs: rows of the table, the stack over the whole sequence, and the head.
    const size = { steps, batch, masked: false };
    const whole = stackProgram({ spec: { ...stack, dropout: 0 }, size });
    const session = cpuExecutor({ precision: "float64" }).start(whole.program, 1);
    let start = 0;
    const take = (count: number): number[] => values.slice(start, start += count);
    const table = take(vocabulary * inputSize);
    const row = (id: number): number[] => table.slice(id * inputSize, (id + 1) * inputSize);
    session.write(whole.inputs.x, ids.flatMap(row));
    for (const region of whole.inputs.weights) session.write(region, take(region.size));
    session.run("forward");
    const [weight, bias] = [take(out * hiddenSize), take(out)];
    assertEquals(start, values.length);
    const states = session.numbers(whole.outputs.output);
    const wanted = Array.from({ length: steps * batch }, (_, i) =>
      bias.map((b, j) => {
        const state = states.slice(i * hiddenSize, (i + 1) * hiddenSize);
        return state.reduce((sum, h, k) => sum + h * (weight[j * hiddenSize + k] ?? NaN), b);
      })).flat();

    for (const _round of [0, 1]) {
      stream.run("reset");
      for (let t = 0; t < steps; t++) {
        stream.write(input, ids.slice(t * batch, (t + 1) * batch));
        stream.run("next");
        const now = wanted.slice(t * batch * out, (t + 1) * batch * out);
        assertClose(stream.numbers(output), now, tolerance.rounding, { what: `step ${t}` });
      }
    }
    assertEquals(stream.numbers(parameters), values);
  });
}

for (const cell of ["rnn_tanh", "rnn_relu", "lstm", "gru", "feedforward_tanh"] as const) {
  Deno.test(`inferenceProgram() feeds steps as single steps do, and selects rows: ${cell}`, () => {
    const sizes = { inputSize, hiddenSize, numLayers: 2, bidirectional: false, bias: true };
    const network: NetworkSpec = {
      stack: { cell, ...sizes, dropout: 0 },
      embedding: null,
      dropout: 0,
      head: { outFeatures: out, bias: true, tied: false },
      readout: "all",
    };
    const random = new Random(2);
    const { program, parameters, input, output, queue, rows, states } = inferenceProgram(
      network,
      2,
    );
    const weights = Array.from({ length: parameters.size }, () => random.normal(0, 0.5));
    const xs = Array.from({ length: steps }, () => [...random.array(2 * inputSize)]);
    const open = () => {
      const session = cpuExecutor({ precision: "float64" }).start(program, 1);
      session.write(parameters, weights);
      session.run("reset");
      return session;
    };
    // The second row is masked at the first step, as if it started one step later.
    const fed = open();
    fed.write({ ...queue.inputs, size: steps * input.size }, xs.flat());
    fed.write({ ...queue.mask, size: 2 * steps }, [1, 0, ...Array(2 * steps - 2).fill(1)]);
    fed.run("feed", steps);
    const [all, later] = [xs, xs.slice(1)].map((steps) => {
      const session = open();
      for (const x of steps) {
        session.write(input, x);
        session.run("next");
      }
      return session;
    });
    const regions = states.flatMap(({ h, c }) => c ? [h, c] : [h]);
    assertEquals(regions.length, cell === "lstm" ? 4 : 2);
    const half = hiddenSize;
    for (const region of regions) {
      const wanted = [
        ...all?.numbers(region).slice(0, half) ?? [],
        ...later?.numbers(region).slice(half) ?? [],
      ];
      assertEquals(fed.numbers(region), wanted);
    }
    const before = regions.map((region) => fed.numbers(region));
    fed.write(rows, [1, 1]);
    fed.run("select");
    const second = before.map((values) => values.slice(half));
    assertEquals(
      regions.map((region) => fed.numbers(region)),
      second.map((row) => [...row, ...row]),
    );
    fed.write(input, [...xs[0]?.slice(0, inputSize) ?? [], ...xs[0]?.slice(0, inputSize) ?? []]);
    fed.run("next");
    const found = fed.numbers(output);
    assertEquals(found.slice(0, out), found.slice(out));
  });
}

Deno.test("inferenceProgram() outputs the states of the top layer without a head", () => {
  const spec: NetworkSpec = {
    stack: {
      ...{ cell: "rnn_relu", inputSize: 1, hiddenSize: 1, numLayers: 1 },
      ...{ bidirectional: false, bias: false, dropout: 0 },
    },
    ...{ embedding: null, dropout: 0, head: null, readout: "all" },
  };
  const { program, parameters, input, output } = inferenceProgram(spec, 1);
  const session = cpuExecutor({ precision: "float64" }).start(program, 1);
  session.write(parameters, [1, 2]);
  const found = [1, 0, 1].map((x) => {
    session.write(input, [x]);
    session.run("next");
    return session.numbers(output);
  });
  // h_t = x_t + 2 h_(t-1)
  assertEquals(found, [[1], [2], [5]]);
});

Deno.test("inferenceProgram() refuses readouts of all steps at once", () => {
  for (const [readout, found] of [["mean", "mean"], [{ attention: 3 }, "attention"]] as const) {
    const sizes = { inputSize, hiddenSize, numLayers: 1, bidirectional: false, bias: true };
    const stack = { cell: "gru", ...sizes, dropout: 0 } as const;
    assertThrows(
      () => inferenceProgram({ stack, embedding: null, dropout: 0, head: null, readout }, batch),
      InputError,
      `readout must be "all" or "last" for single steps, found "${found}"`,
    );
  }
});
