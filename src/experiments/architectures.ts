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

/** The number of trainable parameters of each part of a network. */
export interface ParameterParts {
  /** The input weights of all gates. */
  readonly input: number;
  /** The recurrent weights of all gates. */
  readonly recurrent: number;
  /** PyTorch's two biases of each gate. */
  readonly biases: number;
  /** The weights and biases of the linear head. */
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

/** Counts the trainable parameters of a network. */
export function parameterCount(architecture: Architecture, sizes: NetworkSizes): number {
  const { input, recurrent, biases, head } = parameterParts(architecture, sizes);
  return input + recurrent + biases + head;
}

/**
 * Finds the hidden size at which a network has as many trainable parameters as another, as nearly
 * as possible.
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

/** The ways to match the sizes of compared networks. */
export const matchings = ["same hidden size", "matched parameters"] as const;

/** One of the {@link matchings}. */
export type Matching = (typeof matchings)[number];

/**
 * An architecture with a hidden size. Both matchings use the size of the LSTM, so the LSTM occurs
 * once.
 */
export interface Candidate {
  readonly architecture: Architecture;
  readonly matching: Matching | "both";
  readonly hiddenSize: number;
}

/** Lists the candidates for networks of some sizes: every architecture in each matching. */
export function candidatesOf(sizes: NetworkSizes): Candidate[] {
  const { hiddenSize } = sizes;
  const lstm = { ...sizes, architecture: "LSTM" } as const;
  return architectures.flatMap((architecture): Candidate[] => {
    if (architecture === "LSTM") return [{ architecture, matching: "both", hiddenSize }];
    const matched = matchedHiddenSize(architecture, lstm);
    return [
      { architecture, matching: "same hidden size", hiddenSize },
      { architecture, matching: "matched parameters", hiddenSize: matched },
    ];
  });
}

/** Returns whether a candidate belongs to the networks of a matching. */
export function isMatched({ matching }: Candidate, as: Matching): boolean {
  return matching === as || matching === "both";
}

/** Returns the candidate's name in tables and figures. */
export function candidateName({ architecture, matching }: Candidate): string {
  return matching === "matched parameters" ? `${architecture}, matched` : architecture;
}

/** The names of all candidates, in the order of figures. */
export const candidateNames: readonly string[] = [
  ...architectures,
  ...architectures.filter((name) => name !== "LSTM").map((name) => `${name}, matched`),
];
