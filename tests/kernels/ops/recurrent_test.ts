import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../../src/core/backend.ts";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import type { CellKind } from "../../../src/kernels/cells.ts";
import { recurrent, type RecurrentInputs } from "../../../src/kernels/ops/recurrent.ts";
import { type StackSpec, weightShapes } from "../../../src/kernels/stack.ts";
import { plainStack } from "../../../src/model/reference/plain_stack.ts";
import { forEachBackend, onBackend } from "../../backends.ts";

const spec: StackSpec = {
  cell: "lstm",
  inputSize: 3,
  hiddenSize: 4,
  numLayers: 1,
  bidirectional: false,
  bias: false,
  dropout: 0,
};

function inputs(): RecurrentInputs & { x: tf.Tensor; h0: tf.Tensor } {
  const random = new Random(1);
  return {
    x: tf.tensor4d(random.array(30), [1, 5, 2, 3]),
    h0: tf.zeros([1, 1, 2, 4]),
    c0: tf.zeros([1, 1, 2, 4]),
    weights: [
      tf.tensor3d(random.array(48), [1, 16, 3]),
      tf.tensor3d(random.array(64), [1, 16, 4]),
    ],
  };
}

forEachBackend("recurrent() reads integers that tfjs has cast to float32", async () => {
  const given = inputs();
  const ids = tf.tensor3d([0, 2, 1, 1, 0, 2, 2, 0, 1, 0], [1, 5, 2], "int32");
  // In tfjs a cast of int32 to float32 may change only the label.
  const x = tf.oneHot(ids, 3).toFloat();
  const plain = tf.tensor(Float32Array.from(await x.data()), x.shape);
  const [found, wanted] = [x, plain].map((x) => recurrent(spec, { ...given, x }).output);
  assertEquals(await found!.data(), await wanted!.data());
});

forEachBackend("recurrent() returns equal bytes for equal inputs, gradients included", async () => {
  const given = inputs();
  const run = async (): Promise<number[]> => {
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
      recurrent(spec, { ...given, x }).output.square().sum()
    )(given.x);
    return [...await value.data(), ...await grad.data()];
  };
  assertEquals(await run(), await run());
});

Deno.test("recurrent() names the input that has another shape, before it computes", async () => {
  await selectBackend("cpu");
  const refuse = (change: Partial<RecurrentInputs>, message: string) => {
    assertThrows(() => recurrent(spec, { ...inputs(), ...change }), InputError, message);
  };
  refuse(
    { x: tf.zeros([5, 2, 3]) },
    "x must be of shape [replica, sequence, batch, input 3], found [5, 2, 3]",
  );
  refuse(
    { h0: tf.zeros([1, 1, 3, 4]) },
    "h0 must be of shape [replica 1, layers * directions 1, batch 2, hidden 4], found [1, 1, 3, 4]",
  );
  refuse({ c0: undefined }, "c0 must be a tensor, found undefined");
  refuse(
    { mask: tf.ones([1, 4, 2]) },
    "mask must be of shape [replica 1, sequence 5, batch 2], found [1, 4, 2]",
  );
  refuse({ weights: [] }, "weights must be 2 tensors, found 0");
  refuse(
    { weights: [tf.zeros([1, 16, 3]), tf.zeros([1, 12, 4])] },
    "weight_hh_l0 must be of shape [replica 1, 4 * hidden 16, columns 4], found [1, 12, 4]",
  );
  const given = inputs();
  assertThrows(
    () => recurrent({ ...spec, dropout: 0.5, numLayers: 1 }, { ...given, seeds: [1] }),
    InputError,
    "seeds must be 2 integers, found [1]",
  );
});

Deno.test("recurrent() refuses second derivatives and names the implementation that has them", async () => {
  await selectBackend("cpu");
  const given = inputs();
  const first = tf.grad((x: tf.Tensor) => recurrent(spec, { ...given, x }).output.square().sum());
  const second = tf.grad((x: tf.Tensor) => first(x).square().sum());
  assertThrows(
    () => second(given.x),
    InputError,
    'implementation: "plain" have further derivatives',
  );
});

/** Cells whose plain implementation has PyTorch's gradients at NaN; the relu of tfjs does not. */
const cells: readonly CellKind[] = ["rnn_tanh", "lstm", "gru"];

/** A call of a cell with one number of one input replaced. */
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

/** Returns the names and shapes of the inputs of a cell. */
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

/** Returns whether each number of outputs and gradients is finite, NaN or an infinity. */
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

let plain: Promise<Record<string, string[]>[]> | undefined;

/** Returns the results of the plain cells on the CPU, computed once for all backends. */
function plainKinds(): Promise<Record<string, string[]>[]> {
  return plain ??= (async () => {
    const found: Record<string, string[]>[] = [];
    await onBackend("cpu", async () => {
      for (const call of calls) found.push(await kinds(call, plainStack));
    });
    return found;
  })();
}

forEachBackend(
  "recurrent() propagates NaN and infinities of any input like the plain cells",
  async (backend) => {
    const wanted = await plainKinds();
    await selectBackend(backend); // `plainKinds()` selects the CPU.
    for (const [i, call] of calls.entries()) {
      tf.engine().startScope();
      assertEquals(await kinds(call, recurrent), wanted[i], JSON.stringify(Object.values(call)));
      tf.engine().endScope();
    }
  },
);

forEachBackend("recurrent() has PyTorch's gradient of relu at NaN and 0", async () => {
  const spec: StackSpec = { ...specOf("rnn_relu"), inputSize: 1, hiddenSize: 1, bias: false };
  const weights = [tf.ones([1, 1, 1]), tf.zeros([1, 1, 1])];
  const x = tf.tensor4d([-1, NaN, 1, -1, 0], [1, 1, 5, 1]);
  const d = tf.tensor4d([NaN, 2, 3, Infinity, 1], [1, 1, 5, 1]);
  const run = (x: tf.Tensor) => recurrent(spec, { x, h0: tf.zeros([1, 1, 5, 1]), weights }).output;
  assertEquals([...await run(x).data()], [0, NaN, 1, 0, 0]);
  assertEquals([...await tf.grad(run)(x, d).data()], [0, 2, 3, 0, 0]);
});
