import { helpFor } from "../../core/arguments.ts";
import { checkArray } from "../../core/arrays.ts";
import { InputError } from "../../core/errors.ts";
import { isId } from "../../core/ids.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { checkNumber } from "../../core/shapes.ts";

/** The id of padding, which is no token of a text. */
export const PAD = 0;
/** The id that stands for every token that a vocabulary does not hold. */
export const UNK = 1;
/** The id that begins a document. */
export const START = 2;
/** The id that ends a document. */
export const END = 3;

/** How the special tokens are written, by id. */
export const specialTokens: readonly string[] = ["<PAD>", "<UNK>", "<START>", "<END>"];

/** Of the texts that a vocabulary was built from. */
export interface VocabularyStatistics {
  /** Tokens of the texts, each as often as it comes. */
  readonly total: number;
  /** Different tokens of the texts. */
  readonly distinct: number;
  /** The share of all tokens that the vocabulary holds, 0 to 1: its coverage. */
  readonly covered: number;
}

const statisticNames: OptionNames<VocabularyStatistics> = {
  total: true,
  distinct: true,
  covered: true,
};

/**
 * Tokens with ids: 0 to 3 are {@link PAD}, {@link UNK}, {@link START} and {@link END}, the rest
 * those of texts.
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
  /** Of the texts that it was built from. */
  readonly statistics: VocabularyStatistics;

  /**
   * Numbers tokens.
   *
   * @param tokens Those that are not special, in the order of their ids from 4 on.
   * @param statistics Of the texts that they come from.
   * @throws {InputError} On a token that is not a string, comes twice or is written as a special one,
   * and on statistics that are not an object of the three.
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
      if (ids.has(token)) throw new InputError(`token ${id}`, "another than those before", token);
      ids.set(token, id);
    }
    this.#ids = ids;
    this.statistics = statistics;
  }

  /** How many ids there are, special ones included. */
  get size(): number {
    return this.#tokens.length;
  }

  /** Every token by id, special ones included. */
  get tokens(): readonly string[] {
    return this.#tokens;
  }

  /**
   * Whether it holds a token, or a special one as it is written.
   *
   * @param token The token.
   * @returns `true` if it has an id of its own.
   * @throws {InputError} If it is not a string.
   */
  has(token: string): boolean {
    checkToken(token);
    return this.#ids.has(token);
  }

  /**
   * The id of a token; {@link UNK} of one that it does not hold.
   *
   * @param token The token.
   * @returns The id.
   * @throws {InputError} If it is not a string.
   */
  id(token: string): number {
    checkToken(token);
    return this.#ids.get(token) ?? UNK;
  }

  /**
   * The token of an id; special ones as `"<PAD>"`, `"<UNK>"`, `"<START>"` and `"<END>"`.
   *
   * @param id The id.
   * @returns The token.
   * @throws {InputError} If it is not an id.
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
 * Checks that a value is an `Int32Array`, as all ids of texts are.
 *
 * @param name The input's name, for the message.
 * @param ids What was given.
 * @throws {InputError} If it is something else; the message says how to convert other arrays.
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
