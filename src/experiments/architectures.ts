import { type CellKind, cells } from "../kernels/cells.ts";

/** The architectures that experiments compare, in the order of figures. */
export const architectures = ["RNN", "LSTM", "GRU"] as const;

/** One of the {@link architectures}. */
export type Architecture = (typeof architectures)[number];

const cellOf: Readonly<Record<Architecture, CellKind>> = {
  RNN: "rnn_tanh",
  LSTM: "lstm",
  GRU: "gru",
};

/** The sizes of a network: one recurrent layer and a linear head. */
export interface NetworkSizes {
  /** Features of an input. */
  readonly inputSize: number;
  /** Units of the hidden state. */
  readonly hiddenSize: number;
  /** Features of an output. */
  readonly outputSize: number;
}

/** How many numbers each part of a network trains. */
export interface ParameterParts {
  /** Of the input, for all gates. */
  readonly input: number;
  /** Of the hidden state, for all gates. */
  readonly recurrent: number;
  /** PyTorch's two biases of each gate. */
  readonly biases: number;
  /** The linear layer on top with its bias. */
  readonly head: number;
}

/** Counts the parameters of a network by part. */
export function parameterParts(
  architecture: Architecture,
  { inputSize, hiddenSize, outputSize }: NetworkSizes,
): ParameterParts {
  const rows = cells[cellOf[architecture]].gates.length * hiddenSize;
  return {
    input: rows * inputSize,
    recurrent: rows * hiddenSize,
    biases: 2 * rows,
    head: (hiddenSize + 1) * outputSize,
  };
}

/** How many numbers a network trains. */
export function parameterCount(architecture: Architecture, sizes: NetworkSizes): number {
  const { input, recurrent, biases, head } = parameterParts(architecture, sizes);
  return input + recurrent + biases + head;
}

/**
 * The hidden size at which a network trains as many numbers as another, as nearly as there is one.
 *
 * @param other The network to match, such as an LSTM of 20 units.
 */
export function matchedHiddenSize(
  architecture: Architecture,
  other: NetworkSizes & { readonly architecture: Architecture },
): number {
  const wanted = parameterCount(other.architecture, other);
  const miss = (hiddenSize: number): number =>
    Math.abs(parameterCount(architecture, { ...other, hiddenSize }) - wanted);
  let hiddenSize = 1;
  while (miss(hiddenSize + 1) <= miss(hiddenSize)) hiddenSize++;
  return hiddenSize;
}

/** The property in which compared networks agree. */
export const likenesses = ["same hidden size", "matched parameters"] as const;

/** One of the {@link likenesses}. */
export type Likeness = (typeof likenesses)[number];

/** An architecture at a size; an LSTM is the measure of both likenesses, so it is there once. */
export interface Contender {
  readonly architecture: Architecture;
  readonly likeness: Likeness | "both";
  readonly hiddenSize: number;
}

/** The contenders for networks of these sizes: every architecture, in each likeness. */
export function contendersOf(sizes: NetworkSizes): Contender[] {
  const { hiddenSize } = sizes;
  const lstm = { ...sizes, architecture: "LSTM" } as const;
  return architectures.flatMap((architecture): Contender[] => {
    if (architecture === "LSTM") return [{ architecture, likeness: "both", hiddenSize }];
    const matched = matchedHiddenSize(architecture, lstm);
    return [
      { architecture, likeness: "same hidden size", hiddenSize },
      { architecture, likeness: "matched parameters", hiddenSize: matched },
    ];
  });
}

/** Whether a contender is one of those that are alike so. */
export function isAlike({ likeness }: Contender, as: Likeness): boolean {
  return likeness === as || likeness === "both";
}

/** The contender's name in tables and figures. */
export function contenderName({ architecture, likeness }: Contender): string {
  return likeness === "matched parameters" ? `${architecture}, matched` : architecture;
}

/** The names of all contenders, in the order of figures. */
export const contenderNames: readonly string[] = [
  ...architectures,
  ...architectures.filter((name) => name !== "LSTM").map((name) => `${name}, matched`),
];
