/**
 * How often tokens come, in the order in which each came first. What it holds grows with the
 * different tokens, not with the texts.
 */
export class TokenCounts {
  readonly #counts = new Map<string, number>();
  #total = 0;

  /** Tokens counted. */
  get total(): number {
    return this.#total;
  }

  /** Different tokens. */
  get distinct(): number {
    return this.#counts.size;
  }

  /** Counts tokens. */
  add(tokens: readonly string[]): void {
    const counts = this.#counts;
    for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
    this.#total += tokens.length;
  }

  /** Tokens with their counts by falling count, ties by first occurrence. */
  mostCommon(): (readonly [token: string, count: number])[] {
    return [...this.#counts].sort(([, a], [, b]) => b - a);
  }
}
