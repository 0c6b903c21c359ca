import { backendNames, onBackend } from "../../backends.ts";
import { gemmCase } from "../cases.ts";
import { compare, ways } from "./compare.ts";

const ignore = !backendNames.includes("webgpu");

const sizes = [[1, 1, 1], [1, 80, 10], [7, 5, 3], [16, 16, 4], [37, 41, 67], [
  130,
  65,
  33,
]] as const;

for (const [m, n, k] of sizes) {
  const note = ignore ? ", ignored: no adapter" : "";
  Deno.test({
    name: `a product ${[m, n, k]}, transposed or not: as plain TypeScript [webgpu${note}]`,
    ignore,
    fn: () =>
      onBackend("webgpu", async () => {
        for (const way of ways.filter(({ mode }) => mode !== "looped")) {
          for (const a of [0, 1] as const) {
            for (const b of [0, 1] as const) await compare(gemmCase(m, n, k, a, b, a), way);
          }
        }
      }),
  });
}
