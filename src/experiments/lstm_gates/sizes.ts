import { weightKinds } from "./kinds.ts";
import { weightVariances } from "./networks.ts";
import type { Context } from "./parameters.ts";

/** Records how many numbers the notebook's network trains and the one here, and how both start. */
export function recordSizes(context: Context): void {
  recordCounts(context);
  context.table({
    id: "weight-limits",
    title: "Limits of the uniform initial weights of a gate",
    columns: [
      { name: "weights", label: "weights" },
      { name: "input", label: "input weights" },
      { name: "hidden", label: "recurrent weights" },
    ],
    rows: weightKinds.map(([kind, name]) => {
      // A uniform number has a third of its limit squared as variance.
      const { input, hidden } = weightVariances(context, kind);
      return [`${kind}: ${name}`, Math.sqrt(3 * input), Math.sqrt(3 * hidden)];
    }),
  });
}

function recordCounts(context: Context): void {
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
