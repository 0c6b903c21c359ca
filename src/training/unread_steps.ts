import { InputError } from "../core/errors.ts";
import { positiveInteger } from "../core/shapes.ts";
import { RING } from "../kernels/update_program.ts";
import type { Batch } from "./batch.ts";
import { countTargets } from "./batch_list.ts";
import { CHUNK } from "./chunk.ts";
import { type Adam, runnerOf } from "./optimizer.ts";
import type { TrainingPosition } from "./training_position.ts";

/** Steps whose losses lie on the device until they are read into the position. */
export class UnreadSteps {
  readonly #optimizer: Adam;
  readonly #position: TrainingPosition;
  readonly #most: number;
  /** How many targets of each step count. */
  #counts: number[] = [];

  /**
   * Is told what does the steps, what takes them into account, and how many may stay unread.
   *
   * @throws {InputError} On a number that is none.
   */
  constructor(optimizer: Adam, position: TrainingPosition, lossSteps = RING) {
    this.#optimizer = optimizer;
    this.#position = position;
    // Before further steps take the place of the first.
    this.#most = Math.min(RING - CHUNK + 1, positiveInteger("lossSteps", lossSteps));
  }

  /**
   * Remembers the steps that were done last, on at most {@link CHUNK} batches.
   *
   * @returns How many of their targets count.
   */
  async add(batches: readonly Batch[], ignoreIndex: number | null): Promise<number> {
    const counts: number[] = [];
    for (const batch of batches) counts.push(await countTargets(batch, ignoreIndex));
    this.#counts.push(...counts);
    if (this.#counts.length >= this.#most) await this.read();
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * Reads what is unread.
   *
   * @throws {InputError} On a loss that is no number.
   */
  async read(): Promise<void> {
    const counts = this.#counts;
    if (counts.length === 0) return;
    const { arena } = runnerOf(this.#optimizer);
    const first = arena.steps - counts.length;
    const losses = await arena.recall("losses", first, counts.length);
    const norms = await arena.recall("norms", first, counts.length);
    const longest = this.#optimizer.clipGradNorm ?? Infinity;
    counts.forEach((count, i) => {
      const value = losses[i]?.[0] ?? NaN;
      if (!Number.isFinite(value)) {
        const help = "A smaller learningRate or clipGradNorm may help";
        throw new InputError(`the loss of step ${first + i + 1}`, "a finite number", value, help);
      }
      this.#position.add(value, count, (norms[i]?.[0] ?? 0) > longest);
    });
    this.#counts = [];
  }
}
