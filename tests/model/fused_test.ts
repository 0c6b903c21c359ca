import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import type { NDArray } from "../../src/core/nd_array.ts";
import { Random } from "../../src/core/random.ts";
import { recurrent, type RecurrentInputs } from "../../src/kernels/ops/recurrent.ts";
import { type StackSpec, weightShapes } from "../../src/kernels/stack.ts";
import { plainStack } from "../../src/model/reference/plain_stack.ts";
import { type BackendName, forEachBackend, onBackend } from "../backends.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { cells } from "./layers.ts";

/** The number of random stacks. */
const count = 200;

/**
 * The stacks that are tested on a backend. On WebGPU every shape compiles its own shaders, so there
 * are few, with at most two layers or directions.
 */
function numbersFor(backend: BackendName): number[] {
  const all = Array.from({ length: count }, (_, number) => number);
  if (backend !== "webgpu") return all;
  return all.filter((number) => {
    const { numLayers, bidirectional } = caseOf(number).spec;
    return numLayers * (bidirectional ? 2 : 1) <= 2;
  }).slice(0, 30);
}

/** A tensor's name and numbers. */
interface Named extends NDArray {
  readonly name: string;
}

/** A random stack with all its inputs, as numbers. */
interface Case {
  readonly title: string;
  readonly spec: StackSpec;
  readonly inputs: readonly Named[];
  readonly mask: Named | undefined;
  readonly seeds: readonly number[] | undefined;
  /** Weights of the loss: of output, h and c. */
  readonly losses: readonly Named[];
}

/** The case of a number: sizes of 1, odd ones, primes and powers of two among them. */
function caseOf(number: number): Case {
  const random = new Random(77).fork(number);
  const pick = <T>(choices: readonly T[]): T => {
    const found = choices[random.integer(0, choices.length - 1)];
    assert(found !== undefined);
    return found;
  };
  const numLayers = pick([1, 2, 3]);
  const spec: StackSpec = {
    cell: cells[number % cells.length] ?? "lstm",
    inputSize: pick([1, 2, 3, 5, 8, 13]),
    hiddenSize: pick([1, 2, 3, 4, 5, 7, 8, 11, 16, 17, 33]),
    numLayers,
    bidirectional: pick([false, true]),
    bias: pick([true, true, false]),
    dropout: numLayers > 1 ? pick([0, 0, 0.3, 0.9]) : 0,
  };
  const [replicas, steps, batch] = [
    pick([1, 1, 2, 3]),
    pick([1, 2, 3, 5, 9]),
    pick([1, 2, 3, 5, 8]),
  ];
  const { inputSize, hiddenSize } = spec;
  const directions = spec.bidirectional ? 2 : 1;
  const normal = (name: string, shape: number[], deviation = 1): Named => {
    const data = random.fork(name).array(product(shape), (r) => r.normal(0, deviation));
    return { name, shape, data };
  };
  const state = [replicas, numLayers * directions, batch, hiddenSize];
  const lstm = spec.cell === "lstm";
  const kind = pick(["none", "lengths", "holes"] as const);
  const masks = (): Float32Array => {
    const lengths = Array.from({ length: replicas * batch }, () => random.integer(1, steps));
    return Float32Array.from({ length: replicas * steps * batch }, (_, i) => {
      const [r, t] = [Math.floor(i / (steps * batch)), Math.floor(i / batch) % steps];
      const length = lengths[r * batch + i % batch] ?? 0;
      return kind === "holes" ? random.integer(0, 1) : t < length ? 1 : 0;
    });
  };
  const mask = { name: "mask", shape: [replicas, steps, batch], data: masks() };
  const seeds = Array.from(
    { length: pick([2, 2 * replicas]) },
    () => random.integer(0, 2 ** 24 - 1),
  );
  return {
    title: `case ${number}: ${JSON.stringify({ ...spec, replicas, steps, batch, mask: kind })}`,
    spec,
    inputs: [
      normal("x", [replicas, steps, batch, inputSize]),
      normal("h0", state),
      ...(lstm ? [normal("c0", state)] : []),
      ...weightShapes(spec).map(({ name, shape }) => {
        return normal(name, [replicas, ...shape], 0.8 / Math.sqrt(hiddenSize));
      }),
    ],
    mask: kind === "none" ? undefined : mask,
    seeds: spec.dropout > 0 ? seeds : undefined,
    losses: [
      normal("output", [replicas, steps, batch, directions * hiddenSize]),
      normal("h", state),
      ...(lstm ? [normal("c", state)] : []),
    ],
  };
}

/** Outputs, states and every gradient of a loss that weights all of them, by name. */
async function results(
  { spec, inputs, mask, seeds, losses }: Case,
  run: typeof recurrent | typeof plainStack,
): Promise<[string, Float32Array][]> {
  const tensor = ({ data, shape }: NDArray): tf.Tensor => tf.tensor(data, [...shape]);
  const maskTensor = mask && tensor(mask);
  const outputs = (tensors: readonly tf.Tensor[]): tf.Tensor[] => {
    const [x, h0, ...rest] = tensors;
    assert(x && h0);
    const states = spec.cell === "lstm" ? { c0: rest[0] } : {};
    const weights = spec.cell === "lstm" ? rest.slice(1) : rest;
    const given: RecurrentInputs = { x, h0, ...states, weights, mask: maskTensor, seeds };
    const { output, h, c } = run(spec, given);
    return c ? [output, h, c] : [output, h];
  };
  const tensors = inputs.map(tensor);
  const found = outputs(tensors);
  const loss = (...tensors: tf.Tensor[]): tf.Scalar => {
    const parts = outputs(tensors).map((output, i) => {
      const weights = losses[i];
      assert(weights);
      return output.mul(tensor(weights)).sum<tf.Scalar>();
    });
    // tfjs refuses gradients with respect to tensors that do not affect a loss, as h0 without
    // recurrence.
    const unused = tensors.map((tensor) => tensor.mul(0).sum<tf.Scalar>());
    return [...parts, ...unused].reduce((a, b) => a.add(b));
  };
  const gradients = tf.grads(loss)(tensors);
  const names = [...losses.map(({ name }) => name), ...inputs.map(({ name }) => `d ${name}`)];
  const values = await Promise.all([...found, ...gradients].map((t) => t.data<"float32">()));
  return values.map((value, i) => [names[i] ?? "", value]);
}

/** The results of the plain cells on the cpu by case, computed once for all backends. */
const wanted = new Map<number, [string, Float32Array][]>();
await onBackend("cpu", async () => {
  for (let number = 0; number < count; number++) {
    tf.engine().startScope();
    wanted.set(number, await results(caseOf(number), plainStack));
    tf.engine().endScope();
  }
});

forEachBackend("recurrent() gives the values and gradients of plainStack()", async (backend) => {
  for (const number of numbersFor(backend)) {
    const test = caseOf(number);
    tf.engine().startScope();
    const found = await results(test, recurrent);
    tf.engine().endScope();
    const plain = wanted.get(number) ?? [];
    assertEquals(found.map(([name]) => name), plain.map(([name]) => name));
    assert(found.length > 4);
    for (const [i, [name, values]] of plain.entries()) {
      const what = `${test.title} ${name}`;
      assertClose(found[i]?.[1] ?? [], values, tolerance.backend[backend], { what });
    }
  }
});

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
