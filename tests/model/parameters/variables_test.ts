import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../../src/core/backend.ts";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { LSTM } from "../../../src/model/lstm.ts";
import {
  type Draw,
  drawParameters,
  type ParameterShape,
} from "../../../src/model/parameters/variables.ts";
import { forEachBackend } from "../../backends.ts";
import { assertMistakes, call } from "../../mistakes.ts";

const parameter = { name: "weight", shape: [2, 3] };
const draw: Draw = ({ shape }, random) => random.array(shape.reduce((a, b) => a * b, 1));

/** The one variable of one parameter. */
function drawVariable(parameter: ParameterShape, ...rest: Rest): tf.Variable {
  const { [parameter.name]: made } = drawParameters([parameter], ...rest).variables;
  assert(made);
  return made;
}
type Rest = Parameters<typeof drawParameters> extends [unknown, ...infer Rest] ? Rest : never;

forEachBackend(
  "drawParameters() draws each parameter from a fork, and each replica from its own",
  async () => {
    const before = tf.memory().numTensors;
    const alone = drawVariable(parameter, undefined, new Random(1), draw);
    assertEquals(tf.memory().numTensors, before + 1);
    assertEquals(alone.shape, [2, 3]);
    assertEquals(await alone.data(), new Random(1).fork("weight").array(6));

    const three = drawVariable(parameter, 3, new Random(1), draw);
    assertEquals(three.shape, [3, 2, 3]);
    const values = [0, 1, 2].flatMap((r) => [...new Random(1).fork(r).fork("weight").array(6)]);
    assertEquals([...await three.data()], values);
    alone.dispose();
    three.dispose();
  },
);

forEachBackend(
  "drawParameters() with a source for each replica draws what each source draws alone",
  async () => {
    const sources = [new Random(7), new Random(3)];
    const two = drawVariable(parameter, 2, sources, draw);
    const values = [7, 3].flatMap((seed) => [...new Random(seed).fork("weight").array(6)]);
    assertEquals([...await two.data()], values);
    const one = drawVariable(parameter, undefined, [new Random(7)], draw);
    assertEquals([...await one.data()], values.slice(0, 6));
    tf.dispose([two, one]);
  },
);

forEachBackend("drawParameters() leaves no variable if one cannot be made", () => {
  const before = tf.memory().numTensors;
  const two = [parameter, { name: "bias", shape: [2] }];
  const made = drawParameters(two, undefined, new Random(1), draw).variables;
  assertEquals(Object.entries(made).map(([name, { shape }]) => [name, shape]), [
    ["weight", [2, 3]],
    ["bias", [2]],
  ]);
  tf.dispose(made);
  const six: Draw = () => [1, 2, 3, 4, 5, 6];
  assertThrows(
    () => drawParameters(two, undefined, new Random(1), six),
    InputError,
    "initial bias must be 2 numbers, found 6",
  );
  assertEquals(tf.memory().numTensors, before);
});

forEachBackend("drawParameters() refuses wrong counts", () => {
  const random = new Random(1);
  const refuse = (run: () => unknown, message: string): unknown =>
    assertThrows(run, InputError, message);
  for (const replicas of [0, -1, 1.5]) {
    refuse(
      () => drawVariable(parameter, replicas, random, draw),
      `replicas must be a positive integer, found ${replicas}`,
    );
  }
  refuse(
    () => drawVariable(parameter, undefined, random, () => [1, 2]),
    "initial weight must be 6 numbers, found 2",
  );
  refuse(
    () => drawVariable(parameter, 3, [random], draw),
    "random must be 1 source, or 3, found 1",
  );
  refuse(
    () => drawVariable({ name: "weight", shape: [2 ** 40] }, 2, random, draw),
    "weight must be of a shape that fits in memory, found [2, 1099511627776]",
  );
  refuse(
    () => drawVariable(parameter, undefined, [], draw),
    "random must be 1 source, or 1, found 0",
  );
});

Deno.test("drawParameters() refuses a source that made a parameter of this name before", async () => {
  await selectBackend("cpu");
  const random = new Random(1);
  const help =
    'found "one that has made weight already". Give each layer a fork of its own, such as random.fork("lstm")';
  const refuse = (run: () => unknown, message: string): unknown =>
    assertThrows(run, InputError, message);
  const bias = { name: "bias", shape: [2] };
  // A failed call has made no parameter, so the next call may use the source.
  refuse(
    () => drawParameters([bias, parameter], undefined, random, () => [1, 2]),
    "initial weight",
  );
  const first = drawParameters([bias, parameter], undefined, random, draw).variables;
  refuse(
    () => drawParameters([{ name: "weight", shape: [1] }], undefined, random, draw),
    `random must be a source of its own for each layer, ${help}`,
  );
  // With replicas the layers draw from other forks, but the names are taken as well.
  refuse(() => drawParameters([bias], 2, random, draw), "one that has made bias already");
  refuse(
    () => drawParameters([bias], 2, [new Random(2), random], draw),
    "one that has made bias already",
  );
  const twice = new Random(3);
  refuse(
    () => drawParameters([bias], 2, [twice, twice], draw),
    'random must be a source of its own for each replica, found "one source twice"',
  );
  // Other names, forks and sources of the same seed are free.
  const others = [
    drawParameters([{ name: "other", shape: [1] }], undefined, random, draw),
    drawParameters([bias], undefined, random.fork("head"), draw),
    drawParameters([bias], undefined, new Random(1), draw),
  ].map(({ variables }) => variables);
  assertEquals(await others[2]?.bias?.data(), await first.bias?.data());
  tf.dispose([first, ...others]);
});

Deno.test("drawParameters() refuses initial values that are not numbers", async () => {
  await selectBackend("cpu");
  const from = (values: unknown) => () =>
    call(
      null,
      drawParameters,
      [{ name: "bias", shape: [2] }],
      undefined,
      new Random(1),
      () => values,
    );
  await assertMistakes([
    [from(["1", "2"]), 'initial bias[0] must be a number, found "1"'],
    [from([1, null]), "initial bias[1] must be a number, found null"],
    [from(new Array(2)), "initial bias[0] must be a number, found undefined"],
    [from([[1], [2]]), "initial bias[0] must be a number, found [1]"],
    [from({ length: 2, 0: 1, 1: true }), "initial bias[1] must be a number, found true"],
    [from(BigInt64Array.of(1n, 2n)), "initial bias must be an array of numbers"],
  ]);
  const parameters = [{ name: "bias", shape: [2] }];
  const values = { length: 2, 0: 3, 1: 4 };
  const { variables: { bias } } = drawParameters(
    parameters,
    undefined,
    new Random(1),
    () => values,
  );
  assertEquals([...await bias?.data() ?? []], [3, 4]);
  bias?.dispose();
});

Deno.test("new LSTM() before a backend is ready says to await selectBackend()", async () => {
  await selectBackend("cpu");
  const engine = tf.engine();
  const { backendName } = engine;
  try {
    // The state before a backend is selected, or before the selection is awaited.
    Reflect.set(engine, "backendName", undefined);
    const make = () => new LSTM({ inputSize: 2, hiddenSize: 3, random: new Random(1) });
    await assertMistakes([[
      make,
      "backend must be selected",
      'Call `await selectBackend("auto")` first',
    ]]);
  } finally {
    Reflect.set(engine, "backendName", backendName);
  }
});
