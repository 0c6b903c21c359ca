import type { Command, Fields, Instruction } from "../instructions.ts";
import * as attention from "./attention.ts";
import * as cells from "./cells.ts";
import { columnSum, gemm } from "./gemm.ts";
import * as moves from "./moves.ts";
import type { Phase, Target } from "./phase.ts";
import * as training from "./training.ts";

const lowerings: {
  readonly [K in Instruction]: (fields: Fields<K>, target: Target) => Phase[];
} = { gemm, columnSum, ...attention, ...cells, ...moves, ...training };

/** Returns the phases of a command, without empty ones. */
export function lower<K extends Instruction>(command: Command<K>, target: Target): Phase[] {
  target.scratch.reset();
  const phases = lowerings[command.op](command, target);
  return phases.filter(({ items, repeat = 1 }) => items > 0 && repeat > 0);
}
