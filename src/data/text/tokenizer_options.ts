import { InputError } from "../../core/errors.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { positiveInteger } from "../../core/shapes.ts";
import { textRules, type TokenKind } from "./text_rules.ts";
import type { TokenCounts } from "./token_counts.ts";
import { specialTokens, Vocabulary } from "./vocabulary.ts";

/** What a tokenizer is built with. */
export interface TokenizerOptions {
  /** What tokens are. */
  readonly kind: TokenKind;
  /** How often a token must come to have an id; by default once. */
  readonly minFrequency?: number;
  /**
   * The most ids, the four special ones included; by default 10,000 for words and 1,000 for
   * characters.
   */
  readonly maxSize?: number;
}

const names: OptionNames<TokenizerOptions> = { kind: true, minFrequency: true, maxSize: true };

const defaultSizes: Readonly<Record<TokenKind, number>> = { words: 10_000, characters: 1000 };

/**
 * Checks that a value is a kind of token, and gives it back.
 *
 * @throws {InputError} Where it is none.
 */
export function checkKind(name: string, kind: unknown): TokenKind {
  if (kind === "words" || kind === "characters") return kind;
  throw new InputError(name, Object.keys(textRules).map((one) => `"${one}"`).join(" or "), kind);
}

/**
 * How a vocabulary is chosen from counts: the commonest tokens that are common enough.
 *
 * @param options What was given.
 * @returns Chooses from counts.
 * @throws {InputError} At once on wrong and unknown options; later on counts of nothing, and where no
 * token is common enough.
 */
export function chooseTokens(options: TokenizerOptions): (counts: TokenCounts) => Vocabulary {
  checkOptions("Tokenizer.build", options, names);
  const kind = checkKind("kind", options.kind);
  const minFrequency = positiveInteger("minFrequency", options.minFrequency ?? 1);
  const maxSize = positiveInteger("maxSize", options.maxSize ?? defaultSizes[kind]);
  if (maxSize <= specialTokens.length) {
    const wanted = `more than the ${specialTokens.length} special tokens`;
    throw new InputError("maxSize", wanted, maxSize);
  }
  return (counts) => {
    const { total, distinct } = counts;
    const common = counts.mostCommon();
    const [first] = common;
    if (first === undefined) throw new InputError("texts", `some with ${kind}`, total);
    if (first[1] < minFrequency) {
      const wanted = `at most ${first[1]}, how often the commonest token comes`;
      throw new InputError("minFrequency", wanted, minFrequency);
    }
    const chosen = common.slice(0, maxSize - specialTokens.length)
      .filter(([, count]) => count >= minFrequency);
    const known = chosen.reduce((sum, [, count]) => sum + count, 0);
    const statistics = { total, distinct, covered: known / total };
    return new Vocabulary(chosen.map(([token]) => token), statistics);
  };
}
