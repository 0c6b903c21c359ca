import { parameterCount } from "../architectures.ts";
import type { Cell } from "../curves.ts";
import { contenderName } from "../contenders.ts";
import type { Context } from "./parameters.ts";
import type { Outcome } from "./train.ts";

/** Records the hidden size and the number of parameters of every network. */
export function recordSizes(context: Context, outcomes: readonly Outcome[]): void {
  const rows = new Map<string, Cell[]>();
  for (const { task, contender } of outcomes) {
    const { inputSize, outputSize } = task;
    const { architecture, hiddenSize } = contender;
    const name = contenderName(contender);
    const count = parameterCount(architecture, { inputSize, hiddenSize, outputSize });
    rows.set(`${inputSize} ${outputSize} ${name}`, [
      ...[inputSize, outputSize, name, hiddenSize, count],
    ]);
  }
  context.table({
    id: "sizes",
    title: "Sizes of the networks",
    columns: [
      { name: "inputs", label: "inputs" },
      { name: "outputs", label: "outputs" },
      { name: "network", label: "network" },
      { name: "hidden", label: "hidden units" },
      { name: "parameters", label: "parameters" },
    ],
    rows: [...rows.values()],
  });
}
