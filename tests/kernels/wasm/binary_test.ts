import { assertEquals, assertThrows } from "@std/assert";
import { bestVariant, kernelModule } from "../../../src/kernels/wasm/binary.ts";
import { relaxedBinary } from "../../../src/kernels/wasm/binary_relaxed.ts";

Deno.test("bestVariant() is relaxed if the engine accepts relaxed SIMD", () => {
  const bytes = Uint8Array.from(atob(relaxedBinary), (c) => c.charCodeAt(0));
  assertEquals(bestVariant() === "relaxed", WebAssembly.validate(bytes));
});

Deno.test("kernelModule() imports only a memory, shared or not", () => {
  for (const variant of ["relaxed", "plain"] as const) {
    for (const shared of [true, false]) {
      const module = kernelModule(variant, shared);
      const imports = WebAssembly.Module.imports(module);
      assertEquals(imports.map(({ module, name }) => `${module}.${name}`), ["env.memory"]);
      const memory = (shared: boolean) => ({
        env: { memory: new WebAssembly.Memory({ initial: 2, maximum: 65536, shared }) },
      });
      new WebAssembly.Instance(module, memory(shared));
      assertThrows(() => new WebAssembly.Instance(module, memory(!shared)), WebAssembly.LinkError);
    }
  }
});
