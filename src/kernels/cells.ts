/**
 * The cells: gates, state parts, and the commands that scan a sequence with each.
 *
 * Everything that depends on the cell reads this table: shapes of weights, layout of the arena,
 * traces, initialisers, and estimates of work.
 *
 * @module
 */
import type { Command, Fields, RecurrentInstruction } from "./instructions.ts";

/**
 * A cell: a recurrent one, as PyTorch's modules name it, or one without recurrence, whose state
 * after a step depends on the input of that step only.
 */
export type CellKind =
  | "rnn_tanh"
  | "rnn_relu"
  | "lstm"
  | "gru"
  | "feedforward_tanh"
  | "feedforward_relu";

/** A part of the state: `h`, the hidden state, or `c`, the cell state of an LSTM. */
export type StatePart = "h" | "c";

/** A gate: a block of `hiddenSize` rows in the weights and biases. */
export interface Gate {
  /** The name of the gate's values in a trace. */
  readonly name: string;
  /**
   * The effect of a larger bias of the gate on the time scale of the memory: 1 if the memory
   * becomes longer, -1 if it becomes shorter, 0 if there is no effect.
   */
  readonly memory: -1 | 0 | 1;
}

/** The fields that the forward instructions of all cells share. */
export type ForwardFields = Omit<Fields<"rnnForward">, "relu">;

/** The fields that the backward instructions of all cells share. */
export type BackwardFields = Omit<Fields<"rnnBackward">, "relu">;

/** Offsets that only some cells need; -1 if absent. */
export interface CellOffsets {
  /** The cell states [steps + 1, batch, hidden]. */
  readonly c: number;
  /** The recurrent part of the candidate [steps, batch, hidden]. */
  readonly recurrentCandidate: number;
  /** The recurrent bias of the candidate [hidden]. Only read by `forward`. */
  readonly candidateBias: number;
  /** The gradient with respect to the cell state [batch, hidden]. Only read by `backward`. */
  readonly dC: number;
}

/** What the kernels know about a cell. */
export interface Cell {
  /** The gates, in the order of the weights' rows. */
  readonly gates: readonly Gate[];
  /** Whether the forward instruction stores the activated gates, so that a trace can read them. */
  readonly storesGates: boolean;
  /** Whether the cell has weights of the state, `weight_hh` and `bias_hh`. */
  readonly recurrent: boolean;
  /** The parts of the state, in the order in which they are passed and returned. */
  readonly states: readonly StatePart[];
  /**
   * Whether the last gate is the candidate of a GRU. The recurrent part of it, bias included, is
   * stored separately, since the reset gate multiplies it.
   */
  readonly recurrentCandidate: boolean;
  /** Builds the command of the scan. */
  forward(fields: ForwardFields, offsets: CellOffsets): Command;
  /** Builds the command of the gradients of the scan. */
  backward(fields: BackwardFields, offsets: CellOffsets): Command;
}

/** The cells by name. */
export const cells: Readonly<Record<CellKind, Cell>> = {
  rnn_tanh: simple(0, true),
  rnn_relu: simple(1, true),
  lstm: {
    gates: [
      { name: "inputGate", memory: -1 },
      { name: "forgetGate", memory: 1 },
      { name: "candidate", memory: 0 },
      { name: "outputGate", memory: 0 },
    ],
    storesGates: true,
    recurrent: true,
    states: ["h", "c"],
    recurrentCandidate: false,
    forward: (fields, { c }) => ({ op: "lstmForward", ...fields, c }),
    backward: (fields, { c, dC }) => ({ op: "lstmBackward", ...fields, c, dC }),
  },
  gru: {
    gates: [
      { name: "resetGate", memory: 0 },
      { name: "updateGate", memory: 1 },
      { name: "candidate", memory: 0 },
    ],
    storesGates: true,
    recurrent: true,
    states: ["h"],
    recurrentCandidate: true,
    forward: (fields, { recurrentCandidate, candidateBias: bias }) => {
      return { op: "gruForward", ...fields, recurrentCandidate, bias };
    },
    backward: (fields, { recurrentCandidate }) => {
      return { op: "gruBackward", ...fields, recurrentCandidate };
    },
  },
  feedforward_tanh: simple(0, false),
  feedforward_relu: simple(1, false),
};

/** The number of gates of each recurrent instruction. */
export const gatesOfInstruction: Readonly<Record<RecurrentInstruction, number>> = {
  rnnForward: cells.rnn_tanh.gates.length,
  rnnBackward: cells.rnn_tanh.gates.length,
  lstmForward: cells.lstm.gates.length,
  lstmBackward: cells.lstm.gates.length,
  gruForward: cells.gru.gates.length,
  gruBackward: cells.gru.gates.length,
};

/** A cell without gates: h = f(W_ih x + W_hh h + biases), or h = f(W_ih x + bias). */
function simple(relu: number, recurrent: boolean): Cell {
  return {
    gates: [{ name: "candidate", memory: 0 }],
    storesGates: false,
    recurrent,
    states: ["h"],
    recurrentCandidate: false,
    forward: (fields) => ({ op: "rnnForward", ...fields, relu }),
    backward: (fields) => ({ op: "rnnBackward", ...fields, relu }),
  };
}
