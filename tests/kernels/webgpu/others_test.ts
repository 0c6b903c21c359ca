import { backendNames, onBackend } from "../../backends.ts";
import { otherCases } from "../cases.ts";
import { compare, ways } from "./compare.ts";

const ignore = !backendNames.includes("webgpu");

for (const one of otherCases()) {
  const name = `${one.name}: as plain TypeScript [webgpu${ignore ? ", ignored: no adapter" : ""}]`;
  Deno.test({
    name,
    ignore,
    fn: () =>
      onBackend("webgpu", async () => {
        for (const way of ways.filter(({ mode }) => mode !== "looped")) {
          await compare(one, way, 2, 2, 1);
        }
      }),
  });
}
