import { helpFor } from "../../core/arguments.ts";
import { checkList } from "../../core/arrays.ts";
import { InputError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { positiveInteger } from "../../core/shapes.ts";
import { type TextRules, textRules, type TokenKind } from "./text_rules.ts";
import {
  END,
  PAD,
  specialTokens,
  START,
  Vocabulary,
  type VocabularyStatistics,
} from "./vocabulary.ts";

/** Options for {@link Tokenizer.build}. */
export interface TokenizerOptions {
  /** The kind of tokens. */
  readonly kind: TokenKind;
  /** The minimum number of occurrences of a token that has an id; 1 by default. */
  readonly minFrequency?: number;
  /**
   * The maximum number of ids, including the four special ones; 10,000 for words and 1,000 for
   * characters by default.
   */
  readonly maxSize?: number;
}

const names: OptionNames<TokenizerOptions> = { kind: true, minFrequency: true, maxSize: true };

const defaultSizes: Readonly<Record<TokenKind, number>> = {
  words: 10_000,
  characters: 1000,
  "plain-words": 10_000,
};

/**
 * Converts texts to ids and back, by words or by characters.
 *
 * Words are in lower case, consist of letters, marks, numbers, underscores and `.`, `!` and `?`,
 * and are separated by white space. All else is removed. Characters are code points. Plain words,
 * for classification, have no punctuation but apostrophes; `sentenceWords` splits so. All are in
 * Unicode's normalization form C.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Tokenizer } from "./tokenizer.ts";
 *
 * const tokenizer = await Tokenizer.build(["The whale, the ship."], { kind: "words" });
 * assertEquals(tokenizer.split("The ship!"), ["the", "ship!"]);
 * assertEquals([...tokenizer.encodeDocument("The whale swims")], [2, 4, 5, 1, 3]);
 * assertEquals(tokenizer.decode([2, 4, 5, 1, 3]), "the whale <UNK>");
 * assertEquals(tokenizer.unknown("The ship!"), ["ship!"]);
 * ```
 */
export class Tokenizer {
  readonly #rules: TextRules;
  /** The kind of tokens. */
  readonly kind: TokenKind;
  /** The tokens with their ids. */
  readonly vocabulary: Vocabulary;

  private constructor(kind: TokenKind, vocabulary: Vocabulary) {
    if (!(vocabulary instanceof Vocabulary)) {
      const help = "await Tokenizer.build(texts, options) makes a tokenizer";
      throw new InputError("vocabulary of a tokenizer", "a Vocabulary", vocabulary, help);
    }
    this.#rules = textRules[kind];
    this.kind = kind;
    this.vocabulary = vocabulary;
  }

  /**
   * Builds a tokenizer of the most common tokens of texts. Tokens of equal counts are in the order
   * of their first occurrence. The texts are read once, one at a time, and memory grows with the
   * number of different tokens.
   *
   * @param texts The texts.
   * @param options The kind of tokens, and which of them have an id.
   * @returns The tokenizer.
   * @throws {InputError} If an option is unknown or out of range, if a text is not a string, or if
   * no token is common enough.
   */
  static async build(
    texts: Iterable<string> | AsyncIterable<string>,
    options: TokenizerOptions,
  ): Promise<Tokenizer> {
    // A string is an iterable of its characters.
    if (typeof texts === "string") throw new InputError("texts", "an array of texts", texts);
    if (!isIterable(texts)) {
      const help = helpFor(texts, "Pass corpus.documents() for a corpus");
      throw new InputError("texts", "an array or another iterable of strings", texts, help);
    }
    const choose = chooseTokens(options);
    const { kind } = options;
    const rules = textRules[kind];
    const counts = new TokenCounts();
    for await (const text of texts) counts.add(tokensOf(text, rules));
    return new Tokenizer(kind, choose(counts));
  }

  /**
   * Reads a tokenizer that {@link toJson} wrote.
   *
   * @param json The parsed JSON.
   * @returns The tokenizer.
   * @throws {InputError} If the JSON is not that of a tokenizer. The message names the wrong field.
   */
  static fromJson(json: unknown): Tokenizer {
    const entries = checkObject("tokenizer", json);
    if (entries.format !== FORMAT) {
      throw new InputError("format of the tokenizer", `"${FORMAT}"`, entries.format);
    }
    const kind = checkKind("kind of the tokenizer", entries.kind);
    const tokens = readTokens(entries.tokens, kind);
    return new Tokenizer(kind, new Vocabulary(tokens, readStatistics(entries.statistics)));
  }

  /**
   * Returns the tokenizer as JSON.
   *
   * @returns The kind, the tokens by id, and statistics.
   */
  toJson(): JsonObject {
    const { kind, vocabulary } = this;
    return {
      format: FORMAT,
      kind,
      statistics: { ...vocabulary.statistics },
      tokens: vocabulary.tokens,
    };
  }

  /** Statistics of the texts from which the tokenizer was built. */
  get statistics(): VocabularyStatistics {
    return this.vocabulary.statistics;
  }

  /**
   * Splits a text into tokens, including tokens that have no id.
   *
   * @param text The text.
   * @returns The tokens.
   * @throws {InputError} If `text` is not a string.
   */
  split(text: string): string[] {
    return tokensOf(text, this.#rules);
  }

  /**
   * Converts a text to ids, without START and END.
   *
   * @param text The text.
   * @returns The ids; {@link UNK} for a token without an id.
   * @throws {InputError} If `text` is not a string.
   */
  encode(text: string): Int32Array {
    return this.#ids(this.split(text), 0);
  }

  /**
   * Converts a text to ids between {@link START} and {@link END}.
   *
   * @param text The text.
   * @returns The ids; {@link UNK} for a token without an id.
   * @throws {InputError} If `text` is not a string.
   */
  encodeDocument(text: string): Int32Array {
    const ids = this.#ids(this.split(text), 1);
    ids[0] = START;
    ids[ids.length - 1] = END;
    return ids;
  }

  /**
   * Converts ids to a text. {@link PAD}, {@link START} and {@link END} are left out, and
   * {@link UNK} is `"<UNK>"`.
   *
   * @param ids The ids.
   * @returns The text in normal form.
   * @throws {InputError} If an id does not exist.
   */
  decode(ids: ArrayLike<number>): string {
    checkList("ids", ids);
    const tokens: string[] = [];
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] ?? NaN;
      const token = this.vocabulary.token(id);
      if (isText(id)) tokens.push(token);
    }
    return tokens.join(this.#rules.separator);
  }

  /**
   * Converts one id of a stream to text. The pieces of all ids, concatenated, equal the result of
   * {@link decode}.
   *
   * @param id The id.
   * @param first Whether no earlier id of the stream has a text.
   * @returns The text, with the separator before it unless `first` is `true`; empty for
   * {@link PAD}, {@link START} and {@link END}.
   * @throws {InputError} If the id does not exist.
   */
  piece(id: number, first: boolean): string {
    const token = this.vocabulary.token(id);
    if (!isText(id)) return "";
    return first ? token : this.#rules.separator + token;
  }

  /**
   * Returns the tokens of a text that have no id.
   *
   * @param text The text.
   * @returns The tokens, each once.
   * @throws {InputError} If `text` is not a string.
   */
  unknown(text: string): string[] {
    return [...new Set(this.split(text))].filter((token) => !this.vocabulary.has(token));
  }

  /** Returns the ids of tokens, with some zeros before and after. */
  #ids(tokens: readonly string[], zeros: number): Int32Array {
    const ids = new Int32Array(tokens.length + 2 * zeros);
    const { vocabulary } = this;
    for (const [i, token] of tokens.entries()) ids[zeros + i] = vocabulary.id(token);
    return ids;
  }
}

