import { backendNames, onBackend } from "../../backends.ts";
import type { LayerShape } from "../cases.ts";
import { layerCases } from "../cases.ts";
import { compare, ways } from "./compare.ts";

const ignore = !backendNames.includes("webgpu");

const shapes: readonly LayerShape[] = [
  { steps: 1, batch: 1, hidden: 1 },
  { steps: 3, batch: 2, hidden: 5, output: false, relu: 1 },
  { steps: 5, batch: 3, hidden: 8, reverse: 1, masked: true, relu: 2 },
  { steps: 4, batch: 17, hidden: 31, masked: true },
  { steps: 2, batch: 9, hidden: 130, reverse: 1 },
];

for (const cell of ["rnn", "lstm", "gru"] as const) {
  for (const shape of shapes) {
    const note = ignore ? ", ignored: no adapter" : "";
    Deno.test({
      name: `${cell} ${JSON.stringify(shape)}: as plain TypeScript [webgpu${note}]`,
      ignore,
      fn: () =>
        onBackend("webgpu", async () => {
          for (const way of ways) {
            for (const one of layerCases(cell, shape)) await compare(one, way);
          }
        }),
    });
  }
}
