import { helpFor } from "../../core/arguments.ts";
import { checkList } from "../../core/arrays.ts";
import { InputError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { type TextRules, textRules, type TokenKind } from "./text_rules.ts";
import { TokenCounts } from "./token_counts.ts";
import { readTokenizer, writeTokenizer } from "./tokenizer_json.ts";
import { chooseTokens, type TokenizerOptions } from "./tokenizer_options.ts";
import { END, PAD, START, Vocabulary, type VocabularyStatistics } from "./vocabulary.ts";

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
