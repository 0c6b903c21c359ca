/**
 * The interpreter: runs routines, alone or as one thread of a team.
 *
 * A routine is its length in words and then its commands, each an opcode and its fields.
 *
 * @module
 */
import { adam, adamScratch } from "./adam";
import { embedding, embeddingGradient } from "./embedding";
import { columnSum, gemm, OWN_BYTES } from "./gemm";
import { gruBackward, gruForward } from "./gru";
import * as f from "./instructions";
import { crossEntropy, crossEntropyScratch, squaredError } from "./losses";
import { lstmBackward, lstmForward } from "./lstm";
import { add, clear, dropout, loadCommand, storeCommand } from "./moves";
import { rnnBackward, rnnForward } from "./rnn";
import * as team from "./team";
import { walkScratch } from "./walk";

function command(opcode: i32, pc: usize): void {
  switch (opcode) {
    case f.GEMM: return gemm(pc);
    case f.COLUMN_SUM: return columnSum(pc);
    case f.RNN_FORWARD: return rnnForward(pc);
    case f.RNN_BACKWARD: return rnnBackward(pc);
    case f.LSTM_FORWARD: return lstmForward(pc);
    case f.LSTM_BACKWARD: return lstmBackward(pc);
    case f.GRU_FORWARD: return gruForward(pc);
    case f.GRU_BACKWARD: return gruBackward(pc);
    case f.SQUARED_ERROR: return squaredError(pc);
    case f.CROSS_ENTROPY: return crossEntropy(pc);
    case f.GATHER: return embedding(pc);
    case f.GATHER_GRADIENT: return embeddingGradient(pc);
    case f.ADAM: return adam(pc);
    case f.DROPOUT: return dropout(pc);
    case f.LOAD: return loadCommand(pc);
    case f.STORE: return storeCommand(pc);
    case f.CLEAR: return clear(pc);
    case f.ADD: return add(pc);
    default: unreachable();
  }
}

/** Runs a routine for `steps` steps, the first at slot `first`, in the arena at hand. */
function program(routine: usize, steps: i32, first: i32): void {
  const end = routine + 4 + (load<i32>(routine) << 2);
  for (let step = 0; step < steps; step++) {
    team.at(step, first);
    for (let pc = routine + 4; pc < end;) {
      const opcode = load<i32>(pc);
      command(opcode, pc);
      team.barrier();
      pc += f.bytesOf(opcode);
    }
  }
}

/** Bytes of scratch that a routine needs for each replica that runs at a time. */
export function scratchOf(routine: usize): usize {
  const end = routine + 4 + (load<i32>(routine) << 2);
  let most: usize = 0;
  for (let pc = routine + 4; pc < end;) {
    const opcode = load<i32>(pc);
    let bytes: usize = 0;
    const hidden = load<i32>(pc, f.LSTM_FORWARD_HIDDEN);
    if (opcode == f.RNN_FORWARD || opcode == f.RNN_BACKWARD) bytes = walkScratch(hidden, hidden);
    else if (opcode == f.LSTM_FORWARD || opcode == f.LSTM_BACKWARD) bytes = walkScratch(hidden, 4 * hidden);
    else if (opcode == f.GRU_FORWARD || opcode == f.GRU_BACKWARD) bytes = walkScratch(hidden, 3 * hidden);
    else if (opcode == f.CROSS_ENTROPY) bytes = crossEntropyScratch(pc);
    else if (opcode == f.ADAM) bytes = adamScratch(pc);
    most = max(most, bytes);
    pc += f.bytesOf(opcode);
  }
  return most;
}

/** Bytes of scratch that each thread needs for itself. */
export function ownBytes(): usize {
  return OWN_BYTES;
}

/** Bytes of the control block. */
export function controlBytes(): usize {
  return team.CONTROL_BYTES;
}

