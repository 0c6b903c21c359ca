import { cpuExecutor } from "../../../src/kernels/cpu/executor.ts";
import { webgpuExecutor } from "../../../src/kernels/webgpu/executor.ts";
import { backendNames, onBackend } from "../../backends.ts";
import { tolerance } from "../../tolerance.ts";
import { assertSameRegions, spoiledCases } from "../not_finite.ts";
import { after, ways } from "./compare.ts";

const ignore = !backendNames.includes("webgpu");

Deno.test({
  name: `every command gives NaN and infinities where plain TypeScript does [webgpu${
    ignore ? ", ignored: no adapter" : ""
  }]`,
  ignore,
  fn: () =>
    onBackend("webgpu", async () => {
      const tried = ways.filter(({ adapter, mode }) =>
        mode === (adapter === "software" ? "narrow" : "wide")
      );
      for (const one of spoiledCases([NaN, -Infinity])) {
        const wanted = await after(cpuExecutor(), one, 2);
        for (const way of tried) {
          const found = await after(webgpuExecutor(way), one, 2);
          const what = `${way.adapter} ${way.mode}`;
          assertSameRegions(one, found, wanted, tolerance.backend.webgpu, what);
        }
      }
    }),
});
