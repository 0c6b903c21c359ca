import * as tf from "@tensorflow/tfjs";
import { assert } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import type { StateDict } from "../../src/model/parameters/state_dict.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { type CellCase, cellCases } from "./cases.ts";
import { layerOf, run } from "./layers.ts";

function numbersOf(values: unknown): number[] {
  return [values].flat(Infinity) as number[];
}

function cellOf({ kind }: CellCase): "rnn_tanh" | "lstm" | "gru" {
  return kind === "rnn" ? "rnn_tanh" : kind;
}

/** PyTorch's weights as a state dict. */
function dictOf({ weights }: CellCase): StateDict {
  const entries = Object.entries(weights).map(([name, values]) => {
    const { shape } = tf.tidy(() => tf.tensor(values));
    return [name, { shape, data: Float32Array.from(numbersOf(values)) }];
  });
  return Object.fromEntries(entries);
}

for (const [i, test] of cellCases.entries()) {
  const title = `${test.kind} ${i % 5} (${test.num_layers} x ${test.hidden_size}, ${test.seq_len})`;
  forEachBackend(`forward() has PyTorch's values and gradients: ${title}`, async () => {
    for (const implementation of ["plain", "fused"] as const) {
      const layer = layerOf(cellOf(test), {
        inputSize: test.input_size,
        hiddenSize: test.hidden_size,
        numLayers: test.num_layers,
        random: new Random(1),
        implementation,
      });
      layer.loadStateDict(dictOf(test));
      const close = async (what: string, found: tf.Tensor | undefined, wanted: unknown) => {
        assert(found, what);
        const name = `${implementation} ${what}`;
        assertClose(await found.data(), numbersOf(wanted), tolerance.float32, { what: name });
      };
      const x = tf.tensor3d(test.x);
      const h = tf.tensor3d(test.h0);
      const c = test.c0 && tf.tensor3d(test.c0);
      const [output, hN, cN] = run(layer, x, c ? { h, c } : { h });
      await close("output", output, test.y);
      await close("h_n", hN, test.h_n);
      if (test.c_n) await close("c_n", cN, test.c_n);

      const target = tf.tensor3d(test.target);
      const loss = (x: tf.Tensor, h: tf.Tensor, c?: tf.Tensor): tf.Scalar => {
        const [output = x] = run(layer, x, c ? { h, c } : { h });
        return output.sub(target).square().mean();
      };
      const inputs = tf.grads((x, h, c) => x && h ? loss(x, h, c) : tf.scalar(NaN));
      const [dX, dH, dC] = inputs(c ? [x, h, c] : [x, h]);
      await close("grad_x", dX, test.grad_x);
      await close("grad_h0", dH, test.grad_h0);
      if (test.grad_c0) await close("grad_c0", dC, test.grad_c0);
      const { value, grads } = tf.variableGrads(() => loss(x, h, c));
      await close("loss", value, test.loss);
      for (const [name, variable] of Object.entries(layer.parameters)) {
        await close(`grad of ${name}`, grads[variable.name], test.grads[name]);
      }
      layer.dispose();
    }
  });
}
