import { helpFor } from "../../core/arguments.ts";
import { checkArray } from "../../core/arrays.ts";
import { InputError } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { checkNumber } from "../../core/shapes.ts";

/** The id of padding, which is not a token of a text. */
export const PAD = 0;
/** The id of every token that a vocabulary does not have. */
export const UNK = 1;
/** The id at the start of a document. */
export const START = 2;
/** The id at the end of a document. */
export const END = 3;

/** The special tokens as text, by id. */
export const specialTokens: readonly string[] = ["<PAD>", "<UNK>", "<START>", "<END>"];

/** Statistics of the texts from which a vocabulary was built. */
export interface VocabularyStatistics {
  /** The number of tokens of the texts. */
  readonly total: number;
  /** The number of different tokens of the texts. */
  readonly distinct: number;
  /** The coverage: the share of all tokens that have an id, from 0 to 1. */
  readonly covered: number;
}

const statisticNames: OptionNames<VocabularyStatistics> = {
  total: true,
  distinct: true,
  covered: true,
};

/**
 * A list of tokens with ids. The ids 0 to 3 are {@link PAD}, {@link UNK}, {@link START} and
 * {@link END}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { UNK, Vocabulary } from "./vocabulary.ts";
 *
 * const vocabulary = new Vocabulary(["the", "whale"], { total: 4, distinct: 3, covered: 0.75 });
 * assertEquals([vocabulary.size, vocabulary.id("whale"), vocabulary.id("ship")], [6, 5, UNK]);
 * assertEquals(vocabulary.token(4), "the");
 * ```
 */
export class Vocabulary {
  readonly #tokens: readonly string[];
  readonly #ids: ReadonlyMap<string, number>;
  /** Statistics of the texts from which the vocabulary was built. */
  readonly statistics: VocabularyStatistics;

  /**
   * Creates a vocabulary of tokens.
   *
   * @param tokens The tokens that are not special, in the order of their ids from 4.
   * @param statistics Statistics of the texts of the tokens.
   * @throws {InputError} If a token is not a string, occurs twice or is a special token, or if a
   * statistic is missing or is not a finite number of at least 0.
   */
  constructor(tokens: readonly string[], statistics: VocabularyStatistics) {
    checkArray("tokens", tokens, "an array of strings");
    checkOptions("the statistics of a Vocabulary", statistics, statisticNames);
    const { total, distinct, covered } = statistics;
    for (const [name, value] of Object.entries({ total, distinct, covered })) {
      const wanted = "a finite number of at least 0";
      checkNumber(`${name} of a Vocabulary`, value, wanted, (n) => n >= 0 && n < Infinity);
    }
    this.#tokens = [...specialTokens, ...tokens];
    const ids = new Map<string, number>();
    for (const [id, token] of this.#tokens.entries()) {
      if (typeof token !== "string") throw new InputError(`token ${id}`, "a string", token);
      if (ids.has(token)) throw new InputError(`token ${id}`, "different from those before", token);
      ids.set(token, id);
    }
    this.#ids = ids;
    this.statistics = statistics;
  }

  /** The number of ids, including those of the special tokens. */
  get size(): number {
    return this.#tokens.length;
  }

  /** All tokens by id, including the special tokens. */
  get tokens(): readonly string[] {
    return this.#tokens;
  }

  /**
   * Returns whether a token has an id. A special token is written as `"<PAD>"`.
   *
   * @param token The token.
   * @returns `true` if the vocabulary has the token.
   * @throws {InputError} If `token` is not a string.
   */
  has(token: string): boolean {
    checkToken(token);
    return this.#ids.has(token);
  }

  /**
   * Returns the id of a token.
   *
   * @param token The token.
   * @returns The id; {@link UNK} if the vocabulary does not have the token.
   * @throws {InputError} If `token` is not a string.
   */
  id(token: string): number {
    checkToken(token);
    return this.#ids.get(token) ?? UNK;
  }

  /**
   * Returns the token of an id; a special token is `"<PAD>"`, `"<UNK>"`, `"<START>"` or `"<END>"`.
   *
   * @param id The id.
   * @returns The token.
   * @throws {InputError} If the id does not exist.
   */
  token(id: number): string {
    const token = isId(id, this.size) ? this.#tokens[id] : undefined;
    if (token === undefined) {
      throw new InputError("id", `an integer from 0 to ${this.size - 1}`, id);
    }
    return token;
  }
}

function checkToken(token: unknown): void {
  if (typeof token !== "string") throw new InputError("token", "a string", token);
}

/**
 * Throws unless a value is an `Int32Array`, the type of all ids of texts.
 *
 * @param name The name of the value, for the message.
 * @param ids The value.
 * @throws {InputError} If `ids` has another type. The message says how to convert other arrays.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkIdArray } from "./vocabulary.ts";
 *
 * const message = "ids must be an Int32Array, found [1, 2]. Int32Array.from(ids) converts it";
 * assertThrows(() => checkIdArray("ids", [1, 2]), Error, message);
 * ```
 */
export function checkIdArray(name: string, ids: unknown): asserts ids is Int32Array {
  if (ids instanceof Int32Array) return;
  const big = ids instanceof BigInt64Array || ids instanceof BigUint64Array;
  const convert = `Int32Array.from(${name}${big ? ", Number" : ""}) converts it`;
  const isArray = Array.isArray(ids) || ArrayBuffer.isView(ids);
  throw new InputError(name, "an Int32Array", ids, helpFor(ids, isArray ? convert : undefined));
}
