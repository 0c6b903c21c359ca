import * as tf from "@tensorflow/tfjs";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import type { Program } from "../../../src/kernels/program.ts";
import { DeviceErrors, webgpuBackend } from "../../../src/kernels/webgpu/device.ts";
import { webgpuExecutor } from "../../../src/kernels/webgpu/executor.ts";
import { onBackend, testOn } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { gemmCase, layerCases, otherCases, runCase } from "../cases.ts";
import { compare, ways } from "./compare.ts";

const adding: Program = {
  size: 8,
  routines: { add: [{ op: "add", count: 4, from: 0, to: 4 }] },
};

testOn(
  "webgpu",
  "WebgpuSession writes and reads regions of every replica, as numbers and as tensors",
  async () => {
    const session = webgpuExecutor().start(adding, 2);
    const [all, low] = [{ offset: 0, size: 8 }, { offset: 1, size: 2 }];
    session.write(all, Float32Array.from({ length: 16 }, (_, i) => i));
    session.writeTensor(low, tf.tensor2d([[-1, -2], [-3, -4]]));
    assertEquals([...await session.read(all)], [
      ...[0, -1, -2, 3, 4, 5, 6, 7],
      ...[8, -3, -4, 11, 12, 13, 14, 15],
    ]);
    const tensor = session.readTensor(low, [2, 1, 2]);
    session.write(low, new Float32Array(4));
    const owned = tf.engine().makeTensorFromTensorInfo(tensor);
    assertEquals(owned.shape, [2, 1, 2]);
    assertEquals([...await owned.data()], [-1, -2, -3, -4]);
    session.dispose();
  },
);

testOn(
  "webgpu",
  "WebgpuSession.dispose() frees all memory, and write() allocates none after the first call",
  async () => {
    const backend = webgpuBackend();
    const taken = () => [
      tf.memory().numTensors,
      backend.numDataIds(),
      backend.memory().numBytesInGPU,
    ];
    const before = taken();
    const session = webgpuExecutor().start(adding, 3);
    const upload = async () => {
      session.write({ offset: 0, size: 4 }, new Float32Array(12).fill(1));
      session.run("add");
      await session.read({ offset: 4, size: 4 });
    };
    await upload();
    const allocated = backend.memory().numBytesAllocatedInGPU;
    for (let i = 0; i < 20; i++) await upload();
    assertEquals(backend.memory().numBytesAllocatedInGPU, allocated);
    session.dispose();
    // Memory that is disposed of while commands are pending is freed when they are submitted.
    backend.endComputePassEncoder();
    backend.ensureCommandEncoderReady();
    backend.submitQueue();
    assertEquals(taken(), before);
  },
);

testOn(
  "webgpu",
  "WebgpuSession refuses wrong sizes, types and routines before it launches",
  async () => {
    const executor = webgpuExecutor();
    const session = executor.start(adding, 2);
    const region = { offset: 0, size: 2 };
    const fails = (fn: () => void, message: string): void => {
      assertThrows(fn, InputError, message);
    };
    fails(() => session.write(region, new Float32Array(3)), "values must be 4 numbers, found 3");
    fails(
      () => session.writeTensor(region, tf.zeros([3])),
      "the tensor must be of 4 numbers, found 3",
    );
    fails(
      () => session.writeTensor(region, tf.zeros([4], "int32")),
      'the tensor\'s dtype must be float32, found "int32"',
    );
    fails(() => session.run("sub"), 'routine must be add, found "sub"');
    session.dispose();
    const { maxStorageBufferBindingSize: most } = webgpuBackend().device.limits;
    const { numBytesInGPU } = webgpuBackend().memory();
    fails(() => executor.start({ size: most, routines: {} }, 2), "on this adapter, found");
    assertEquals(webgpuBackend().memory().numBytesInGPU, numBytesInGPU);
    await onBackend("cpu", () => {
      fails(() => executor.start(adding, 1), 'the current backend must be webgpu, found "cpu"');
    });
  },
);

