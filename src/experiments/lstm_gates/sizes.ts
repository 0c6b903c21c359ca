import type { Context } from "./parameters.ts";

/** Records how many numbers the notebook's network trains, and the one here. */
export function recordSizes(context: Context): void {
  const { inputSize, hiddenSize, outputSize } = context.parameters;
  const gates = (biases: number) => 4 * hiddenSize * (inputSize + hiddenSize + biases);
  const head = outputSize * (hiddenSize + 1);
  const row = (name: string, biases: number) => [name, gates(biases), head, gates(biases) + head];
  context.table({
    id: "parameter-counts",
    title: "Trainable parameters",
    columns: [
      { name: "network", label: "network" },
      { name: "gates", label: "gates and candidate" },
      { name: "output", label: "output layer" },
      { name: "total", label: "all" },
    ],
    rows: [
      row("the notebook's: one bias a gate", 1),
      row("here, as torch.nn.LSTM: two biases a gate, which add up", 2),
    ],
  });
}