// The job that a team works at, in the control block.
const GENERATION: usize = 256;
const READY: usize = 320;
const NEXT: usize = 384;
const IDLE: usize = 448;
const JOB: usize = 512;
const ROUTINE: usize = JOB;
const STEPS: usize = JOB + 4;
const ARENAS: usize = JOB + 8;
const STRIDE: usize = JOB + 12;
const REPLICAS: usize = JOB + 16;
const INSIDE: usize = JOB + 20;
const SCRATCH: usize = JOB + 24;
const SCRATCH_STRIDE: usize = JOB + 28;
const OWN: usize = JOB + 32;
const FIRST: usize = JOB + 36;

/** Workers that have joined. */
export function ready(control: usize): i32 {
  return atomic.load<i32>(control + READY);
}

/**
 * Runs a routine in every replica, as the first of `threads` threads.
 *
 * @param inside 1 where threads share the commands of one replica after the other, 0 where each
 * replica is one thread's.
 * @param first The slot of the first step among losses, norms and hyperparameters.
 * @param own Where the threads' own scratch begins.
 * @param scratch Where the shared scratch begins; `scratchStride` bytes for each thread where
 * `inside` is 0.
 */
export function run(
  control: usize,
  threads: i32,
  routine: usize,
  steps: i32,
  arenas: usize,
  stride: usize,
  replicas: i32,
  inside: i32,
  own: usize,
  scratch: usize,
  scratchStride: usize,
  first: i32,
): void {
  store<usize>(control + ROUTINE, routine);
  store<i32>(control + STEPS, steps);
  store<usize>(control + ARENAS, arenas);
  store<usize>(control + STRIDE, stride);
  store<i32>(control + REPLICAS, replicas);
  store<i32>(control + INSIDE, inside);
  store<usize>(control + OWN, own);
  store<usize>(control + SCRATCH, scratch);
  store<usize>(control + SCRATCH_STRIDE, scratchStride);
  store<i32>(control + FIRST, first);
  atomic.store<i32>(control + NEXT, 0);
  if (threads > 1) {
    // A worker that is not of this team must be able to tell from the word alone.
    const generation = (atomic.load<i32>(control + GENERATION) >>> 4) + 1;
    team.publish(control + GENERATION, (generation << 4) | threads, control + IDLE);
  }
  part(control, 0, threads);
}

/** A thread's part of the job. */
function part(control: usize, thread: i32, threads: i32): void {
  const routine = load<usize>(control + ROUTINE);
  const steps = load<i32>(control + STEPS);
  const arenas = load<usize>(control + ARENAS);
  const stride = load<usize>(control + STRIDE);
  const replicas = load<i32>(control + REPLICAS);
  const own = load<usize>(control + OWN) + OWN_BYTES * thread;
  const scratch = load<usize>(control + SCRATCH);
  const first = load<i32>(control + FIRST);
  if (load<i32>(control + INSIDE) != 0) {
    team.join(thread, threads, control, own, scratch);
    for (let i = 0; i < replicas; i++) {
      team.enter(arenas + stride * i);
      program(routine, steps, first);
    }
  } else {
    team.join(0, 1, control, own, scratch + load<usize>(control + SCRATCH_STRIDE) * thread);
    while (true) {
      const replica = atomic.add<i32>(control + NEXT, 1);
      if (replica >= replicas) break;
      team.enter(arenas + stride * replica);
      program(routine, steps, first);
    }
  }
  team.meet(threads);
}

/** A worker's life: joins, and does its part of every job that it is a member of, for ever. */
export function work(control: usize): void {
  let seen = atomic.load<i32>(control + GENERATION);
  const thread = atomic.add<i32>(control + READY, 1) + 1;
  while (true) {
    team.awaitChange(control + GENERATION, seen, control + IDLE);
    seen = atomic.load<i32>(control + GENERATION);
    const threads = seen & 15;
    if (threads == 0) return;
    if (thread < threads) part(control, thread, threads);
  }
}

/** Sends the workers home. */
export function stop(control: usize): void {
  team.publish(control + GENERATION, 0, control + IDLE);
}

/** e^x, sigmoid or tanh of `count` numbers, in place, for tests. */
export { curve } from "./curve";