function tokensOf(text: string, rules: TextRules): string[] {
  if (typeof text !== "string") throw new InputError("text", "a string", text);
  return rules.tokens(rules.normal(text));
}

function isIterable(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return Symbol.iterator in value || Symbol.asyncIterator in value;
}

function isText(id: number): boolean {
  return id !== PAD && id !== START && id !== END;
}

/** Returns `kind` if it is a kind of tokens, and throws otherwise. */
function checkKind(name: string, kind: unknown): TokenKind {
  if (kind === "words" || kind === "characters" || kind === "plain-words") return kind;
  throw new InputError(name, Object.keys(textRules).map((one) => `"${one}"`).join(" or "), kind);
}

/**
 * Creates a function that chooses the tokens with an id: the most common tokens that occur at least
 * `minFrequency` times.
 *
 * @param options The options of {@link Tokenizer.build}.
 * @returns A function that chooses from counts. It throws {@link InputError} if there are no
 * tokens, or if no token occurs `minFrequency` times.
 * @throws {InputError} If an option is unknown or out of range.
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
    if (first === undefined) {
      throw new InputError(`number of ${kind} in the texts`, "at least 1", 0);
    }
    if (first[1] < minFrequency) {
      const wanted = `at most ${first[1]}, the count of the most common token`;
      throw new InputError("minFrequency", wanted, minFrequency);
    }
    const chosen = common.slice(0, maxSize - specialTokens.length)
      .filter(([, count]) => count >= minFrequency);
    const known = chosen.reduce((sum, [, count]) => sum + count, 0);
    const statistics = { total, distinct, covered: known / total };
    return new Vocabulary(chosen.map(([token]) => token), statistics);
  };
}

/**
 * Counts of tokens, in the order of their first occurrence. Memory grows with the different tokens.
 */
