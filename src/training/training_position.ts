import { z } from "zod";
import { InputError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { PlateauState } from "./reduce_lr_on_plateau.ts";

/** The record of one epoch of training. */
export interface EpochRecord {
  /**
   * The mean loss of the epoch's tokens, in nats. The loss of a batch is that before its update.
   */
  readonly trainLoss: number;
  /** The loss on held-out tokens after the epoch, in nats. */
  readonly validationLoss: number;
  /** The learning rate of the epoch's last step. */
  readonly learningRate: number;
  /** The share of steps whose gradient was clipped, in [0, 1]. */
  readonly clipped: number;
  /** The number of the epoch's tokens that count. */
  readonly tokens: number;
}

const number = z.number();
const count = z.int().min(0);

const schema = z.strictObject({
  epoch: count,
  batch: count,
  sums: z.strictObject({ loss: number, tokens: count, steps: count, clipped: count }),
  history: z.array(z.strictObject({
    trainLoss: number,
    validationLoss: number,
    learningRate: number,
    clipped: number,
    tokens: count,
  })),
  plateau: z.strictObject({ best: number.nullable(), badSteps: count, cooldown: count }).nullable(),
});

type Values = z.infer<typeof schema>;

/**
 * The position of a training: its epoch and batch, sums of the current epoch, and the records of
 * past epochs.
 */
export class TrainingPosition {
  /** The number of epochs that are done. */
  epoch = 0;
  /** The number of batches of the current epoch that are done. */
  batch = 0;
  /** The state of the plateau; `null` if there is none. */
  plateau: PlateauState | null = null;
  readonly #history: Values["history"] = [];
  /** The lowest held-out loss of all epochs before the last. */
  #leastBefore = Infinity;
  #sums = { loss: 0, tokens: 0, steps: 0, clipped: 0 };

  /**
   * Reads a position from JSON.
   *
   * @param json The result of {@link TrainingPosition.toJson}.
   * @returns The position.
   * @throws {InputError} If a field is missing, unknown or wrong.
   */
  static of(json: JsonObject): TrainingPosition {
    const found = schema.safeParse(json);
    if (!found.success) {
      const [issue] = found.error.issues;
      const field = ["progress", ...issue?.path ?? []].map(String).join(".");
      throw new InputError(`${field} of the checkpoint`, "as training wrote it", issue?.message);
    }
    const { epoch, batch, sums, history, plateau }: Values = found.data;
    if (history.length !== epoch) {
      const wanted = `of the ${epoch} epochs that are done`;
      throw new InputError("progress.history of the checkpoint", wanted, history.length);
    }
    const position = new TrainingPosition();
    Object.assign(position, { epoch, batch, plateau });
    position.#sums = sums;
    for (const record of history) position.#push(record);
    return position;
  }

  /** The records of the epochs that are done. */
  get history(): readonly EpochRecord[] {
    return this.#history;
  }

  /** The number of tokens of the current epoch that counted so far. */
  get tokens(): number {
    return this.#sums.tokens;
  }

  /** The mean loss of the tokens of the current epoch so far, in nats; `null` before the first. */
  get loss(): number | null {
    const { loss, tokens } = this.#sums;
    return tokens === 0 ? null : loss / tokens;
  }

  /** Whether the held-out loss of the last epoch is below those of all epochs before. */
  get isBest(): boolean {
    return (this.#history.at(-1)?.validationLoss ?? NaN) < this.#leastBefore;
  }

  /**
   * Adds a step.
   *
   * @param loss The mean loss of the step's tokens, in nats.
   * @param tokens The number of tokens that count.
   * @param clipped Whether the gradient was clipped.
   */
  add(loss: number, tokens: number, clipped: boolean): void {
    const sums = this.#sums;
    sums.loss += loss * tokens;
    sums.tokens += tokens;
    sums.steps += 1;
    if (clipped) sums.clipped += 1;
  }

  /**
   * Ends the current epoch.
   *
   * @param end The held-out loss and the learning rate.
   * @returns The record of the epoch.
   */
  endEpoch(end: Pick<EpochRecord, "validationLoss" | "learningRate">): EpochRecord {
    const { loss, tokens, steps, clipped } = this.#sums;
    const record = { ...end, trainLoss: loss / tokens, clipped: clipped / steps, tokens };
    this.#push(record);
    this.#sums = { loss: 0, tokens: 0, steps: 0, clipped: 0 };
    this.epoch += 1;
    this.batch = 0;
    return record;
  }

  #push(record: Values["history"][number]): void {
    const last = this.#history.at(-1)?.validationLoss ?? Infinity;
    this.#leastBefore = Math.min(this.#leastBefore, last);
    this.#history.push(record);
  }

  /**
   * Converts the position to JSON. The records of the history are shared with the result, not
   * copied.
   */
  toJson(): JsonObject {
    const { epoch, batch } = this;
    return {
      epoch,
      batch,
      sums: { ...this.#sums },
      history: [...this.#history],
      plateau: this.plateau && { ...this.plateau },
    };
  }
}
