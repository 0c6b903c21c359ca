import * as tf from "@tensorflow/tfjs";

/** The most steps that `fit` and `train` do in one call into the kernels: batches wait in memory no longer. */
export const CHUNK = 64;

/** About how long a call into the kernels takes at most, in milliseconds, if one step takes less. */
const CALL = 50;

/**
 * How many steps to do in the next call into the kernels: as many as take about 50 ms, so that work
 * can be stopped and seen between calls; on WebGPU always the most. How steps are grouped changes no result.
 */
export class CallSize {
  readonly #most: number;
  /** A GPU computes on its own: the call returns before it is done, and nothing waits for it. */
  readonly #onGpu = tf.getBackend() === "webgpu";
  #steps: number;
  #calls = 0;

  /** @param most The most steps of a call. */
  constructor(most: number = CHUNK) {
    this.#most = most;
    this.#steps = this.#onGpu ? most : 1;
  }

  /** How many steps the next call is to do at most. */
  get steps(): number {
    return this.#steps;
  }

  /** Takes into account that a call of so many steps took so many milliseconds. */
  took(steps: number, milliseconds: number): void {
    this.#calls += 1;
    // The first call prepares what the others use.
    if (this.#onGpu || this.#calls === 1) return;
    const fit = Math.floor(CALL * steps / milliseconds);
    // A new size of call costs some preparation, so it changes only if the last one is far off.
    if (fit < this.#steps / 2) this.#steps = Math.max(1, fit);
    else if (fit >= 2 * this.#steps) this.#steps = Math.min(this.#most, fit);
  }
}
