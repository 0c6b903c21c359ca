/** How many times as long as writing a checkpoint took there is until the next one. */
const SHARE = 20;

/**
 * Writes checkpoints at a pace. A checkpoint and the history have a record of each epoch, so writing
 * them after each of many short epochs would take ever longer. At this pace, writing takes at most a
 * twentieth of the time, and a killed training repeats at most twenty times what writing takes.
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
   * Writes a checkpoint, or holds it back if the last one is not long enough ago.
   *
   * @param checkpoint The checkpoint. It takes the place of one that was held back.
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
