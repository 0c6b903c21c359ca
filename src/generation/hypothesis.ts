/** A sequence that a beam search follows: its last token, and what came before. */
export interface Hypothesis {
  /** The sequence without its last token; `null` where it has none. */
  readonly before: Hypothesis | null;
  /** The last token. */
  readonly id: number;
  /** How many tokens it has. */
  readonly tokens: number;
  /** ln p of all of them. */
  readonly logProbability: number;
}

/** A sequence that a beam search found. */
export interface Beam {
  /** Its ids, without the prompt and without the id that ended it. */
  readonly ids: Int32Array;
  /** ln p of them given the prompt, and of the end where it ended. */
  readonly logProbability: number;
  /** The log probability divided by the penalty of its length: what it was ranked by. */
  readonly score: number;
  /** Whether the end came, and not the most tokens. */
  readonly ended: boolean;
}

/** The best sequences that have come to their end. */
export class FinishedBeams {
  readonly #most: number;
  readonly #lengthPenalty: number;
  readonly #maxTokens: number;
  readonly #found: { hypothesis: Hypothesis; score: number; ended: boolean }[] = [];

  /** Keeps so many, ranked by log probability over ((5 + tokens) / 6)^lengthPenalty. */
  constructor(most: number, lengthPenalty: number, maxTokens: number) {
    this.#most = most;
    this.#lengthPenalty = lengthPenalty;
    this.#maxTokens = maxTokens;
  }

  /** Puts a sequence aside; of equal scores the earlier stays before. */
  add(hypothesis: Hypothesis, ended: boolean): void {
    const score = this.#score(hypothesis.logProbability, hypothesis.tokens);
    const place = this.#found.findIndex((other) => other.score < score);
    this.#found.splice(place < 0 ? this.#found.length : place, 0, { hypothesis, score, ended });
    this.#found.length = Math.min(this.#found.length, this.#most);
  }

  /** Whether no sequence that begins with this one could be among the best. */
  settled({ logProbability }: Hypothesis): boolean {
    const worst = this.#found[this.#most - 1];
    // Log probabilities only fall, and the longest sequence is penalised least.
    return worst !== undefined && this.#score(logProbability, this.#maxTokens) <= worst.score;
  }

  /** The best, in order. */
  sequences(): Beam[] {
    return this.#found.map(({ hypothesis, score, ended }) => {
      const ids: number[] = [];
      let at: Hypothesis | null = ended ? hypothesis.before : hypothesis;
      for (; at?.before; at = at.before) ids.push(at.id);
      const { logProbability } = hypothesis;
      return { ids: Int32Array.from(ids.reverse()), logProbability, score, ended };
    });
  }

  #score(logProbability: number, tokens: number): number {
    return logProbability / ((5 + tokens) / 6) ** this.#lengthPenalty;
  }
}
