import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { recurrent } from "../../src/kernels/recurrent_op.ts";
import { type CellKind, type StackSpec, weightShapes } from "../../src/kernels/stack.ts";
import { plainStack } from "../../src/model/reference/plain_stack.ts";
import { forEachBackend, onBackend } from "../backends.ts";

/** Those whose plain cells have PyTorch's gradients; tfjs's relu has NaN where PyTorch passes it on. */
const cells: readonly CellKind[] = ["rnn_tanh", "lstm", "gru"];

/** A call of a cell, with one number of one input replaced. */
interface Spoiled {
  readonly cell: CellKind;
  readonly input: string;
  readonly value: number;
}

const [steps, batch, inputSize, hiddenSize] = [4, 3, 2, 5];

function specOf(cell: CellKind): StackSpec {
  const sizes = { inputSize, hiddenSize, numLayers: 1 };
  return { cell, ...sizes, bidirectional: false, bias: true, dropout: 0 };
}

/** The inputs of a cell by name, with their shapes. */
function inputsOf(cell: CellKind): (readonly [name: string, shape: readonly number[]])[] {
  const state = [1, 1, batch, hiddenSize];
  return [
    ["x", [1, steps, batch, inputSize]],
    ["h0", state],
    ...(cell === "lstm" ? [["c0", state] as const] : []),
    ...weightShapes(specOf(cell)).map(({ name, shape }) => [name, [1, ...shape]] as const),
  ];
}

const calls: readonly Spoiled[] = cells.flatMap((cell) =>
  inputsOf(cell).flatMap(([input]) =>
    [NaN, Infinity, -Infinity].map((value) => ({ cell, input, value }))
  )
);

/** What every number of the outputs and of all gradients is: finite, NaN, or an infinity. */
async function kinds(
  { cell, input, value }: Spoiled,
  run: typeof recurrent | typeof plainStack,
): Promise<Record<string, string[]>> {
  const random = new Random(1);
  const names = inputsOf(cell);
  const tensors = names.map(([name, shape]) => {
    const count = shape.reduce((a, b) => a * b, 1);
    const data = random.fork(name).array(count, (source) => source.normal(0, 0.5));
    if (name === input) data[Math.floor(count / 2)] = value;
    return tf.tensor(data, [...shape]);
  });
  const outputs = (given: readonly tf.Tensor[]): tf.Tensor[] => {
    const [x, h0, ...rest] = given;
    assert(x && h0);
    const c0 = cell === "lstm" ? rest.shift() : undefined;
    const { output, h, c } = run(specOf(cell), { x, h0, c0, weights: rest });
    return c ? [output, h, c] : [output, h];
  };
  const loss = (...given: tf.Tensor[]): tf.Scalar => {
    const sums = outputs(given).map((output) => output.mul(0.7).sum<tf.Scalar>());
    return sums.reduce((a, b) => a.add(b));
  };
  const found = [...outputs(tensors), ...tf.grads(loss)(tensors)];
  const labels = [
    "output",
    "h",
    ...(cell === "lstm" ? ["c"] : []),
    ...names.map(([n]) => `d ${n}`),
  ];
  const entries = found.map(async (tensor, i) => {
    const values = await tensor.data<"float32">();
    const kind = (x: number): string => Number.isFinite(x) ? "finite" : `${x}`;
    return [labels[i] ?? "", Array.from(values, kind)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What the plain cells give on the cpu; made once for all backends. */
const wanted: Record<string, string[]>[] = [];
await onBackend("cpu", async () => {
  for (const call of calls) wanted.push(await kinds(call, plainStack));
});

forEachBackend(
  "recurrent() of a NaN or an infinity in any input has the values and gradients of the plain cells",
  async () => {
    for (const [i, call] of calls.entries()) {
      tf.engine().startScope();
      assertEquals(await kinds(call, recurrent), wanted[i], JSON.stringify(Object.values(call)));
      tf.engine().endScope();
    }
  },
);

forEachBackend("a relu passes gradients where PyTorch's does", async () => {
  const spec: StackSpec = { ...specOf("rnn_relu"), inputSize: 1, hiddenSize: 1, bias: false };
  const weights = [tf.ones([1, 1, 1]), tf.zeros([1, 1, 1])];
  const x = tf.tensor4d([-1, NaN, 1, -1, 0], [1, 1, 5, 1]);
  const d = tf.tensor4d([NaN, 2, 3, Infinity, 1], [1, 1, 5, 1]);
  const run = (x: tf.Tensor) => recurrent(spec, { x, h0: tf.zeros([1, 1, 5, 1]), weights }).output;
  assertEquals([...await run(x).data()], [0, NaN, 1, 0, 0]);
  assertEquals([...await tf.grad(run)(x, d).data()], [0, 2, 3, 0, 0]);
});
