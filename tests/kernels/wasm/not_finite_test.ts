import { cpuExecutor } from "../../../src/kernels/cpu/executor.ts";
import { tolerance } from "../../tolerance.ts";
import { assertSameRegions, spoiledCases } from "../not_finite.ts";
import { after, variants } from "./compare.ts";

Deno.test("every command gives NaN and infinities where plain TypeScript does", async () => {
  for (const one of spoiledCases([NaN, Infinity, -Infinity])) {
    const wanted = await after(cpuExecutor(), one, 2, 1);
    for (const [variant, executor] of Object.entries(variants)) {
      const found = await after(executor, one, 2, 1);
      assertSameRegions(one, found, wanted, tolerance.backend.wasm, variant);
    }
  }
});
