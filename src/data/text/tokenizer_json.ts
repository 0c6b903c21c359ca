import { InputError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import { textRules, type TokenKind } from "./text_rules.ts";
import { checkKind } from "./tokenizer_options.ts";
import { specialTokens, Vocabulary, type VocabularyStatistics } from "./vocabulary.ts";

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
