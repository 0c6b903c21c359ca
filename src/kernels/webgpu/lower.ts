import type { Command, Fields, Instruction } from "../instructions.ts";
import {
  gruBackward,
  gruForward,
  lstmBackward,
  lstmForward,
  rnnBackward,
  rnnForward,
} from "./cells.ts";
import { columnSum, gemm } from "./gemm.ts";
import { add, clear, dropout, gather, gatherGradient, load, store } from "./moves.ts";
import type { Phase, Target } from "./phase.ts";
import { adam, crossEntropy, squaredError } from "./training.ts";

const lowerings: {
  readonly [K in Instruction]: (fields: Fields<K>, target: Target) => Phase[];
} = {
  gemm,
  columnSum,
  rnnForward,
  rnnBackward,
  lstmForward,
  lstmBackward,
  gruForward,
  gruBackward,
  squaredError,
  crossEntropy,
  gather,
  gatherGradient,
  adam,
  dropout,
  load,
  store,
  clear,
  add,
};

/** Returns the phases of a command, without empty ones. */
export function lower<K extends Instruction>(command: Command<K>, target: Target): Phase[] {
  target.scratch.reset();
  const phases = lowerings[command.op](command, target);
  return phases.filter(({ items, repeat = 1 }) => items > 0 && repeat > 0);
}
