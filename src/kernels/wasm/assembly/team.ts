/**
 * The team of threads that run a job: the number of this thread, its arena, and the barrier.
 * Globals belong to an instance, so every thread has its own.
 *
 * @module
 */

/** The size of the control block in bytes. Each word that threads contend for has a cache line. */
export const CONTROL_BYTES: usize = 1024;

const ARRIVED: usize = 0;
const PHASE: usize = 64;
const SLEEPERS: usize = 128;

/** The number of times that a thread checks a word before it sleeps: about ten microseconds. */
const SPINS: i32 = 20000;

/** The number of this thread in the team, from 0. */
export let thread: i32 = 0;
/** The number of threads that share the commands of the current replica. */
export let threads: i32 = 1;
/** The address of the arena of the current replica. */
export let arena: usize = 0;
/** The current step of the run, from 0. */
export let step: i32 = 0;
/** The row of the current step among losses, norms and hyperparameters. */
export let ringRow: i32 = 0;
/** The scratch memory of this thread, OWN_BYTES long. */
export let own: usize = 0;
/** The scratch memory that the threads of a replica share. */
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

/** Selects a replica. */
export function enter(replica: usize): void {
  arena = replica;
}

/** Selects a step of the run; `first` is the row of its first step. */
export function at(now: i32, first: i32): void {
  step = now;
  ringRow = first + now;
}

/** Returns the address of the number at an offset of the arena. */
@inline
export function address(offset: i32): usize {
  return arena + ((<usize>offset) << 2);
}

/** Waits until the word at `address` is not `old`: checks it for a while, then sleeps. */
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

/** Sets the word at `address` and wakes the threads that wait for it. */
export function publish(address: usize, value: i32, sleepers: usize): void {
  atomic.store<i32>(address, value);
  if (atomic.load<i32>(sleepers) > 0) atomic.notify(address, -1);
}

/** Waits until `count` threads have called this function. */
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

/**
 * Returns where the share of thread `index` of `total` starts, a multiple of `grain`. The share
 * ends where that of the next thread starts.
 */
export function shareStart(total: i32, grain: i32, index: i32): i32 {
  const grains = (total + grain - 1) / grain;
  const first = (grains * index) / threads * grain;
  return first < total ? first : total;
}
