import { assertEquals } from "@std/assert";
import { networkShapes, type NetworkSpec } from "../../src/kernels/network.ts";
import { layoutNetwork } from "../../src/kernels/network_layout.ts";
import { type CellKind, gatesOf } from "../../src/kernels/stack.ts";
import { RING } from "../../src/kernels/update_program.ts";

/** The docstring's formula, for sizes that are multiples of four. */
function stated(
  spec: NetworkSpec,
  { steps, batch, masked, capacity }: Record<"steps" | "batch" | "capacity", number> & {
    masked: boolean;
  },
  classes: boolean,
): number {
  const { cell, inputSize: I, hiddenSize: H, numLayers: L, bidirectional, dropout } = spec.stack;
  const [G, D, S] = [gatesOf[cell], bidirectional ? 2 : 1, steps * batch];
  const W = spec.head?.outFeatures ?? D * H;
  const O = spec.readout === "all" ? S : batch;
  const V = spec.embedding?.vocabulary ?? 0;
  const P = V * I + (spec.head ? W * (D * H + 1) : 0) +
    D * (G * H * (I + H + 2) + (L - 1) * G * H * (D * H + H + 2));
  const states = (S + batch) * H * (cell === "lstm" ? 2 : 1) + (cell === "gru" ? S * H : 0);
  const batches = (capacity + 1) * ((V ? S : S * I) + (classes ? O : O * W) + (masked ? S : 0));
  const outputs = D === 2 || masked ? L * S * D * H : 0;
  const drops = dropout > 0 ? (L - 1) * S * D * H : 0;
  return 4 * P + RING * 14 + batches + (V ? 2 * S * I : 0) + L * D * (G * S * H + states) +
    outputs + drops + 2 * L * D * batch * H + (spec.dropout > 0 ? O * D * H : 0) +
    (spec.head ? O * W : 0) + O * D * H + (L - 1) * S * D * H;
}

Deno.test("the memory of a training step is what the formula says", () => {
  for (const cell of ["rnn_tanh", "lstm", "gru"] satisfies CellKind[]) {
    for (const bidirectional of [false, true]) {
      for (const dropout of [0, 0.2]) {
        for (const masked of [false, true]) {
          for (const embedded of [false, true]) {
            const spec: NetworkSpec = {
              stack: {
                ...{ cell, inputSize: 8, hiddenSize: 16, numLayers: 2, bidirectional, dropout },
                bias: true,
              },
              embedding: embedded ? { vocabulary: 20, padding: 0 } : null,
              dropout,
              head: { outFeatures: 12, bias: true, tied: false },
              readout: "all",
            };
            const loss = embedded
              ? { kind: "crossEntropy", ignoreIndex: 0 } as const
              : { kind: "squaredError" } as const;
            const size = { steps: 6, batch: 4, masked, capacity: 3 };
            assertEquals(
              layoutNetwork(spec, loss, size).size,
              stated(spec, size, embedded),
              JSON.stringify(spec),
            );
          }
        }
      }
    }
  }
});

Deno.test("a tied weight is the table: it takes no memory of its own", () => {
  const spec = (tied: boolean): NetworkSpec => ({
    stack: {
      ...{ cell: "lstm", inputSize: 8, hiddenSize: 8, numLayers: 1, bidirectional: false },
      ...{ bias: true, dropout: 0 },
    },
    embedding: { vocabulary: 20, padding: 0 },
    dropout: 0,
    head: { outFeatures: 20, bias: true, tied },
    readout: "all",
  });
  const names = (tied: boolean): string[] => networkShapes(spec(tied)).map(({ name }) => name);
  assertEquals(names(true), names(false).filter((name) => name !== "head.weight"));
  const size = { steps: 2, batch: 2, masked: false, capacity: 1 };
  const numbers = (tied: boolean): number =>
    layoutNetwork(spec(tied), { kind: "crossEntropy", ignoreIndex: 0 }, size).size;
  assertEquals(numbers(false) - numbers(true), 4 * 20 * 8);
});