export class TokenCounts {
  readonly #counts = new Map<string, number>();
  #total = 0;

  /** The number of tokens. */
  get total(): number {
    return this.#total;
  }

  /** The number of different tokens. */
  get distinct(): number {
    return this.#counts.size;
  }

  /**
   * Counts tokens.
   *
   * @param tokens The tokens.
   */
  add(tokens: readonly string[]): void {
    const counts = this.#counts;
    for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
    this.#total += tokens.length;
  }

  /**
   * Returns the tokens with their counts.
   *
   * @returns The tokens by descending count; of equal counts by first occurrence.
   */
  mostCommon(): (readonly [token: string, count: number])[] {
    return [...this.#counts].sort(([, a], [, b]) => b - a);
  }
}

/** The format of a tokenizer's JSON. */
const FORMAT = "unroll-tokenizer-1";

function readTokens(value: unknown, kind: TokenKind): string[] {
  if (!Array.isArray(value)) throw new InputError("tokens of the tokenizer", "an array", value);
  const rules = textRules[kind];
  const tokens: string[] = [];
  for (const [id, token] of specialTokens.entries()) {
    if (value[id] !== token) throw new InputError(`token ${id}`, `"${token}"`, value[id]);
  }
  for (let id = specialTokens.length; id < value.length; id++) {
    const token: unknown = value[id];
    if (typeof token !== "string") throw new InputError(`token ${id}`, "text", token);
    // No text has such a token, so the file is damaged or from another program.
    const split = rules.tokens(rules.normal(token));
    if (split.length !== 1 || split[0] !== token) {
      throw new InputError(`token ${id}`, `a single token of ${kind}, in normal form`, token);
    }
    tokens.push(token);
  }
  return tokens;
}

function readStatistics(value: unknown): VocabularyStatistics {
  const entries = checkObject("statistics of the tokenizer", value);
  return {
    total: checkStatistic("total", entries.total, Number.MAX_SAFE_INTEGER),
    distinct: checkStatistic("distinct", entries.distinct, Number.MAX_SAFE_INTEGER),
    covered: checkStatistic("covered", entries.covered, 1),
  };
}

function checkStatistic(name: string, value: unknown, most: number): number {
  const fits = typeof value === "number" && value >= 0 && value <= most;
  if (fits && (most === 1 || Number.isInteger(value))) return value;
  const wanted = most === 1 ? "a number from 0 to 1" : "an integer of at least 0";
  throw new InputError(`${name} of the tokenizer`, wanted, value);
}

function checkObject(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new InputError(name, "a JSON object", value);
  }
  return { ...value };
}
