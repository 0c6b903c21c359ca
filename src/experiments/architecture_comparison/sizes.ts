import {
  type Architecture,
  architectures,
  type Contender,
  contenderName,
  contenderNames,
  parameterCount,
  type ParameterParts,
  parameterParts,
} from "../architectures.ts";
import type { Cell } from "../../harness/curves.ts";
import type { Context } from "./parameters.ts";

/** The parts of a network, in the order of a bar. */
const parts = {
  input: "input weights",
  recurrent: "recurrent weights",
  biases: "biases",
  head: "head",
} as const satisfies Record<keyof ParameterParts, string>;

/** How the notebook's networks hold their biases. */
const biases: Readonly<Record<Architecture, { readonly each: number; readonly why: string }>> = {
  RNN: { each: 1, why: "a class of its own with one bias for each unit; PyTorch's has two" },
  LSTM: { each: 1, why: "a class of its own with one bias for each gate; PyTorch's has two" },
  GRU: { each: 2, why: "PyTorch's class, with two biases for each gate" },
};

/** Records the trainable parameters of each network. */
export function recordParameters(context: Context, contenders: readonly Contender[]): void {
  recordParts(context, contenders);
  recordNotebook(context);
}

/** The counts of the notebook's classes beside those of PyTorch's, which all networks here have. */
function recordNotebook({ parameters, table }: Context): void {
  table({
    id: "parameters-notebook",
    title: "Trainable parameters here and in the notebook's classes, of the same sizes",
    columns: [
      { name: "network", label: "network" },
      { name: "notebook", label: "in the notebook's class" },
      { name: "here", label: "here" },
      { name: "why", label: "the notebook's class" },
    ],
    rows: architectures.map((architecture): Cell[] => {
      const here = parameterCount(architecture, parameters);
      const { each, why } = biases[architecture];
      const own = parameterParts(architecture, parameters).biases;
      return [architecture, here - own + own * each / 2, here, why];
    }),
  });
}

function recordParts(context: Context, contenders: readonly Contender[]): void {
  const table = "parameters-by-part";
  context.table({
    id: table,
    title: "Trainable parameters by part",
    columns: [
      { name: "network", label: "network" },
      { name: "hidden", label: "hidden units" },
      { name: "part", label: "part" },
      { name: "parameters", label: "trainable parameters" },
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
    title: "Trainable parameters by part",
    caption:
      "Matched networks are as large as the LSTM, as nearly as there is a size; at the same " +
      `hidden size the LSTM has the most parameters. Hidden units: ${sizes.join("; ")}.`,
    alt: "For each network a bar of its number of parameters, in parts: " +
      `${Object.values(parts).join(", ")}.`,
    x: { label: "trainable parameters", scale: "linear" },
    y: { label: "network", scale: "category", categories: contenderNames },
    series: Object.values(parts),
    seriesLabel: "part",
    layers: [{ mark: "bar", table, x: "parameters", y: "network", series: "part" }],
  });
}
