import { assertEquals } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { onBackend } from "../backends.ts";
import { drawLearning, learn } from "./learning.ts";
import { small } from "./small_learning.ts";

const { description: backend } = await selectBackend("cpu");

Deno.test("three networks of one hidden size learn three tasks, each seed as it would alone", async () => {
  const [together, alone] = await onBackend("cpu", async () => [
    await learn(backend, small, [4, 5]),
    await learn(backend, small, [4]),
  ]);
  assertEquals(
    together?.map(({ task, architecture }) => `${task.name}: ${architecture}`),
    ["copy", "cumulative sum", "alternating sign"].flatMap((task) =>
      ["RNN", "LSTM", "GRU"].map((architecture) => `${task}: ${architecture}`)
    ),
  );
  for (const [i, { curves, tests }] of together?.entries() ?? []) {
    assertEquals(curves[0]?.length, small.epochs);
    assertEquals([curves[0], tests[0]], [alone?.[i]?.curves[0], alone?.[i]?.tests[0]]);
  }
});

Deno.test("a peer is given the weights of every network and the sequences of every task", async () => {
  const drawn = await onBackend("cpu", () => drawLearning(backend, small));
  const of = (name: string) => drawn.filter((one) => one.name.startsWith(name));
  const shapes = (name: string) => of(name).map(({ name, shape }) => [name, shape]);
  assertEquals(shapes("cumulative sum/LSTM/"), [
    ["cumulative sum/LSTM/recurrent.weight_ih_l0", [12, 2]],
    ["cumulative sum/LSTM/recurrent.weight_hh_l0", [12, 3]],
    ["cumulative sum/LSTM/recurrent.bias_ih_l0", [12]],
    ["cumulative sum/LSTM/recurrent.bias_hh_l0", [12]],
    ["cumulative sum/LSTM/head.weight", [2, 3]],
    ["cumulative sum/LSTM/head.bias", [2]],
  ]);
  assertEquals([...shapes("copy/x"), ...shapes("copy/target"), ...shapes("copy/test")], [
    ["copy/x", [5, 4, 1, 2]],
    ["copy/target", [5, 4, 1, 2]],
    ["copy/test_x", [4, 2, 2]],
    ["copy/test_target", [4, 2, 2]],
  ]);
  const values = (name: string) => of(name)[0]?.values;
  assertEquals(values("copy/target"), values("copy/x"));
  assertEquals(drawn.length, 9 * 6 + 3 * 4);
  assertEquals(drawn.filter(({ parameter }) => parameter).length, 9 * 6);
});
