import { z } from "zod";

const vector = z.array(z.number());
const matrix = z.array(vector);
const sequence = z.array(matrix);
const named = z.record(z.string(), z.union([vector, matrix]));

const cellCase = z.object({
  kind: z.enum(["rnn", "lstm", "gru"]),
  seq_len: z.number(),
  input_size: z.number(),
  hidden_size: z.number(),
  num_layers: z.number(),
  weights: named,
  x: sequence,
  h0: sequence,
  c0: sequence.optional(),
  target: sequence,
  y: sequence,
  h_n: sequence,
  c_n: sequence.optional(),
  loss: z.number(),
  grads: named,
  grad_x: sequence,
  grad_h0: sequence,
  grad_c0: sequence.optional(),
});

/** A recurrent network with PyTorch's values and gradients. */
export type CellCase = z.infer<typeof cellCase>;

/** The cases of fixtures/cells_{rnn,lstm,gru}.json. */
export const cellCases: readonly CellCase[] = ["rnn", "lstm", "gru"].flatMap((kind) => {
  const file = new URL(`../../fixtures/cells_${kind}.json`, import.meta.url);
  return z.array(cellCase).length(5).parse(JSON.parse(Deno.readTextFileSync(file)));
});
