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

/**
 * Texts to ids and back, by words or by characters.
 *
 * Words are lower-case, of letters, marks, numbers, underscores and `.`, `!` and `?`; all else is
 * removed, and white space separates. Characters are code points. Both are in Unicode's normal
 * form C.
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
  /** What its tokens are. */
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
   * Takes the commonest tokens of texts, by falling count, ties by first occurrence. The texts are
   * read once, one at a time; the memory needed grows with the different tokens.
   *
   * @throws {InputError} On options that are none, on texts that give no token, and on what is no
   *   string among them.
   */
  static async build(
    texts: Iterable<string> | AsyncIterable<string>,
    options: TokenizerOptions,
  ): Promise<Tokenizer> {
    // A text is an iterable too, of its characters.
    if (typeof texts === "string") throw new InputError("texts", "several, in an array", texts);
    if (!isIterable(texts)) {
      const help = helpFor(texts, "Of a corpus, take documents()");
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
   * The tokenizer that {@link toJson} wrote. The JSON is data: nothing of it is run.
   *
   * @throws {InputError} On anything else, naming what is wrong.
   */
  static fromJson(json: unknown): Tokenizer {
    const { kind, vocabulary } = readTokenizer(json);
    return new Tokenizer(kind, vocabulary);
  }

  /** All of it as JSON: kind, tokens by id, and statistics. */
  toJson(): JsonObject {
    return writeTokenizer(this);
  }

  /** Of the texts that it was built from. */
  get statistics(): VocabularyStatistics {
    return this.vocabulary.statistics;
  }

  /**
   * The tokens of a text as they are looked up, known or not.
   *
   * @throws {InputError} On what is no string.
   */
  split(text: string): string[] {
    return tokensOf(text, this.#rules);
  }

  /**
   * The ids of a text, without special tokens around them; 4 bytes each.
   *
   * @throws {InputError} On what is no string.
   */
  encode(text: string): Int32Array {
    return this.#ids(this.split(text), 0);
  }

  /**
   * The ids of a text between {@link START} and {@link END}.
   *
   * @throws {InputError} On what is no string.
   */
  encodeDocument(text: string): Int32Array {
    const ids = this.#ids(this.split(text), 1);
    ids[0] = START;
    ids[ids.length - 1] = END;
    return ids;
  }

  /**
   * The text of ids. {@link PAD}, {@link START} and {@link END} are left out; what was unknown is
   * `"<UNK>"`.
   *
   * @throws {InputError} On an id that is none.
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
   * What a stream writes for one id, so that pieces one after another are {@link decode} of all.
   *
   * @param first Whether no piece was written before.
   * @throws {InputError} Where the id is none.
   */
  piece(id: number, first: boolean): string {
    const token = this.vocabulary.token(id);
    if (!isText(id)) return "";
    return first ? token : this.#rules.separator + token;
  }

  /**
   * The tokens of a text that have no id of their own, each once.
   *
   * @throws {InputError} On what is no string.
   */
  unknown(text: string): string[] {
    return [...new Set(this.split(text))].filter((token) => !this.vocabulary.has(token));
  }

  /** The ids of tokens, with room before and after. */
  #ids(tokens: readonly string[], room: number): Int32Array {
    const ids = new Int32Array(tokens.length + 2 * room);
    const { vocabulary } = this;
    for (const [i, token] of tokens.entries()) ids[room + i] = vocabulary.id(token);
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

/** What a tokenizer is made of. */
export interface TokenizerParts {
  /** What its tokens are. */
  readonly kind: TokenKind;
  /** The tokens with their ids. */
  readonly vocabulary: Vocabulary;
}

const format = "unroll-tokenizer-1";

/** A tokenizer as JSON: its kind, its tokens by id, and statistics. */
export function writeTokenizer({ kind, vocabulary }: TokenizerParts): JsonObject {
  return {
    format,
    kind,
    statistics: { ...vocabulary.statistics },
    tokens: vocabulary.tokens,
  };
}

/**
 * What {@link writeTokenizer} wrote.
 *
 * @throws {InputError} On anything else, naming what is wrong.
 */
export function readTokenizer(json: unknown): TokenizerParts {
  const entries = object("tokenizer", json);
  if (entries.format !== format) {
    throw new InputError("format of the tokenizer", `"${format}"`, entries.format);
  }
  const kind = checkKind("kind of the tokenizer", entries.kind);
  const tokens = readTokens(entries.tokens, kind);
  const statistics = readStatistics(entries.statistics);
  return { kind, vocabulary: new Vocabulary(tokens, statistics) };
}

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
    // What no text gives would have an id in vain: then the file is damaged or another's.
    const split = rules.tokens(rules.normal(token));
    if (split.length !== 1 || split[0] !== token) {
      throw new InputError(`token ${id}`, `one of ${kind} as a text gives them`, token);
    }
    tokens.push(token);
  }
  return tokens;
}

function readStatistics(value: unknown): VocabularyStatistics {
  const entries = object("statistics of the tokenizer", value);
  return {
    total: number("total", entries.total, Number.MAX_SAFE_INTEGER),
    distinct: number("distinct", entries.distinct, Number.MAX_SAFE_INTEGER),
    covered: number("covered", entries.covered, 1),
  };
}

function number(name: string, value: unknown, most: number): number {
  const fits = typeof value === "number" && value >= 0 && value <= most;
  if (fits && (most === 1 || Number.isInteger(value))) return value;
  const wanted = most === 1 ? "a number from 0 to 1" : "an integer of at least 0";
  throw new InputError(`${name} of the tokenizer`, wanted, value);
}

function object(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new InputError(name, "a JSON object", value);
  }
  return { ...value };
}
