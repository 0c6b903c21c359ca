/**
 * Estimates the cost of routines, to decide how many threads run them.
 *
 * @module
 */
import { gatesOfInstruction } from "../cells.ts";
import type { Command, Fields, Instruction, RecurrentInstruction } from "../instructions.ts";

/** The cost of one pass over a routine. */
export interface Work {
  /** The time, in multiply-adds. */
  readonly total: number;
  /** The number of barriers if threads share the commands. */
  readonly barriers: number;
}

/** Estimates the cost of a routine. */
export function workOf(commands: readonly Command[]): Work {
  let total = 0;
  let barriers = 0;
  for (const command of commands) {
    total += costOf(command);
    barriers += 1 + (isRecurrent(command) ? command.steps : 0);
  }
  return { total, barriers };
}

/** The cost of a sigmoid, a root or a division, in multiply-adds. */
const CURVE = 10;

const copy = ({ count }: { readonly count: number }): number => count;

const curves = ({ count }: { readonly count: number }): number => count * CURVE;

type OtherInstruction = Exclude<Instruction, RecurrentInstruction>;

const costs: { readonly [K in OtherInstruction]: (fields: Fields<K>) => number } = {
  gemm: ({ m, n, k }) => m * n * k,
  columnSum: ({ rows, columns }) => rows * columns,
  attentionForward: ({ steps, batch, width, size }) => steps * batch * (width + size * CURVE),
  attentionBackward: ({ steps, batch, width, size }) => steps * batch * (2 * width + 4 * size),
  squaredError: copy,
  crossEntropy: ({ rows, classes }) => rows * classes * CURVE,
  gather: ({ rows, width }) => rows * width,
  gatherGradient: ({ rows, vocabulary, width }) => (rows + vocabulary) * width,
  adam: curves,
  dropout: curves,
  load: copy,
  store: copy,
  copyRows: ({ rows, width }) => rows * width,
  clear: copy,
  add: copy,
};

function costOf(command: Command): number {
  return isRecurrent(command) ? scanCost(command) : otherCost(command);
}

function isRecurrent(command: Command): command is Command<RecurrentInstruction> {
  return Object.hasOwn(gatesOfInstruction, command.op);
}

/** The cost of a scan; a backward scan costs about as much as a forward scan. */
function scanCost({ op, steps, batch, hidden, weight }: Command<RecurrentInstruction>): number {
  const products = weight < 0 ? 0 : hidden;
  return steps * batch * hidden * gatesOfInstruction[op] * (products + CURVE);
}

function otherCost<K extends OtherInstruction>(command: Command<K>): number {
  return costs[command.op](command);
}

/** How threads share a job. */
export interface Sharing {
  /** The number of threads. */
  readonly threads: number;
  /**
   * The way of sharing: each thread takes whole replicas, or all threads share each command of a
   * replica.
   */
  readonly share: "replicas" | "commands";
}

/**
 * The number of multiply-adds that one thread computes in about 20 us. A smaller job is done before
 * a sleeping thread wakes up.
 */
const MIN_WORK = 1 << 19;

/** The number of multiply-adds between two barriers above which threads share commands. */
const MIN_WORK_BETWEEN_BARRIERS = 1 << 14;

/**
 * Decides how many threads run a job, and whether they share replicas or commands.
 *
 * @param work The cost of the routine.
 * @param steps The number of steps of the job.
 * @param replicas The number of replicas of the job.
 * @param maxThreads The maximum number of threads.
 */
export function shareWork(
  work: Work,
  steps: number,
  replicas: number,
  maxThreads: number,
): Sharing {
  const alone: Sharing = { threads: 1, share: "replicas" };
  if (maxThreads < 2 || work.total * steps * replicas < MIN_WORK) return alone;
  const wide = work.total / Math.max(1, work.barriers) >= MIN_WORK_BETWEEN_BARRIERS;
  // With fewer replicas than threads, some threads would be idle.
  if (wide && replicas < maxThreads) return { threads: maxThreads, share: "commands" };
  return replicas > 1 ? { threads: Math.min(maxThreads, replicas), share: "replicas" } : alone;
}
