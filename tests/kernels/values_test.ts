import { assertEquals } from "@std/assert";
import { currentExecutor } from "../../src/kernels/executors.ts";
import { Layout } from "../../src/kernels/program.ts";
import { assignValues, copyValues, disposeValues, readValues } from "../../src/kernels/values.ts";
import { isTensor } from "../../src/core/tfjs.ts";
import { forEachBackend } from "../backends.ts";

/** Two layouts in which a region of three numbers has different offsets. */
const [first, second] = [new Layout(), new Layout()];
const source = first.add(3);
second.add(5);
const target = second.add(3);

forEachBackend("copyValues() copies a region of every replica to another session", async () => {
  const from = currentExecutor().start({ size: first.size, routines: {} }, 2);
  const to = currentExecutor().start({ size: second.size, routines: {} }, 2);
  from.write(source, new Float32Array([1, 2, 3, 4, 5, 6]));
  copyValues(from, source, to, target, [2, 3]);
  from.write(source, new Float32Array(6));
  assertEquals([...await to.read(target)], [1, 2, 3, 4, 5, 6]);
  from.dispose();
  to.dispose();
});

forEachBackend("readValues() and assignValues() copy a region out of the arena", async () => {
  const session = currentExecutor().start({ size: first.size, routines: {} }, 2);
  const written = new Float32Array([1, 2, 3, 4, 5, 6]);
  session.write(source, written);
  const values = readValues(session, source, [2, 3]);
  const assigned = { shape: [2, 3], data: new Float32Array(6) };
  if (session.views) assignValues(session, source, assigned);
  session.write(source, new Float32Array(6));
  assertEquals(values.shape, [2, 3]);
  assertEquals([...isTensor(values) ? await values.data() : values.data], [...written]);
  if (session.views) assertEquals(assigned.data, written);
  disposeValues(values);
  session.dispose();
});
