/**
 * The largest number of steps that {@link fit} and {@link trainLanguageModel} do in one call into
 * the kernels. It limits the number of batches in memory.
 */
export const MAX_CALL_STEPS = 64;

/** The time that a call should take if one step takes less, in milliseconds. */
const CALL_TIME = 50;

/**
 * Chooses the number of steps of the next call into the kernels: as many as take about 50 ms, so
 * that training can be stopped and displayed between calls. On WebGPU it always chooses the largest
 * number. Results do not depend on the number.
 */
export class CallSize {
  readonly #most: number;
  /** On a GPU a call returns before its steps are done, so its time is unknown. */
  readonly #onGpu: boolean;
  #steps: number;
  #calls = 0;

  /**
   * Starts with calls of one step; on WebGPU, of the largest number of steps.
   *
   * @param onGpu Whether the backend is WebGPU.
   * @param most The largest number of steps of a call; by default 64.
   */
  constructor(onGpu: boolean, most: number = MAX_CALL_STEPS) {
    this.#onGpu = onGpu;
    this.#most = most;
    this.#steps = this.#onGpu ? most : 1;
  }

  /** The largest number of steps of the next call. */
  get steps(): number {
    return this.#steps;
  }

  /**
   * Adjusts the number of steps to the time of the last call.
   *
   * @param steps The number of steps of the call.
   * @param milliseconds The time of the call, in milliseconds.
   */
  adjust(steps: number, milliseconds: number): void {
    this.#calls += 1;
    // The first call also prepares what later calls use.
    if (this.#onGpu || this.#calls === 1) return;
    const fit = Math.floor(CALL_TIME * steps / milliseconds);
    // A new number of steps costs some preparation, so it changes only by a factor of 2 or more.
    if (fit < this.#steps / 2) this.#steps = Math.max(1, fit);
    else if (fit >= 2 * this.#steps) this.#steps = Math.min(this.#most, fit);
  }
}
