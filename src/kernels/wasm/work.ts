import type { Command } from "../instructions.ts";

/** What one pass over a routine costs. */
export interface Work {
  /** Multiply-adds, or what takes as long. */
  readonly total: number;
  /** How often threads that share the commands would wait for each other. */
  readonly meetings: number;
}

/** Estimates what a routine costs, to decide how many threads it is worth. */
export function workOf(commands: readonly Command[]): Work {
  let total = 0;
  let meetings = 0;
  for (const command of commands) {
    total += costOf(command);
    meetings += 1 + ("steps" in command ? command.steps : 0);
  }
  return { total, meetings };
}

/** Numbers that pass through a sigmoid, a root or a division take as long as some ten products. */
const CURVE = 10;

function costOf(command: Command): number {
  switch (command.op) {
    case "gemm":
      return command.m * command.n * command.k;
    case "columnSum":
      return command.rows * command.columns;
    case "rnnForward":
    case "rnnBackward":
      return recurrence(command, 1);
    case "gruForward":
    case "gruBackward":
      return recurrence(command, 3);
    case "lstmForward":
    case "lstmBackward":
      return recurrence(command, 4);
    case "crossEntropy":
      return command.rows * command.classes * CURVE;
    case "embedding":
      return command.rows * command.width;
    case "embeddingGradient":
      return (command.rows + command.vocabulary) * command.width;
    case "adam":
    case "dropout":
      return command.count * CURVE;
    default:
      return command.count;
  }
}

function recurrence(
  walk: { readonly steps: number; readonly batch: number; readonly hidden: number },
  gates: number,
): number {
  return walk.steps * walk.batch * walk.hidden * gates * (walk.hidden + CURVE);
}

/** How a job is shared. */
export interface Sharing {
  readonly threads: number;
  /** Whether threads share the commands of one replica after the other. */
  readonly inside: boolean;
}

/** A job below so many multiply-adds, some 20 us, is done before a sleeping thread would wake. */
const WORTH = 1 << 19;

/** Threads share commands where so many multiply-adds lie between two meetings. */
const WORTH_MEETING = 1 << 14;

/** How many threads a job is worth, and what they share. */
export function sharingOf(work: Work, steps: number, replicas: number, most: number): Sharing {
  const alone = { threads: 1, inside: false };
  if (most < 2 || work.total * steps * replicas < WORTH) return alone;
  const wide = work.total / Math.max(1, work.meetings) >= WORTH_MEETING;
  // Fewer replicas than threads would leave some idle.
  if (wide && replicas < most) return { threads: most, inside: true };
  return replicas > 1 ? { threads: Math.min(most, replicas), inside: false } : alone;
}
