import { InputError } from "../core/errors.ts";
import { type FigureRow, figureRows } from "./figure_rows.ts";
import type { Table } from "./result.ts";
import type { WordStrips } from "./word_strips.ts";

/** The largest difference from 1 of a sum of weights of float32. */
const SUM_TOLERANCE = 1e-3;

/** A value that is written beside the name of a text or a strip. */
export interface WordFact {
  /** The label of the column. */
  readonly label: string;
  /** The value; `null` if it is missing. */
  readonly value: number | string | null;
}

/** The weights of the words of a text. */
export interface WordStrip {
  /** The name; `null` if the figure has no column of strips. */
  readonly name: string | null;
  /** The facts that differ between the strips of the text. */
  readonly facts: readonly WordFact[];
  /** The weights by word. */
  readonly weights: readonly number[];
}

/** A text with its strips. */
export interface WeightedText {
  /** The name of the text. */
  readonly name: string;
  /** The label of the column of names. */
  readonly label: string;
  /** The facts that all strips of the text share. */
  readonly facts: readonly WordFact[];
  /** The words in order. */
  readonly words: readonly string[];
  /** The strips in the order of the table. */
  readonly strips: readonly WordStrip[];
}

/**
 * Reads the texts of a figure of words with weights, and checks them.
 *
 * @param figure The figure.
 * @param tables The tables of the result.
 * @returns The texts in the order of the table.
 * @throws {InputError} If the table or a column does not exist; a word is empty; a weight is not from
 * 0 to 1; the strips of a text have different words; a fact differs within a strip; or the weights
 * of a strip do not add up to 1 although they must.
 */
export function readWordStrips(figure: WordStrips, tables: readonly Table[]): WeightedText[] {
  const { text, word, weight, strip, facts = [] } = figure;
  const names = [text, word, weight, ...(strip === undefined ? [] : [strip]), ...facts];
  const { rows, labels } = figureRows(figure, tables, names);
  const texts = Map.groupBy(rows, (row) => row.name(text));
  return [...texts].map(([name, own]) => {
    const groups = [...Map.groupBy(own, (row) => strip === undefined ? null : row.name(strip))];
    const words = groups[0]?.[1].map((row) => row.name(word)) ?? [];
    const read = groups.map(([stripName, list]) => {
      const what = stripName === null
        ? `text ${name} of figure ${figure.id}`
        : `strip ${stripName} of text ${name} of figure ${figure.id}`;
      checkWords(what, words, list.map((row) => row.name(word)));
      return {
        name: stripName,
        facts: facts.map((fact) => factOf(what, fact, labels.get(fact) ?? fact, list)),
        weights: checkedWeights(figure, what, list.map((row) => row.number(weight, 1))),
      };
    });
    const shared = facts.filter((_, i) =>
      read.every((one) => one.facts[i]?.value === read[0]?.facts[i]?.value)
    );
    const select = (all: readonly WordFact[], isShared: boolean) =>
      all.filter((_, i) => shared.includes(facts[i] ?? "") === isShared);
    return {
      name,
      label: labels.get(text) ?? text,
      facts: select(read[0]?.facts ?? [], true),
      words,
      strips: read.map((one) => ({ ...one, facts: select(one.facts, false) })),
    };
  });
}

function checkWords(what: string, words: readonly string[], own: readonly string[]): void {
  const place = words.length === own.length ? own.findIndex((one, i) => one !== words[i]) : 0;
  if (place < 0) return;
  if (words.length !== own.length) {
    const wanted = `${words.length}, as in the first strip of the text`;
    throw new InputError(`the number of words of ${what}`, wanted, own.length);
  }
  const wanted = `${JSON.stringify(words[place])}, as in the first strip of the text`;
  throw new InputError(`word ${place + 1} of ${what}`, wanted, own[place]);
}

function factOf(
  what: string,
  column: string,
  label: string,
  rows: readonly FigureRow[],
): WordFact {
  const value = rows[0]?.cell(column) ?? null;
  const other = rows.find((row) => row.cell(column) !== value);
  if (other) {
    const wanted = `${JSON.stringify(value)} in all rows`;
    throw new InputError(`column ${column} of ${what}`, wanted, other.cell(column));
  }
  return { label, value };
}

function checkedWeights(
  { sumsToOne = false }: WordStrips,
  what: string,
  weights: readonly number[],
): readonly number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  if (!sumsToOne || Math.abs(sum - 1) <= SUM_TOLERANCE) return weights;
  throw new InputError(`the sum of the weights of ${what}`, `1, within ${SUM_TOLERANCE}`, sum);
}
