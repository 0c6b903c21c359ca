import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  adapterHelp,
  type AdapterSource,
  findAdapter,
  withRuntimeDirectory,
} from "../../src/core/backend_adapter.ts";

Deno.test("findAdapter() describes the adapter that tfjs requests", async () => {
  const asked: unknown[] = [];
  const source = (isFallbackAdapter: boolean): AdapterSource => ({
    requestAdapter: (options) => {
      asked.push(options);
      const text = { description: "a GPU", vendor: "a vendor", architecture: "an architecture" };
      return Promise.resolve({ info: { ...text, isFallbackAdapter } });
    },
  });
  const told = { description: "a GPU", vendor: "a vendor", architecture: "an architecture" };
  assertEquals(await findAdapter(source(false)), { ...told, kind: "hardware" });
  assertEquals(await findAdapter(source(true)), { ...told, kind: "software" });
  assertEquals(asked, Array(2).fill({ powerPreference: "high-performance" }));
});

Deno.test("findAdapter() returns null without an adapter and without WebGPU", async () => {
  assertEquals(await findAdapter({ requestAdapter: () => Promise.resolve(null) }), null);
  assertEquals(await findAdapter(undefined), null);
});

Deno.test("withRuntimeDirectory() sets the variable if that is permitted, and restores it", async () => {
  const variable = "XDG_RUNTIME_DIR";
  const permitted = Deno.permissions.querySync({ name: "env", variable }).state === "granted";
  const read = () => permitted ? Deno.env.get(variable) : undefined;
  const before = read();
  if (before !== undefined) Deno.env.delete(variable);
  try {
    const set = permitted && Deno.build.os === "linux" ? "/nonexistent" : undefined;
    assertEquals(await withRuntimeDirectory(() => Promise.resolve(read())), set);
    assertEquals(read(), undefined);
    await assertRejects(() => withRuntimeDirectory(() => Promise.reject(new Error("no"))), Error);
    assertEquals(read(), undefined);
  } finally {
    if (before !== undefined) Deno.env.set(variable, before);
  }
  const kept = await withRuntimeDirectory(() => Promise.resolve(read()));
  if (before !== undefined) assertEquals(kept, before);
});

Deno.test("adapterHelp() names the missing driver of each system", () => {
  assertMatch(adapterHelp("linux"), /mesa-vulkan-drivers libvulkan1.*vulkan-loader/);
  assertMatch(adapterHelp("darwin"), /Metal/);
  assertMatch(adapterHelp("windows"), /DX12 driver/);
  assertMatch(adapterHelp("freebsd"), /Vulkan driver/);
});
