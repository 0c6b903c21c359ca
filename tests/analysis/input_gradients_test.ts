import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects } from "@std/assert";
import { inputGradients } from "../../src/analysis/gradient_flow.ts";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Linear } from "../../src/model/linear.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { forEachBackend } from "../backends.ts";
import { layerOf } from "../model/layers.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const [steps, batch, input, hidden, output] = [6, 2, 3, 4, 2];
const random = new Random(4);
const normal = (label: string, shape: number[]): tf.Tensor =>
  tf.tensor(random.fork(label).array(shape.reduce((a, b) => a * b, 1)), shape);

type Cell = "rnn_tanh" | "lstm" | "gru";

function modelOf(cell: Cell, sources: readonly Random[] | Random) {
  const many = sources instanceof Random ? {} : { replicas: sources.length };
  const fork = (label: string) =>
    sources instanceof Random ? sources.fork(label) : sources.map((source) => source.fork(label));
  const options = { inputSize: input, hiddenSize: hidden, ...many };
  return new SequenceModel<tf.TensorContainer>({
    recurrent: layerOf(cell, { ...options, random: fork("layer") }),
    head: new Linear({ inFeatures: hidden, outFeatures: output, ...many, random: fork("head") }),
  });
}

forEachBackend(
  "inputGradients() returns the norms of the loss's gradient by step",
  async (backend) => {
    for (const cell of ["rnn_tanh", "lstm", "gru"] as const) {
      const model = modelOf(cell, random.fork(cell));
      const x = normal("x", [steps, batch, input]);
      const all = normal("target", [steps, batch, output]);
      const last = all.slice([steps - 1]).squeeze<tf.Tensor>([0]);
      const losses = {
        all: (own: tf.Tensor) => model.forward(own).output.sub(all).square().mean(),
        last: (own: tf.Tensor) =>
          model.forward(own).output.slice([steps - 1]).squeeze([0]).sub(last).square().mean(),
      };
      for (const place of ["all", "last"] as const) {
        const target = place === "all" ? all : last;
        const [found = []] = await inputGradients(model, x, target, place);
        const gradient = tf.grad((own: tf.Tensor) => losses[place](own).asScalar())(x);
        const wanted = await gradient.square().sum([1, 2]).sqrt().data();
        assertClose(found, wanted, tolerance.backend[backend], { what: `${cell}, ${place}` });
      }
      model.dispose();
    }
  },
);

forEachBackend(
  "inputGradients() returns the gradients of each replica, and leaves no tensor",
  async () => {
    const sources = [7, 8].map((seed) => new Random(seed));
    const model = modelOf("lstm", sources);
    const x = normal("x2", [2, steps, batch, input]);
    const target = normal("target2", [2, batch, output]);
    const before = tf.memory().numTensors;
    const both = await inputGradients(model, x, target, "last");
    assertEquals(tf.memory().numTensors, before);
    for (const [r, source] of sources.entries()) {
      const alone = modelOf("lstm", source);
      const [own = []] = await inputGradients(
        alone,
        x.slice([r], [1]).squeeze([0]),
        target.slice([r], [1]).squeeze([0]),
        "last",
      );
      assertClose(both[r] ?? [], own, tolerance.replicas);
      alone.dispose();
    }
    model.dispose();
  },
);

forEachBackend("inputGradients() returns norms that would underflow in float32", async () => {
  // With zero biases and a recurrent weight of 0.1, the network is nearly linear: 0.1^60 after 60
  // steps.
  const model = modelOf("rnn_tanh", random.fork("small"));
  const identity = tf.eye(hidden).mul<tf.Tensor>(0.1);
  const parameters = model.recurrent.store.variables;
  for (const [name, variable] of Object.entries(parameters)) {
    if (name === "weight_hh_l0") variable.assign(identity);
    if (name.startsWith("bias")) variable.assign(tf.zerosLike(variable));
  }
  const x = tf.zeros([61, 1, input]);
  const [norms = []] = await inputGradients(model, x, tf.ones([1, output]), "last");
  for (let lag = 1; lag <= 60; lag++) {
    const ratio = (norms[60 - lag] ?? NaN) / (norms[60] ?? NaN);
    assertClose([ratio / 0.1 ** lag], [1], tolerance.training, { what: `lag ${lag}` });
  }
  model.dispose();
});

forEachBackend(
  "inputGradients() names shapes that do not fit, before it computes anything",
  async () => {
    const model = modelOf("gru", random.fork("shapes"));
    const x = normal("x", [steps, batch, input]);
    await assertRejects(
      () => inputGradients(model, x, tf.zeros([steps, batch, output]), "last"),
      InputError,
      "target must be of shape [batch 2, output], found [6, 2, 2]",
    );
    await assertRejects(
      () => inputGradients(model, tf.zeros([batch, input]), tf.zeros([batch, output]), "last"),
      InputError,
      "x must be of shape [sequence, batch, input], found [2, 3]",
    );
    model.dispose();
  },
);

Deno.test("inputGradients() is finite if the scaled gradient overflows in float32", async () => {
  await selectBackend("cpu");
  const model = modelOf("gru", random.fork("large"));
  const x = normal("x", [steps, batch, input]);
  const target = tf.fill([batch, output], 1e12);
  const [near = []] = await inputGradients(model, x, target.div(1e12), "last");
  const [found = []] = await inputGradients(model, x, target, "last");
  assertEquals(found.every((norm) => Number.isFinite(norm) && norm > 0), true);
  // Outputs are small compared with such a target, so the loss is nearly linear in them.
  const shares = (norms: readonly number[]) => norms.map((norm) => norm / (norms.at(-1) ?? NaN));
  const [far = []] = await inputGradients(model, x, target.div(1e6), "last");
  assertClose(shares(found), shares(far), tolerance.float32);
  assertEquals(near.length, steps);
  tf.dispose([x, target]);
  model.dispose();
});
