import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { startBackend } from "../../src/core/backend_check.ts";
import { forEachBackend } from "../backends.ts";

forEachBackend(
  "startBackend makes a backend current, WebGPU for small tensors too, and leaves the rest",
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

Deno.test("startBackend finds out a backend that computes wrongly", async () => {
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

Deno.test("startBackend says what tfjs threw", async () => {
  const kernel = tf.getKernel("BatchMatMul", "cpu");
  tf.unregisterKernel("BatchMatMul", "cpu");
  try {
    const found = await startBackend("cpu");
    assertEquals(found?.slice(0, 29), "failed: Kernel 'BatchMatMul' ");
  } finally {
    tf.registerKernel(kernel);
  }
});