testOn(
  "webgpu",
  "WebgpuSession.run() computes equal bytes for equal inputs, and for a replica as alone",
  async () => {
    const cases = [
      gemmCase(33, 41, 65, 0, 1, 0),
      ...layerCases("lstm", { steps: 4, batch: 5, hidden: 19, masked: true }),
      ...otherCases().filter(({ name }) => /crossEntropy 300|adam 7001|Gradient 100/.test(name)),
    ];
    for (const one of cases) {
      for (const way of ways) {
        const [first, second] = [
          await runCase(webgpuExecutor(way), one, 3),
          await runCase(webgpuExecutor(way), one, 3),
        ];
        assertEquals(first, second, one.name);
        const alone = await runCase(webgpuExecutor(way), one, 1);
        assertClose(first.subarray(0, one.size), alone, tolerance.exact, { what: one.name });
      }
    }
  },
);

testOn(
  "webgpu",
  "WebgpuSession.run() splits loops with more iterations than llvmpipe allows",
  async () => {
    const software = ways.filter(({ adapter }) => adapter === "software");
    for (const way of software) {
      const session = webgpuExecutor(way).start(adding, 1);
      session.write({ offset: 0, size: 8 }, new Float32Array([1, 1, 1, 1, 0, 0, 0, 0]));
      const steps = way.mode === "narrow" ? 40_000 : 100;
      session.run("add", steps);
      assertEquals([...await session.read({ offset: 4, size: 4 })], Array(4).fill(steps));
      session.dispose();
    }
    for (const way of software) {
      await compare(gemmCase(1, 2, 70_001, 1, 0, 0), way, 1);
      const [forward, back] = layerCases("rnn", { steps: 6000, batch: 1, hidden: 5, relu: 0 });
      if (forward && back) {
        await compare(forward, way, 1);
        await compare(back, way, 1);
      }
    }
  },
);

testOn(
  "webgpu",
  "WebgpuSession.run() computes accurate activations for very large and very small arguments",
  async () => {
    const sums = [-1e30, -100, -20, -1, -0.3, -1e-4, 0, 1e-6, 0.2, 0.25, 5, 89, 1e30];
    const count = sums.length;
    const [gates, weight, h, c] = [0, 4 * 4 * count, 8 * 4 * count, 0];
    const shape = { steps: 1, batch: count, hidden: 1, reverse: 0, gates, weight, h, mask: -1 };
    const none = { output: -1, ldOutput: 1 };
    const session = webgpuExecutor().start({
      size: 16 * 4 * count,
      routines: {
        tanh: [{ op: "rnnForward", relu: 0, ...shape, ...none }],
        sigmoid: [{ op: "lstmForward", ...shape, ...none, c: c + 10 * 4 * count }],
      },
    }, 1);
    const all = { offset: 0, size: 16 * 4 * count };
    const each = (found: Float32Array, wanted: (x: number) => number): void =>
      sums.forEach((x, i) => {
        const what = `at ${x}`;
        assertClose([found[i] ?? NaN], [wanted(x)], tolerance.backend.webgpu, {
          what,
          scale: Math.max(1e-30, Math.abs(wanted(x))),
        });
      });
    const values = new Float32Array(all.size);
    values.set(sums);
    session.write(all, values);
    session.run("tanh");
    each(await session.read({ offset: h + count, size: count }), Math.tanh);
    values.set(sums.flatMap((x) => [x, 0, 0, 0]));
    session.write(all, values);
    session.run("sigmoid");
    const activated = await session.read({ offset: gates, size: 4 * count });
    each(activated.filter((_, i) => i % 4 === 0), (x) => 1 / (1 + Math.exp(-x)));
    session.dispose();
  },
);

testOn("webgpu", "DeviceErrors.check() throws the errors of the device once", async () => {
  const { device } = webgpuBackend();
  const errors = new DeviceErrors(device);
  errors.collect(() => device.createShaderModule({ code: "no WGSL" }));
  await assertRejects(() => errors.check(), Error, "WebGPU refused");
  await errors.check();
});
