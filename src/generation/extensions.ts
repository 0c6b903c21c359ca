import type { Hypothesis } from "./hypothesis.ts";
import { ban, copyLogits, likeliest } from "./scores.ts";

/** A sequence that goes on by a token from the one in a row of the batch. */
export interface Extension {
  /** The row. */
  readonly row: number;
  /** The longer sequence. */
  readonly hypothesis: Hypothesis;
}

/** Finds the likeliest extensions of sequences; its arrays are kept from step to step. */
export class Extensions {
  readonly #most: number;
  readonly #banned: readonly number[];
  readonly #scores: Float64Array;
  readonly #found: { row: number; id: number; logProbability: number }[] = [];

  /** Readies it for so many extensions over a vocabulary. */
  constructor(most: number, vocabulary: number, banned: readonly number[]) {
    this.#most = most;
    this.#banned = banned;
    this.#scores = new Float64Array(vocabulary);
  }

  /**
   * The likeliest extensions, the best first; of equal ones those of the earlier sequence, then of
   * the lower id.
   *
   * @param logits [batch, vocabulary], flat.
   * @param live What is in the rows of the batch, from the first.
   * @throws {InputError} On logits that are NaN or infinity, or that leave no token.
   */
  best(logits: Float32Array, live: readonly Hypothesis[]): Extension[] {
    const size = this.#scores.length;
    this.#found.length = 0;
    for (const [row, { logProbability }] of live.entries()) {
      const total = this.#take(logits.subarray(row * size, (row + 1) * size));
      this.#rank(row, logProbability - total);
    }
    return this.#found.map(({ row, id, logProbability }) => {
      const before = live[row] ?? null;
      return { row, hypothesis: { before, id, tokens: (before?.tokens ?? 0) + 1, logProbability } };
    });
  }

  /** Takes a row's logits, and gives the logarithm of the sum of their exponentials. */
  #take(logits: Float32Array): number {
    const scores = this.#scores;
    copyLogits(logits, scores);
    ban(scores, this.#banned);
    const largest = scores[likeliest(scores)] ?? 0;
    let sum = 0;
    for (let i = 0; i < scores.length; i++) sum += Math.exp((scores[i] ?? 0) - largest);
    return largest + Math.log(sum);
  }

  /** Enters the tokens of a row, to whose scores `offset` is added, among the best. */
  #rank(row: number, offset: number): void {
    const [found, most, scores] = [this.#found, this.#most, this.#scores];
    for (let id = 0; id < scores.length; id++) {
      const logProbability = offset + (scores[id] ?? 0);
      const worst = found.length < most ? -Infinity : found[most - 1]?.logProbability ?? 0;
      if (!(logProbability > worst)) continue;
      if (found.length === most) found.pop();
      let place = found.length;
      while (place > 0 && (found[place - 1]?.logProbability ?? 0) < logProbability) place--;
      found.splice(place, 0, { row, id, logProbability });
    }
  }
}
