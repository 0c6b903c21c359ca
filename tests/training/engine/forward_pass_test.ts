import type { TensorContainer } from "@tensorflow/tfjs";
import { assert } from "@std/assert";
import type { NDArray } from "../../../src/core/nd_array.ts";
import { Random } from "../../../src/core/random.ts";
import { LSTM } from "../../../src/model/lstm.ts";
import type { LSTMState } from "../../../src/model/reference/lstm_cell.ts";
import { SequenceModel } from "../../../src/model/sequence_model.ts";
import { toTensor } from "../../../src/training/engine/batch.ts";
import { ForwardPass } from "../../../src/training/engine/forward_pass.ts";
import { kernelNetwork } from "../../../src/training/engine/fused_step.ts";
import { computeLosses, maskRows } from "../../../src/training/engine/losses.ts";
import { type BackendName, forEachBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { randomComposition } from "./compositions.ts";

/** The number of compositions; on WebGPU each compiles shaders. */
const counts: Readonly<Record<BackendName, number>> = { cpu: 40, wasm: 40, webgpu: 4 };

forEachBackend(
  "ForwardPass has the losses and outputs of the model and the loss, for random models",
  async (backend) => {
    for (let seed = 0; seed < counts[backend]; seed++) {
      const { make, loss, batches, carryState, what } = randomComposition(seed);
      for (const replicas of seed % 4 === 0 ? [undefined, 2] : [undefined]) {
        const model = make("fused", replicas);
        const network = kernelNetwork(model);
        assert(network);
        const passes = [
          new ForwardPass(model, network, loss.fused),
          new ForwardPass(model, network, null),
        ] as const;
        let state: TensorContainer | undefined;
        for (const [i, batch] of batches(replicas).entries()) {
          const carry = carryState && i > 0;
          for (const pass of passes) pass.run(batch, carry);
          const [losses, output] = [await passes[0].losses(), await passes[1].output()];
          const mask = batch.mask && toTensor(batch.mask);
          const wanted = model.forward(
            toTensor(batch.x),
            carry ? state : undefined,
            mask ? { mask } : {},
          );
          state = wanted.state;
          const each = computeLosses(loss, wanted.output, toTensor(batch.target), {
            mask: maskRows(mask, wanted.output),
            replicas,
          });
          const allowed = tolerance.backend[backend];
          assertClose(losses, await each.data(), allowed, { what: `losses of ${what}` });
          assertClose(output, await wanted.output.data(), allowed, { what: `output of ${what}` });
        }
        for (const pass of passes) pass.dispose();
        model.dispose();
      }
    }
  },
);

forEachBackend("ForwardPass carries states over batches of other lengths", async (backend) => {
  const inputSize = 3;
  const random = new Random(1);
  const model = new SequenceModel({
    recurrent: new LSTM({ inputSize, hiddenSize: 5, numLayers: 2, random: random.fork("lstm") }),
    head: { outFeatures: 2, random: random.fork("head") },
  });
  const network = kernelNetwork(model);
  assert(network);
  const draw = (steps: number): NDArray => {
    const data = Float32Array.from({ length: steps * 2 * inputSize }, (_, i) => Math.sin(i));
    return { shape: [steps, 2, inputSize], data };
  };
  const target = { shape: [0], data: new Float32Array(0) };
  const pass = new ForwardPass(model, network, null);
  let state: LSTMState | undefined;
  for (const [i, steps] of [3, 5, 5, 2].entries()) {
    const x = draw(steps);
    pass.run({ x, target }, i > 0);
    const wanted = model.forward(toTensor(x), state);
    state = wanted.state;
    assertClose(await pass.output(), await wanted.output.data(), tolerance.backend[backend]);
  }
  pass.dispose();
  model.dispose();
});
