import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { z } from "zod";
import { Random } from "../../src/core/random.ts";
import { AdditiveAttention } from "../../src/model/additive_attention.ts";
import { Linear } from "../../src/model/linear.ts";
import type { StateDict } from "../../src/model/parameters/state_dict.ts";
import type { Implementation } from "../../src/model/recurrent_layer.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { CrossEntropyLoss } from "../../src/training/engine/losses.ts";
import { Adam } from "../../src/training/optimizer.ts";
import { trainStep } from "../../src/training/train_step.ts";
import { forEachBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { layerOf } from "./layers.ts";

const vector = z.array(z.number());
const matrix = z.array(vector);
const named = z.record(z.string(), z.union([vector, matrix]));

const fixture = z.object({
  note: z.string(),
  cases: z.array(z.object({
    cell: z.enum(["lstm", "gru", "feedforward_tanh", "feedforward_relu"]),
    num_layers: z.number().default(1),
    input_size: z.number(),
    hidden_size: z.number(),
    bidirectional: z.boolean(),
    size: z.number(),
    classes: z.number(),
    lengths: vector,
    x: z.array(matrix),
    target: vector,
    parameters: named,
    output: matrix,
    weights: matrix,
    gradients: named,
    losses: vector,
    parameters_after: named,
  })),
});

function casesOf(name: string) {
  const file = new URL(`../../fixtures/${name}`, import.meta.url);
  return fixture.parse(JSON.parse(Deno.readTextFileSync(file))).cases;
}

const cases = [...casesOf("attention.json"), ...casesOf("feedforward.json")];

Deno.test("the fixtures of attention have each of their cases", () => {
  const names = cases.map(({ cell, num_layers }) => `${cell} ${num_layers}`);
  const alone = ["feedforward_tanh 1", "feedforward_relu 1", "feedforward_tanh 2"];
  assertEquals(names, ["lstm 1", "gru 1", ...alone]);
});

type Case = (typeof cases)[number];

function dictOf(values: Case["parameters"]): StateDict {
  return Object.fromEntries(
    Object.entries(values).map(([name, numbers]) => {
      const [first] = numbers;
      const shape = [numbers.length, ...(Array.isArray(first) ? [first.length] : [])];
      return [name, { shape, data: Float32Array.from(numbers.flat()) }];
    }),
  );
}

function modelOf(one: Case, implementation: Implementation): SequenceModel<tf.TensorContainer> {
  const random = new Random(1);
  const recurrent = layerOf(one.cell, {
    ...{ inputSize: one.input_size, hiddenSize: one.hidden_size, numLayers: one.num_layers },
    ...{ bidirectional: one.bidirectional, implementation, random: random.fork("recurrent") },
  });
  const inputSize = recurrent.outputSize;
  const model = new SequenceModel<tf.TensorContainer>({
    recurrent,
    attention: new AdditiveAttention({
      ...{ inputSize, size: one.size, implementation, random: random.fork("attention") },
    }),
    head: new Linear({
      ...{ inFeatures: inputSize, outFeatures: one.classes, random: random.fork("head") },
    }),
  });
  model.loadStateDict(dictOf(one.parameters));
  return model;
}

for (const one of cases) {
  for (const implementation of ["fused", "plain"] as const) {
    const layers = one.num_layers > 1 ? `${one.num_layers} layers of ` : "";
    const cell = `${one.bidirectional ? "bidirectional " : layers}${one.cell}`;
    const title = `${cell}, ${implementation}`;
    forEachBackend(
      `SequenceModel with attention has PyTorch's values, gradients and steps of Adam: ${title}`,
      async () => {
        using model = modelOf(one, implementation);
        const { lengths } = one;
        const x = tf.tensor3d(one.x);
        const { output, weights } = model.attend(x, undefined, { lengths });
        const close = (what: string, found: ArrayLike<number>, wanted: unknown[]) =>
          assertClose(found, wanted.flat(2) as number[], tolerance.float32, { what });
        close("output", await output.data(), one.output);
        close("weights", await weights.data(), one.weights);
        const loss = new CrossEntropyLoss();
        const { grads } = tf.variableGrads(() => {
          const { output } = model.forward(x, undefined, { lengths });
          return loss.compute(output, tf.tensor1d(one.target)) as tf.Scalar;
        });
        for (const [name, { name: key }] of Object.entries(model.parameters)) {
          close(`gradient of ${name}`, await grads[key]?.data() ?? [], one.gradients[name] ?? []);
        }
        using optimizer = new Adam(model, { learningRate: 0.01 });
        const input = {
          x: { shape: x.shape, data: Float32Array.from(one.x.flat(2)) },
          target: { shape: [lengths.length], data: Int32Array.from(one.target) },
          lengths,
        };
        const report = trainStep(model, loss, optimizer, [input, input, input]);
        assertEquals(report.fused, implementation === "fused");
        const losses = (await report.losses()).map(([value]) => value ?? NaN);
        assertClose(losses, one.losses, tolerance.steps, { what: "losses" });
        for (const [name, { data }] of Object.entries(await model.stateDict())) {
          const wanted = one.parameters_after[name]?.flat();
          assert(wanted, name);
          assertClose(data, wanted, tolerance.steps, { what: `${name} after the steps` });
        }
      },
    );
  }
}
