import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { Linear } from "../../../src/model/linear.ts";
import { SequenceModel } from "../../../src/model/sequence_model.ts";
import { MSELoss } from "../../../src/training/engine/losses.ts";
import { evaluate } from "../../../src/training/evaluate.ts";
import { Adam } from "../../../src/training/optimizer.ts";
import { trainStep } from "../../../src/training/train_step.ts";
import { forEachBackend } from "../../backends.ts";
import { cells, layerOf } from "../../model/layers.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

const [sequence, batch, input, hidden] = [4, 2, 2, 3];
const values = [1, 0.5, 0, 2, -1, 1, 0, 0.001];
const counts = values.map((value) => value === 0 ? 0 : 1);

forEachBackend(
  "evaluate() and trainStep() refuse masks that are not 0 or 1; on WebGPU every number but 0 counts",
  async (backend) => {
    const random = new Random(3);
    const x = tf.tensor(random.array(sequence * batch * input), [sequence, batch, input]);
    const target = { shape: [sequence, batch, 1], data: random.array(sequence * batch) };
    const [soft, binary] = [values, counts].map((mask) => tf.tensor(mask, [sequence, batch]));
    if (!soft || !binary) throw new RangeError("two masks became fewer");
    for (const cell of backend === "webgpu" ? ["gru", "lstm"] as const : cells) {
      for (const implementation of ["fused", "plain"] as const) {
        const recurrent = layerOf(cell, {
          ...{ inputSize: input, hiddenSize: hidden, implementation },
          random: random.fork("recurrent"),
        });
        const head = new Linear({
          inFeatures: hidden,
          outFeatures: 1,
          random: random.fork("head"),
        });
        const model = new SequenceModel<tf.TensorContainer>({ recurrent, head });
        const optimizer = new Adam(model);
        const forward = (mask: tf.Tensor) => model.forward(x, undefined, { mask }).output;
        const step = (mask: tf.Tensor) =>
          trainStep(model, new MSELoss(), optimizer, { x, target, mask });
        if (backend !== "webgpu") {
          const message = "mask must be 0 or 1 throughout, found 0.5";
          assertThrows(() => forward(soft), InputError, message);
          assertThrows(() => step(soft), InputError, message);
          assertEquals(optimizer.steps, 0);
        } else {
          assertEquals(await forward(soft).data(), await forward(binary).data());
          const [found, wanted] = [soft, binary].map((mask) =>
            evaluate(model, new MSELoss(), { x, target, mask })
          );
          assertEquals(await found, await wanted);
          const [loss] = await step(soft).losses();
          assertClose(loss ?? [], await wanted ?? [], tolerance.backend[backend]);
        }
        // Arrays are checked on every backend.
        const mask = { shape: [sequence, batch], data: Float32Array.from(values) };
        assertThrows(
          () => trainStep(model, new MSELoss(), optimizer, { x, target, mask }),
          InputError,
          "mask must be 0 or 1 throughout, found 0.5",
        );
        optimizer.dispose();
        model.dispose();
      }
    }
  },
);
