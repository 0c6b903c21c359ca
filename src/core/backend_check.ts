import { withRuntimeDirectory } from "./backend_adapter.ts";
import { guardBackend } from "./backend_guard.ts";
import { leaveBackend } from "./backend_leave.ts";

/**
 * Loads tfjs, makes a backend the current one, and checks that it computes: the float32 product of
 * two integer matrices, [33, 17] by [17, 29], must be exact in every entry.
 *
 * On WebGPU every kernel then runs on the GPU, small ones too: tfjs would compute tensors of under
 * 1000 entries on the processor, and the result would still be called WebGPU's.
 *
 * tfjs keeps one backend for the whole program, so what was current before is not any more, also
 * after a failure.
 *
 * @returns `null` where it computes, else what went wrong, to follow the backend's name.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { startBackend } from "./backend_check.ts";
 *
 * assert(await startBackend("cpu") === null);
 * ```
 */
export async function startBackend(name: "webgpu" | "wasm" | "cpu"): Promise<string | null> {
  const { backend, env, getBackend, setBackend } = await import("@tensorflow/tfjs");
  if (name === "wasm") await import("@tensorflow/tfjs-backend-wasm");
  if (name === "webgpu") await import("@tensorflow/tfjs-backend-webgpu");
  // In 4.22.0 the flag does nothing but silence tfjs: the cpu backend advertises another package.
  const loud = !env().getBool("PROD");
  env().set("PROD", true);
  try {
    if (getBackend() !== name) await leaveBackend();
    // After a failure getBackend() still names the wanted one: only the boolean can be trusted.
    if (!await withRuntimeDirectory(() => setBackend(name))) return `did not start${hints[name]}`;
    guardBackend(name, backend(), getBackend);
    if (name === "webgpu") env().set("WEBGPU_CPU_FORWARD", false);
    return await computes() ? null : "gave a wrong matrix product";
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : error}`;
  } finally {
    env().set("PROD", !loud);
  }
}

const hints = {
  webgpu: "",
  wasm: " (it reads its module from Deno's npm cache, which takes --allow-read)",
  cpu: "",
};

const [rows, inner, columns] = [33, 17, 29];
// Integers up to 100: the sums stay below 2^24, so float32 holds them exactly and float16 cannot.
const left = Float32Array.from({ length: rows * inner }, (_, i) => (i * 37) % 201 - 100);
const right = Float32Array.from({ length: inner * columns }, (_, i) => (i * 53) % 199 - 99);

async function computes(): Promise<boolean> {
  const { matMul, tensor2d, tidy } = await import("@tensorflow/tfjs");
  const product = tidy(() =>
    matMul(tensor2d(left, [rows, inner]), tensor2d(right, [inner, columns]))
  );
  const found = await product.data();
  product.dispose();
  return found.length === rows * columns && found.every((value, i) => value === expected(i));
}

/** Entry `i` of the product, row by row. */
function expected(i: number): number {
  const row = Math.floor(i / columns);
  let sum = 0;
  for (let k = 0; k < inner; k++) {
    sum += (left[row * inner + k] ?? NaN) * (right[k * columns + i % columns] ?? NaN);
  }
  return sum;
}
