/**
 * What a thread knows of the run: its place in the team, the arena it computes in, and the barrier
 * at which the team meets. Globals belong to an instance, so every thread has its own.
 *
 * @module
 */

/** Bytes of the control block; each word that threads contend for has a cache line of its own. */
export const CONTROL_BYTES: usize = 1024;

const ARRIVED: usize = 0;
const PHASE: usize = 64;
const SLEEPERS: usize = 128;

/** How often a thread looks before it sleeps: some ten microseconds. */
const SPINS: i32 = 20000;

/** This thread, from 0. */
export let thread: i32 = 0;
/** Threads that share the commands of the replica at hand. */
export let threads: i32 = 1;
/** The first byte of the replica's arena. */
export let arena: usize = 0;
/** The step that the program is at, from 0. */
export let step: i32 = 0;
/** The place of the step among losses, norms and hyperparameters. */
export let ringRow: i32 = 0;
/** Scratch of this thread alone, OWN_BYTES long. */
export let own: usize = 0;
/** Scratch that the threads of a replica share. */
export let shared: usize = 0;
/** The control block. */
export let control: usize = 0;

/** Joins a team. */
export function join(
  me: i32,
  all: i32,
  controlBlock: usize,
  ownScratch: usize,
  sharedScratch: usize,
): void {
  thread = me;
  threads = all;
  control = controlBlock;
  own = ownScratch;
  shared = sharedScratch;
}

/** Turns to a replica. */
export function enter(replica: usize): void {
  arena = replica;
}

/** Turns to a step of the run, whose first step has a row of its own. */
export function at(now: i32, first: i32): void {
  step = now;
  ringRow = first + now;
}

/** The address of the number at an offset of the arena. */
@inline
export function address(offset: i32): usize {
  return arena + ((<usize>offset) << 2);
}

/** Waits until the word at `address` is no longer `old`; looks for a while, then sleeps. */
export function awaitChange(address: usize, old: i32, sleepers: usize): void {
  for (let i = SPINS; i > 0; i--) {
    if (atomic.load<i32>(address) != old) return;
  }
  while (atomic.load<i32>(address) == old) {
    atomic.add<i32>(sleepers, 1);
    atomic.wait<i32>(address, old, -1);
    atomic.sub<i32>(sleepers, 1);
  }
}

/** Sets the word at `address`, which others await, and wakes those that sleep. */
export function publish(address: usize, value: i32, sleepers: usize): void {
  atomic.store<i32>(address, value);
  if (atomic.load<i32>(sleepers) > 0) atomic.notify(address, -1);
}

/** Waits for all of `count` threads. */
export function barrierOf(count: i32): void {
  if (count == 1) return;
  const phase = atomic.load<i32>(control + PHASE);
  if (atomic.add<i32>(control + ARRIVED, 1) == count - 1) {
    atomic.store<i32>(control + ARRIVED, 0);
    publish(control + PHASE, phase + 1, control + SLEEPERS);
  } else awaitChange(control + PHASE, phase, control + SLEEPERS);
}

/** Waits for the threads that share the commands. */
@inline
export function barrier(): void {
  if (threads > 1) barrierOf(threads);
}

/** Where this thread's share of `total` begins, in whole grains; the next thread's is its end. */
export function shareStart(total: i32, grain: i32, index: i32): i32 {
  const grains = (total + grain - 1) / grain;
  const first = (grains * index) / threads * grain;
  return first < total ? first : total;
}
