import * as tf from "@tensorflow/tfjs";
import { startBackend } from "../../src/core/backend_start.ts";
import { backendNames, forEachBackend, onBackend } from "../backends.ts";
import { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { GRU } from "../../src/model/gru.ts";
import { LSTM } from "../../src/model/lstm.ts";
import { freeTape } from "../../src/training/engine/plain_step.ts";

forEachBackend(
  "startBackend() makes a backend current, WebGPU for small tensors too, and leaves other state alone",
  async (backend) => {
    tf.env().set("PROD", false);
    if (backend === "webgpu") tf.env().set("WEBGPU_CPU_FORWARD", true);
    const { numTensors } = tf.memory();
    assertEquals(await startBackend(backend), null);
    assertEquals(tf.getBackend(), backend);
    assertEquals(tf.env().getBool("PROD"), false);
    if (backend === "webgpu") assertEquals(tf.env().getBool("WEBGPU_CPU_FORWARD"), false);
    assertEquals(tf.memory().numTensors, numTensors);
  },
);

Deno.test("startBackend() detects a backend that computes wrong products", async () => {
  const kernel = tf.getKernel("BatchMatMul", "cpu");
  tf.unregisterKernel("BatchMatMul", "cpu");
  try {
    tf.registerKernel({
      ...kernel,
      kernelFunc: (parameters) => {
        const product = kernel.kernelFunc(parameters);
        const info = Array.isArray(product) ? product[0] : product;
        const values = tf.backend().readSync(info?.dataId ?? {});
        assert(values instanceof Float32Array);
        values.fill(0, 500, 501);
        return product;
      },
    });
    assertEquals(await startBackend("cpu"), "gave a wrong matrix product");
  } finally {
    tf.unregisterKernel("BatchMatMul", "cpu");
    tf.registerKernel(kernel);
  }
  assertEquals(await startBackend("cpu"), null);
});

Deno.test("startBackend() returns the message of an error of tfjs", async () => {
  const kernel = tf.getKernel("BatchMatMul", "cpu");
  tf.unregisterKernel("BatchMatMul", "cpu");
  try {
    const found = await startBackend("cpu");
    assertEquals(found?.slice(0, 29), "failed: Kernel 'BatchMatMul' ");
  } finally {
    tf.registerKernel(kernel);
  }
});

/**
 * Allocates the WASM memory of tfjs except pieces of less than 16 MiB; returns a function that
 * frees it.
 */
function fill(backend: BackendWasm): () => void {
  const taken: tf.TensorInfo[] = [];
  for (const mebibytes of [1024, 256, 64, 16]) {
    try {
      for (;;) taken.push(backend.makeOutput([mebibytes * 2 ** 18], "float32"));
    } catch (error) {
      assert(error instanceof InputError, String(error));
    }
  }
  return () => taken.forEach(({ dataId }) => backend.disposeData(dataId));
}

Deno.test("guardBackend() throws on wasm if memory is full, and other tensors keep their values", async () => {
  await onBackend("wasm", async () => {
    const backend = tf.backend();
    assert(backend instanceof BackendWasm);
    const options = { inputSize: 4, hiddenSize: 64, random: new Random(1) };
    const lstm = new LSTM(options);
    const [small, large] = [tf.ones([2, 3, 4]), tf.ones([600, 120, 4])];
    const marker = tf.fill([100_000], 7);
    const wanted = await lstm.forward(small).output.data();
    const free = fill(backend);
    const before = [tf.memory().numTensors, backend.numDataIds()];
    const message =
      "the size of a tensor in MiB must be at most the largest free block of the 4096 MiB";
    const refused: (() => unknown)[] = [
      // 18 MiB for the output, and more for what a gradient would need.
      () => lstm.forward(large),
      () => lstm.trace(large),
      () => tf.zeros([2 ** 23]),
      () => tf.tensor(new Float32Array(2 ** 23)),
      () => large.tile([1, 1, 20]),
    ];
    for (const one of refused) {
      assertThrows(one, InputError, message);
      assertEquals([tf.memory().numTensors, backend.numDataIds()], before, String(one));
      assertEquals(new Set(await marker.data()), new Set([7]));
    }
    // tfjs does not free the tensors on a tape that ends in an error.
    const onTape = () => tf.grad((x: tf.Tensor) => lstm.forward(x).output.sum())(large);
    assertThrows(onTape, InputError, message);
    freeTape();
    assertEquals([tf.memory().numTensors, backend.numDataIds()], before);
    assertEquals(new Set(await marker.data()), new Set([7]));
    // The lower 32 bits of this number of bytes are 4096.
    assertThrows(() => backend.makeOutput([2 ** 30 + 1024], "float32"), InputError, "found 4097");
    assertEquals(await lstm.forward(small).output.data(), wanted);
    free();
    const { output } = lstm.forward(large);
    assert(Array.from(await output.data()).every(Number.isFinite));
    lstm.dispose();
  });
});

Deno.test("GRU.forward() on wasm allocates only its outputs in tfjs, and more under a gradient", async () => {
  await onBackend("wasm", () => {
    const backend = tf.backend();
    assert(backend instanceof BackendWasm);
    const gru = new GRU({ inputSize: 1, hiddenSize: 16, numLayers: 2, random: new Random(1) });
    const x = tf.ones([50, 40, 1]);
    const sizes: number[] = [];
    const makeOutput = backend.makeOutput.bind(backend);
    backend.makeOutput = (shape, ...rest) => {
      sizes.push(tf.util.sizeFromShape(shape));
      return makeOutput(shape, ...rest);
    };
    const [output, state] = [50 * 40 * 16, 2 * 40 * 16];
    try {
      gru.forward(x);
      assert(sizes.includes(output));
      assertEquals(Math.max(...sizes), output);
      assertEquals(sizes.filter((size) => size === output).length, 1);
      sizes.length = 0;
      tf.grad((x: tf.Tensor) => gru.forward(x).output.sum())(x);
      assert(Math.max(...sizes) > 4 * output);
      assert(sizes.includes(state));
    } finally {
      backend.makeOutput = makeOutput;
    }
    gru.dispose();
  });
});

Deno.test({
  name: "guardBackend() throws on webgpu for a synchronous read, and says how to read",
  ignore: !backendNames.includes("webgpu"),
  fn: () =>
    onBackend("webgpu", async () => {
      const x = tf.ones([2, 2]).add(1);
      const message = "values of a tensor on webgpu must be read with `await tensor.data()` or " +
        "`await tensor.array()`, found";
      const reads = [
        () => x.dataSync(),
        () => x.arraySync(),
        () => x.print(),
        () => x.bufferSync(),
      ];
      for (const read of reads) assertThrows(read, InputError, message);
      assertEquals(await x.array(), [[2, 2], [2, 2]]);
      assertEquals(x.arraySync(), [[2, 2], [2, 2]]);
      assertEquals(tf.tensor([1, 2]).arraySync(), [1, 2]);
      assertEquals([...tf.tensor(["a", "b"]).dataSync<"string">()], ["a", "b"]);
    }),
});
