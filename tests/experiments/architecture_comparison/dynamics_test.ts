import { assert } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import hypotheses from "../../../src/experiments/architecture_comparison/hypotheses.json" with {
  type: "json",
};
import { identityInit } from "../../../src/model/init/recurrent_init.ts";
import { Random } from "../../../src/core/random.ts";
import { measureDynamics } from "../../../src/experiments/architecture_comparison/dynamics.ts";
import { type Architecture, architectures } from "../../../src/experiments/architectures.ts";
import { sequenceNetwork } from "../../../src/experiments/sequence_network.ts";
import { onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

const [replicas, steps, batch, units] = [2, 6, 3, 5];

/** Two networks with weights three times PyTorch's, so that gates and states are not near 0. */
function networks(architecture: Architecture) {
  const model = sequenceNetwork({
    ...{ architecture, inputSize: 2, hiddenSize: units, outputSize: 1, readout: "last" },
    random: Array.from({ length: replicas }, (_, i) => new Random(i + 1)),
    init: (name, shape, _, random) =>
      Array.from(
        { length: shape.reduce((product, size) => product * size, 1) },
        () => random.normal(0, name.startsWith("bias") ? 0.5 : 0.8),
      ),
  });
  const x = tf.tensor4d(new Random(9).array(replicas * steps * batch * 2), [
    ...[replicas, steps, batch] as const,
    2,
  ]);
  return { model, x };
}

/** The gradient of the output by h, k steps before the end, by automatic differentiation. */
async function autodiff(architecture: Architecture, lag: number): Promise<number[]> {
  const { model, x } = networks(architecture);
  const [before, after] = [steps - lag, lag];
  const { state } = model.forward(x.slice([0, 0], [replicas, Math.max(1, before)]));
  const { h, c } = parts(state);
  const start = before === 0 ? tf.zerosLike(h) : h;
  const gradient = tf.grad((hidden: tf.Tensor) => {
    const rest = x.slice([0, before], [replicas, after]);
    const cell = c && (before === 0 ? tf.zerosLike(c) : c);
    return model.forward(rest, cell ? { h: hidden, c: cell } : hidden).output.sum();
  })(start);
  const values = await gradient.data<"float32">();
  model.dispose();
  return Array.from({ length: replicas }, (_, r) => {
    const own = Array.from(values.slice(r * batch * units, (r + 1) * batch * units));
    return Math.sqrt(own.reduce((sum, value) => sum + value * value, 0) / batch);
  });
}

function parts(state: tf.TensorContainer): { h: tf.Tensor; c?: tf.Tensor } {
  if (state instanceof tf.Tensor) return { h: state };
  assert(typeof state === "object" && state !== null && "h" in state && "c" in state);
  assert(state.h instanceof tf.Tensor && state.c instanceof tf.Tensor);
  return { h: state.h, c: state.c };
}

for (const architecture of architectures) {
  Deno.test(`measureDynamics() of an ${architecture} agrees with the gradients of tf.grad by the state`, () =>
    onBackend("cpu", async () => {
      const { model, x } = networks(architecture);
      const size = architecture === "LSTM" ? 2 * units : units;
      const start = [1, 2].map((seed) => Float64Array.from(new Random(seed).array(size)));
      const found = await measureDynamics(architecture, model, x, start);
      model.dispose();
      const longest = await autodiff(architecture, steps);
      for (let lag = 1; lag <= steps; lag++) {
        const norms = await autodiff(architecture, lag);
        for (const [r, norm] of norms.entries()) {
          const ratio = (found[r]?.byLag[lag] ?? NaN) / (found[r]?.byLag[steps] ?? NaN);
          const wanted = norm / (longest[r] ?? NaN);
          assertClose([ratio], [wanted], tolerance.float32, { what: `lag ${lag}` });
        }
      }
      assert(found.every(({ error }) => error < hypotheses.checks["state-gradients"].limit));
      assert(found.every(({ byLag }) => byLag[0] === 1));
    }));
}

Deno.test("measureDynamics() finds the exponent of a network that halves its state", () =>
  onBackend("cpu", async () => {
    const model = sequenceNetwork({
      ...{ architecture: "RNN", inputSize: 2, hiddenSize: units, outputSize: 1, readout: "last" },
      random: [new Random(1)],
      init: (name, shape, sizes, random) =>
        name.startsWith("weight_hh")
          ? identityInit(0.5)(name, shape, { ...sizes, cell: "rnn_relu" }, random)
          : new Float64Array(shape.reduce((product, size) => product * size, 1)),
    });
    const start = [Float64Array.from(new Random(2).array(units))];
    const [found] = await measureDynamics("RNN", model, tf.zeros([1, steps, batch, 2]), start);
    model.dispose();
    assert(found);
    assertClose([found.exponent], [Math.log(0.5)], tolerance.rounding);
    assertClose(found.byLag, found.byLag.map((_, lag) => 0.5 ** lag), tolerance.rounding);
  }));
