import { Random } from "../../../src/core/random.ts";
import { layerCases, type LayerShape } from "../cases.ts";
import { compare } from "./compare.ts";

/** One shape for each path: weights as they lie, packed, wide, long. */
const shapes: readonly LayerShape[] = [
  { steps: 1, batch: 1, hidden: 1 },
  { steps: 1, batch: 2, hidden: 70 },
  { steps: 1, batch: 7, hidden: 70 },
  { steps: 1, batch: 24, hidden: 33, masked: true },
  { steps: 1, batch: 25, hidden: 33 },
  { steps: 2, batch: 3, hidden: 101, masked: true },
  { steps: 10, batch: 1, hidden: 20, output: false },
  { steps: 5, batch: 3, hidden: 8, reverse: 1, masked: true },
  { steps: 4, batch: 17, hidden: 31, masked: true },
  { steps: 3, batch: 4, hidden: 13 },
  { steps: 2, batch: 9, hidden: 130, reverse: 1 },
  { steps: 12, batch: 16, hidden: 64, masked: true, reverse: 1 },
];

for (const cell of ["rnn", "lstm", "gru"] as const) {
  Deno.test(`${cell}: as plain TypeScript, at sizes of every path`, async () => {
    for (const shape of shapes) {
      for (const one of layerCases(cell, shape)) await compare(one);
    }
  });

  Deno.test(`${cell}: as plain TypeScript, at random sizes`, async () => {
    const random = new Random(13).fork(cell);
    const coin = (): boolean => random.integer(0, 1) === 1;
    for (let i = 0; i < 60; i++) {
      const shape = {
        steps: random.integer(1, 7),
        batch: random.integer(1, 9),
        hidden: random.integer(1, 40),
        reverse: coin() ? 1 : 0,
        masked: coin(),
        output: coin(),
        relu: random.integer(0, 2) === 0 ? 0 : coin() ? 1 : 2,
      } as const;
      for (const one of layerCases(cell, shape)) await compare(one, 1);
    }
  });
}
