import { assert, assertEquals } from "@std/assert";
import {
  canShareMemory,
  processorCount,
  residentMemory,
  runtime,
  thisMachine,
  webgpu,
  withVariable,
  workerThreads,
} from "../../src/platform/runtime.ts";

Deno.test("thisMachine() names the system and processor that Deno is built for", () => {
  const { os, arch, cores } = thisMachine();
  assertEquals(`${arch}-${os}`, `${Deno.build.arch}-${Deno.build.os}`);
  assert(Deno.build.target.startsWith(arch));
  assertEquals(cores, navigator.hardwareConcurrency);
});

Deno.test("thisMachine() and runtime() name a machine alike in Node and in Deno", async () => {
  const { platform, arch } = await import("node:process");
  assertEquals(await withoutDeno(() => thisMachine()), {
    ...{ os: platform, arch: arch === "x64" ? "x86_64" : "aarch64" },
    cores: navigator.hardwareConcurrency,
  });
  const { name, version } = await withoutDeno(() => runtime());
  assertEquals({ name, version }, { name: "node", version: process.versions.node });
});

Deno.test("runtime() gives the versions of Deno", () => {
  const { deno: version, v8, typescript } = Deno.version;
  assertEquals(runtime(), { name: "deno", version, v8, typescript });
});

Deno.test("residentMemory() grows with memory that is in use", () => {
  const before = residentMemory() ?? NaN;
  const block = new Uint8Array(64 * 2 ** 20).fill(1);
  const after = residentMemory() ?? NaN;
  assert(after - before > block.length / 2, `${after - before}`);
});

Deno.test("workerThreads() returns Node's module of threads", () => {
  assertEquals(typeof workerThreads()?.Worker, "function");
});

Deno.test("withVariable() sets a variable that is not set, and restores it", async () => {
  const name = "UNROLL_TEST_VARIABLE";
  const read = () => Promise.resolve(Deno.env.get(name));
  assertEquals(await withVariable(name, "a", read), "a");
  assertEquals(Deno.env.get(name), undefined);
  Deno.env.set(name, "b");
  try {
    assertEquals(await withVariable(name, "a", read), "b");
    assertEquals(Deno.env.get(name), "b");
  } finally {
    Deno.env.delete(name);
  }
});

Deno.test("processorCount() equals navigator.hardwareConcurrency", () => {
  assertEquals(processorCount(), navigator.hardwareConcurrency);
});

Deno.test("webgpu() is undefined without navigator, as in Node 20", async () => {
  assertEquals(webgpu(), navigator.gpu);
  assertEquals(await withoutGlobal("navigator", webgpu), undefined);
});

Deno.test("canShareMemory() is false without SharedArrayBuffer, as in a page that is not isolated", async () => {
  assertEquals(canShareMemory(), true);
  assertEquals(await withoutGlobal("SharedArrayBuffer", canShareMemory), false);
});

Deno.test("residentMemory() and workerThreads() return null for the process of a bundler", async () => {
  const { process } = globalThis;
  const replace = (value: unknown) =>
    Object.defineProperty(globalThis, "process", { value, configurable: true, writable: true });
  await withoutGlobal("Deno", () => {
    replace({ env: {} });
    try {
      assertEquals([residentMemory(), workerThreads()], [null, null]);
      assertEquals(runtime().name, "browser");
    } finally {
      replace(process);
    }
  });
});

/** Runs `run` without the global `Deno`, as in Node. */
function withoutDeno<T>(run: () => T): Promise<T> {
  return withoutGlobal("Deno", run);
}

/** Runs `run` without a global. */
async function withoutGlobal<T>(name: string, run: () => T): Promise<T> {
  const property = Object.getOwnPropertyDescriptor(globalThis, name) ?? {};
  Reflect.deleteProperty(globalThis, name);
  try {
    return await run();
  } finally {
    Object.defineProperty(globalThis, name, property);
  }
}
