import { assertEquals } from "@std/assert";
import { bestVariant, kernelModule } from "../../../src/kernels/wasm/binary.ts";
import { relaxedBinary } from "../../../src/kernels/wasm/binary_relaxed.ts";

Deno.test("bestVariant() is relaxed if the engine accepts the binary", () => {
  const bytes = Uint8Array.from(atob(relaxedBinary), (c) => c.charCodeAt(0));
  assertEquals(bestVariant() === "relaxed", WebAssembly.validate(bytes));
});

Deno.test("kernelModule() imports only a memory", () => {
  for (const variant of ["relaxed", "plain"] as const) {
    const imports = WebAssembly.Module.imports(kernelModule(variant));
    assertEquals(imports.map(({ module, name }) => `${module}.${name}`), ["env.memory"]);
  }
});
