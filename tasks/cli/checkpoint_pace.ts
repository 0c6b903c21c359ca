/** The time between checkpoints, as a multiple of the time that writing one takes. */
const SHARE = 20;

/**
 * Writes checkpoints, but not too often. A checkpoint and the history have a record of each epoch,
 * so writing them after each of many short epochs would take longer and longer. With a pause of
 * {@link SHARE} times the time that writing takes, writing needs at most 1/21 of the time, and a
 * killed training repeats at most the pause and one epoch.
 */
export class CheckpointPace<Checkpoint> {
  readonly #write: (checkpoint: Checkpoint) => Promise<void>;
  readonly #now: () => number;
  #waiting: { readonly checkpoint: Checkpoint } | null = null;
  #next = -Infinity;

  /**
   * @param write Writes a checkpoint.
   * @param now The time in milliseconds.
   */
  constructor(
    write: (checkpoint: Checkpoint) => Promise<void>,
    now: () => number = () => performance.now(),
  ) {
    this.#write = write;
    this.#now = now;
  }

  /**
   * Writes a checkpoint, or holds it back if the last one was written too recently.
   *
   * @param checkpoint The checkpoint, which replaces one that was held back.
   * @param must Whether it must be written now.
   */
  async take(checkpoint: Checkpoint, must: boolean): Promise<void> {
    this.#waiting = { checkpoint };
    if (must || this.#now() >= this.#next) await this.flush();
  }

  /** Writes the checkpoint that was held back, if there is one. */
  async flush(): Promise<void> {
    if (this.#waiting === null) return;
    const { checkpoint } = this.#waiting;
    this.#waiting = null;
    const begin = this.#now();
    await this.#write(checkpoint);
    const end = this.#now();
    this.#next = end + SHARE * (end - begin);
  }
}
