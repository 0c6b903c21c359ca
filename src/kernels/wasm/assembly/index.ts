/**
 * The interpreter: runs routines, on one thread or as a member of a team.
 *
 * A routine is its length in words, followed by its commands, each an opcode and its fields.
 *
 * @module
 */
import { dispatch } from "./dispatch";
import { OWN_BYTES } from "./gemm";
import * as f from "./instructions";
import { scanScratch } from "./scan";
import * as team from "./team";
import { adamScratch, crossEntropyScratch } from "./training";

/** Runs `steps` steps of a routine in the current arena; `first` is the row of the first step. */
function program(routine: usize, steps: i32, first: i32): void {
  const end = routine + 4 + (load<i32>(routine) << 2);
  for (let step = 0; step < steps; step++) {
    team.at(step, first);
    for (let pc = routine + 4; pc < end;) {
      const opcode = load<i32>(pc);
      dispatch(opcode, pc);
      team.barrier();
      pc += f.bytesOf(opcode);
    }
  }
}

/**
 * Returns the scratch memory that a routine needs for each replica that runs at a time, in bytes.
 */
export function scratchOf(routine: usize): usize {
  const end = routine + 4 + (load<i32>(routine) << 2);
  let most: usize = 0;
  for (let pc = routine + 4; pc < end;) {
    const opcode = load<i32>(pc);
    const gates = f.gatesOf(opcode);
    let bytes: usize = 0;
    if (gates > 0) {
      // `hidden` has the same offset in every recurrent instruction.
      const hidden = load<i32>(pc, f.LSTM_FORWARD_HIDDEN);
      bytes = scanScratch(hidden, gates * hidden);
    } else if (opcode == f.CROSS_ENTROPY) bytes = crossEntropyScratch(pc);
    else if (opcode == f.ADAM) bytes = adamScratch(pc);
    most = max(most, bytes);
    pc += f.bytesOf(opcode);
  }
  return most;
}

/** Returns the scratch memory of each thread, in bytes. */
export function ownBytes(): usize {
  return OWN_BYTES;
}

/** Returns the size of the control block, in bytes. */
export function controlBytes(): usize {
  return team.CONTROL_BYTES;
}

// Offsets in the control block: the state of the team, and the job that it runs.
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

/** Returns the number of workers that have started. */
export function ready(control: usize): i32 {
  return atomic.load<i32>(control + READY);
}

/**
 * Runs a routine in every replica, as the first of `threads` threads.
 *
 * @param inside 1 if all threads share the commands of one replica after the other, 0 if each
 *   thread takes whole replicas.
 * @param first The row of the first step among losses, norms and hyperparameters.
 * @param own The address of the scratch memory of the threads.
 * @param scratch The address of the shared scratch memory: `scratchStride` bytes for each thread if
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
    // The word has the number of threads, so that a worker can see whether it is in the team.
    const generation = (atomic.load<i32>(control + GENERATION) >>> 4) + 1;
    team.publish(control + GENERATION, (generation << 4) | threads, control + IDLE);
  }
  runPart(control, 0, threads);
}

/** Runs the part of one thread of the job. */
function runPart(control: usize, thread: i32, threads: i32): void {
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
  team.barrierOf(threads);
}

/**
 * Waits for jobs on a worker until `stop` is called, and does the worker's part of each job of its
 * team.
 */
export function work(control: usize): void {
  let seen = atomic.load<i32>(control + GENERATION);
  const thread = atomic.add<i32>(control + READY, 1) + 1;
  while (true) {
    team.awaitChange(control + GENERATION, seen, control + IDLE);
    seen = atomic.load<i32>(control + GENERATION);
    const threads = seen & 15;
    if (threads == 0) return;
    if (thread < threads) runPart(control, thread, threads);
  }
}

/** Ends the workers. */
export function stop(control: usize): void {
  team.publish(control + GENERATION, 0, control + IDLE);
}

export * from "./constants";
export { curve } from "./math";
