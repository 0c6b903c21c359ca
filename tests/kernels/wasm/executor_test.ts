import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { cpuExecutor } from "../../../src/kernels/cpu/executor.ts";
import { Layout, type Program, type Session } from "../../../src/kernels/program.ts";
import { wasmExecutor } from "../../../src/kernels/wasm/executor.ts";
import { forEachBackend, onBackend } from "../../backends.ts";
import { layerCases } from "../cases.ts";

const layout = new Layout();
const [from, to] = [layout.add(3), layout.add(3)];
const add = { op: "add", count: 3, from: from.offset, to: to.offset } as const;
const program: Program = { size: layout.size, routines: { add: [add], nothing: [] } };
const executor = wasmExecutor({ threads: 1 });

forEachBackend("Session.writeTensor() and readTensor() copy regions of every replica", async () => {
  const session = executor.start(program, 2);
  const x = tf.tensor2d([[1, 2, 3], [4, 5, 6]]);
  await x.data(); // If the tensor is on a device, this copies its numbers to the host.
  session.writeTensor(from, x);
  session.write(to, new Float32Array(6));
  session.run("add", 2);
  const { dataId, shape, dtype } = session.readTensor(to, [2, 1, 3]);
  const y = tf.engine().makeTensorFromDataId(dataId, shape, dtype);
  assertEquals(y.shape, [2, 1, 3]);
  assertEquals([...await y.data()], [2, 4, 6, 8, 10, 12]);
  assertEquals([...await session.read(from)], [1, 2, 3, 4, 5, 6]);
  session.dispose();
});

Deno.test("WasmSession.writeTensor() refuses a tensor of integers", async () => {
  await onBackend("wasm", () => {
    const session = executor.start(program, 1);
    const ids = tf.tensor1d([1, 2, 3], "int32");
    const message = 'the tensor\'s dtype must be float32, found "int32"';
    assertThrows(() => session.writeTensor(from, ids), InputError, message);
    session.dispose();
  });
});

Deno.test("WasmSession refuses wrong sizes, routines, steps and shapes, and use after dispose()", () => {
  const session = executor.start(program, 2);
  const wrong = new Float32Array(5);
  assertThrows(() => session.write(from, wrong), InputError, "values must be 6 numbers, found 5");
  assertThrows(() => session.run("ad"), InputError, "routine must be add or nothing");
  assertThrows(() => session.run("add", -1), InputError, "steps must be an integer of at least 0");
  assertThrows(() => session.readTensor(to, [3]), InputError, "shape must be of 6 numbers");
  session.dispose();
  session.dispose();
  assertThrows(() => session.run("add"), InputError, "the session must be open");
  assertThrows(() => executor.start(program, 0), InputError, "replicas must be a positive integer");
  assertThrows(() => wasmExecutor({ threads: 0 }), InputError, "threads must be an integer from 1");
});

Deno.test("WasmExecutor.start() refuses an arena that is too large, and stays usable", async () => {
  const large = { size: 2 ** 28, routines: {} };
  assertThrows(
    () => executor.start(large, 5),
    InputError,
    "the size of the arena in bytes must be at most",
  );
  const session = executor.start(program, 1);
  session.write(from, new Float32Array([1, 2, 3]));
  session.write(to, new Float32Array(3));
  session.run("nothing");
  session.run("add", 0);
  assertEquals([...await session.read(to)], [0, 0, 0]);
  session.dispose();
});

Deno.test("WasmSession.run() does not change other sessions, whatever order they are disposed of in", async () => {
  const sessions = [1, 2, 3].map((value) => {
    const session = executor.start(program, value);
    session.write(from, new Float32Array(3 * value).fill(value));
    session.write(to, new Float32Array(3 * value));
    return session;
  });
  sessions[1]?.dispose();
  const late = executor.start(program, 1);
  late.write(from, new Float32Array(3).fill(9));
  late.write(to, new Float32Array(3));
  for (const session of [sessions[0], late, sessions[2]]) session?.run("add");
  assertEquals([...await sessions[0]?.read(to) ?? []], Array(3).fill(1));
  assertEquals([...await sessions[2]?.read(to) ?? []], Array(9).fill(3));
  assertEquals([...await late.read(to)], [9, 9, 9]);
  for (const session of [sessions[0], late, sessions[2]]) session?.dispose();
});

Deno.test("WasmExecutor.start() changes nothing if the scratch memory does not fit", async () => {
  const executor = wasmExecutor({ threads: 2 });
  const [one] = layerCases("lstm", { steps: 3, batch: 30, hidden: 40 });
  assert(one);
  const all = { offset: 0, size: one.size };
  const start = { size: one.size, routines: { run: [one.command] } };
  const run = async (session: Session): Promise<Float32Array> => {
    session.write(all, one.values(1));
    session.run("run");
    return await session.read(all);
  };
  const session = executor.start(start, 1);
  const wanted = await run(session);
  // Pieces of 1 GiB, so that 1 to 2 GiB of the 4 are left.
  const pieces = [1, 2].map(() => executor.start({ size: 2 ** 28, routines: {} }, 1));
  for (const hidden of [10_000, 12_000, 14_000, 20_000]) {
    const { command } = one;
    assert(command.op === "lstmForward");
    // It is never run: it needs at least 1.6 GB of packed weights for each of two threads.
    const large = { size: 16, routines: { run: [{ ...command, hidden }] } };
    const message = "the size of the scratch in bytes must be at most";
    assertThrows(() => executor.start(large, 1), InputError, message);
    assertEquals(await run(session), wanted, `hidden ${hidden}`);
  }
  // The memory of the refused sessions is free again.
  pieces.push(executor.start({ size: 2 ** 28, routines: {} }, 1));
  for (const one of pieces) one.dispose();
  const again = executor.start(start, 1);
  assertEquals(await run(again), wanted);
  for (const one of [session, again]) one.dispose();
  executor.dispose();
});

Deno.test("Executor.start() refuses sizes beyond all memory, on WASM and CPU", () => {
  for (const one of [executor, cpuExecutor()]) {
    for (const size of [2 ** 40, 2 ** 60]) {
      assertThrows(() => one.start({ size, routines: {} }, 3), InputError, "the arena");
    }
  }
});
