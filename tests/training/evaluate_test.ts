import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Linear } from "../../src/model/linear.ts";
import { LSTM } from "../../src/model/lstm.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { evaluate } from "../../src/training/evaluate.ts";
import { CrossEntropyLoss, MSELoss } from "../../src/training/engine/losses.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const random = new Random(2);
const [steps, batch, input, hidden, output] = [4, 3, 2, 5, 6];

function modelOf(readout: "all" | "last") {
  return new SequenceModel({
    recurrent: new LSTM({
      inputSize: input,
      hiddenSize: hidden,
      numLayers: 2,
      dropout: 0.5,
      random: random.fork("lstm"),
    }),
    head: new Linear({ inFeatures: hidden, outFeatures: output, random: random.fork("head") }),
    dropout: 0.5,
    readout,
  });
}

forEachBackend(
  "evaluate() computes the loss of the outputs without dropout, and leaves no tensor",
  async (backend) => {
    const x = { shape: [steps, batch, input], data: random.fork("x").array(24) };
    for (const readout of ["all", "last"] as const) {
      const model = modelOf(readout);
      const shape = readout === "all" ? [steps, batch, output] : [batch, output];
      const data = random.fork("y").array(shape.reduce((a, b) => a * b, 1));
      const before = tf.memory().numTensors;
      const [found = NaN] = await evaluate(model, new MSELoss(), { x, target: { shape, data } });
      assertEquals(tf.memory().numTensors, before);
      const { output: given } = model.forward(tf.tensor(x.data, x.shape));
      const wanted = await given.sub(tf.tensor(data, shape)).square().mean().data();
      assertClose([found], wanted, tolerance.backend[backend], { what: readout });
      model.dispose();
    }
  },
);

forEachBackend("evaluate() ignores masked steps", async (backend) => {
  const model = modelOf("all");
  const x = { shape: [steps, batch, input], data: random.fork("x").array(24) };
  const ids = Float32Array.from({ length: steps * batch }, (_, i) => i % output);
  const mask = Float32Array.from({ length: steps * batch }, (_, i) => i < 6 ? 1 : 0);
  const loss = new CrossEntropyLoss();
  const [masked = NaN] = await evaluate(model, loss, {
    x,
    target: { shape: [steps, batch], data: ids },
    mask: { shape: [steps, batch], data: mask },
  });
  const short = { shape: [2, batch, input], data: x.data.slice(0, 12) };
  const [wanted = NaN] = await evaluate(model, loss, {
    x: short,
    target: { shape: [2, batch], data: ids.slice(0, 6) },
  });
  assertClose([masked], [wanted], tolerance.backend[backend]);
  model.dispose();
});

forEachBackend("evaluate() refuses a batch that does not fit", async () => {
  const model = modelOf("last");
  await assertRejects(
    () =>
      evaluate(model, new MSELoss(), {
        x: { shape: [steps, batch, input], data: new Float32Array(3) },
        target: { shape: [batch, output], data: new Float32Array(18) },
      }),
    InputError,
    "data of x must be 24 numbers, found 3",
  );
  model.dispose();
});
