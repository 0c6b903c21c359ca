/** The most steps that `fit` and `train` do in one call into the kernels: batches wait in memory no longer. */
export const CHUNK = 64;

/** About how long a call into the kernels takes at most, in milliseconds, if one step takes less. */
const CALL = 50;

/**
 * How many steps to do in the next call into the kernels: as many as take about 50 ms, so that work
 * can be stopped and seen between calls. How steps are grouped changes no result.
 */
export class CallSize {
  readonly #most: number;
  #steps = 1;

  /** @param most The most steps of a call. */
  constructor(most: number = CHUNK) {
    this.#most = most;
  }

  /** How many steps the next call is to do at most. */
  get steps(): number {
    return this.#steps;
  }

  /** Takes into account that a call of so many steps took so many milliseconds. */
  took(steps: number, milliseconds: number): void {
    if (milliseconds > CALL) this.#steps = Math.max(1, Math.floor(this.#steps / 2));
    else if (steps === this.#steps && milliseconds < CALL / 2) {
      this.#steps = Math.min(this.#most, 2 * this.#steps);
    }
  }
}
