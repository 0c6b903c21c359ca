import { type ParameterParts, parameterParts } from "../architectures.ts";
import { type Contender, contenderName, contenderNames } from "../contenders.ts";
import type { Cell } from "../curves.ts";
import type { Context } from "./parameters.ts";

/** The parts of a network, in the order of a bar. */
const parts = {
  input: "input weights",
  recurrent: "recurrent weights",
  biases: "biases",
  head: "head",
} as const satisfies Record<keyof ParameterParts, string>;

/** Records the parameters of each network by part. */
export function recordParameters(context: Context, contenders: readonly Contender[]): void {
  const table = "parameters-by-part";
  context.table({
    id: table,
    title: "Parameters by part",
    columns: [
      { name: "network", label: "network" },
      { name: "hidden", label: "hidden units" },
      { name: "part", label: "part" },
      { name: "parameters", label: "parameters" },
    ],
    rows: contenders.flatMap((contender) => {
      const { architecture, hiddenSize } = contender;
      const counts = parameterParts(architecture, { ...context.parameters, hiddenSize });
      return (["input", "recurrent", "biases", "head"] as const).map((part): Cell[] => [
        contenderName(contender),
        hiddenSize,
        parts[part],
        counts[part],
      ]);
    }),
  });
  const sizes = contenders.map((contender) =>
    `${contenderName(contender)}: ${contender.hiddenSize}`
  );
  context.figure({
    id: table,
    kind: "chart",
    title: "Parameters by part",
    caption: `Numbers that a network trains. Hidden units: ${sizes.join("; ")}. Matched: as many ` +
      "parameters as the LSTM, as nearly as there is a size.",
    alt: "For each network a bar of its number of parameters, in parts: " +
      `${Object.values(parts).join(", ")}.`,
    x: { label: "parameters", scale: "linear" },
    y: { label: "network", scale: "category", categories: contenderNames },
    series: Object.values(parts),
    seriesLabel: "part",
    layers: [{ mark: "bar", table, x: "parameters", y: "network", series: "part" }],
  });
}
