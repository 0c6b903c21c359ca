import { z } from "zod";
import { InputError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { PlateauState } from "./reduce_lr_on_plateau.ts";

/** What an epoch gave. */
export interface EpochRecord {
  /** The mean loss of the epoch's tokens, each before the update that its batch led to, in nats. */
  readonly trainLoss: number;
  /** The loss of held-out tokens after the epoch, in nats. */
  readonly validationLoss: number;
  /** The size of the epoch's last step. */
  readonly learningRate: number;
  /** The share of steps whose gradient was clipped. */
  readonly clipped: number;
  /** How many tokens counted. */
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

/** Where training stands: what a checkpoint has of it besides tensors. */
export class TrainingPosition {
  /** Epochs that are done. */
  epoch = 0;
  /** Batches of the epoch that are done. */
  batch = 0;
  /** What the schedule remembers. */
  plateau: PlateauState | null = null;
  readonly #history: Values["history"] = [];
  /** The least held-out loss of all epochs but the last. */
  #leastBefore = Infinity;
  #sums = { loss: 0, tokens: 0, steps: 0, clipped: 0 };

  /**
   * The position that {@link TrainingPosition.toJson} wrote.
   *
   * @throws {InputError} On what it did not write.
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
      const wanted = `of ${epoch} epochs, as were done`;
      throw new InputError("progress.history of the checkpoint", wanted, history.length);
    }
    const position = new TrainingPosition();
    Object.assign(position, { epoch, batch, plateau });
    position.#sums = sums;
    for (const record of history) position.#push(record);
    return position;
  }

  /** The epochs that are done. */
  get history(): readonly EpochRecord[] {
    return this.#history;
  }

  /** How many tokens of the epoch counted so far. */
  get tokens(): number {
    return this.#sums.tokens;
  }

  /** The mean loss of these tokens, in nats; `null` where none counted. */
  get loss(): number | null {
    const { loss, tokens } = this.#sums;
    return tokens === 0 ? null : loss / tokens;
  }

  /** Whether the last epoch's held-out loss is below all before it. */
  get isBest(): boolean {
    return (this.#history.at(-1)?.validationLoss ?? NaN) < this.#leastBefore;
  }

  /** Takes a step into account. */
  add(loss: number, tokens: number, clipped: boolean): void {
    const sums = this.#sums;
    sums.loss += loss * tokens;
    sums.tokens += tokens;
    sums.steps += 1;
    if (clipped) sums.clipped += 1;
  }

  /** Goes over to the next epoch. */
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

  /** As JSON. It has the records themselves, since copies of many at each epoch take long. */
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
