import { unicodeWidth } from "@std/cli/unicode-width";
import { fixed } from "../../src/report/format/numbers.ts";
import { jsonLine, visibleLine } from "../cli/terminal.ts";

/** A text with its predicted classes. */
export interface PredictedText {
  readonly text: string;
  /** The probability of each class. */
  readonly probabilities: readonly number[];
  /** The label that the text has; absent if it is not known. */
  readonly labelled?: string;
  /** The words that the model attends to, with their weights; `null` if it has no attention. */
  readonly attended: {
    readonly words: readonly string[];
    readonly weights: readonly number[];
    /** Whether each word is in the vocabulary. The model reads all other words as the same one. */
    readonly known: readonly boolean[];
  } | null;
}

/** The form of the lines for people. */
export interface LineForm {
  /** The names of the classes. */
  readonly labels: readonly string[];
  /** The largest number of words that are shown. */
  readonly words: number;
  /** The width of the terminal, to which a text is cut; `Infinity` if nothing is cut. */
  readonly columns: number;
}

/**
 * The lines of a prediction: the label and its probability before the text and, indented below it,
 * the label that it has, if that is another one, and the words with the largest weights. The weights of a word that occurs again are added. Columns
 * depend only on the labels, so that the lines of all texts are aligned.
 */
export function predictionLines(predicted: PredictedText, form: LineForm): string {
  const { text, probabilities, attended, labelled } = predicted;
  const { labels, words, columns } = form;
  const best = mostProbable(probabilities);
  const names = labels.map(visibleLine);
  const width = Math.max(...names.map((name) => unicodeWidth(name)));
  const name = names[best] ?? "";
  const label = name + " ".repeat(width - unicodeWidth(name));
  const lead = `${label}  ${percent(probabilities[best] ?? NaN)}  `;
  const lines = [lead + cut(visibleLine(text), columns - unicodeWidth(lead))];
  const indent = " ".repeat(unicodeWidth(lead));
  if (labelled !== undefined && labelled !== labels[best]) {
    lines.push(`${indent}labelled ${visibleLine(labelled)}`);
  }
  if (attended !== null && words > 0) {
    const unknown = new Set(attended.words.filter((_, i) => !attended.known[i]));
    const shown = topWords(attended.words, attended.weights, words).map(([word, weight]) =>
      `${visibleLine(word)}${unknown.has(word) ? " (unknown)" : ""} ${fixed(weight, 2)}`
    );
    lines.push(indent + shown.join(", "));
  }
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** The prediction as a line of JSON. */
export function predictionJson(predicted: PredictedText, labels: readonly string[]): string {
  const { text, probabilities, attended, labelled } = predicted;
  const best = mostProbable(probabilities);
  return `${
    jsonLine({
      text,
      label: labels[best],
      ...(labelled === undefined ? {} : { labelled }),
      probability: rounded(probabilities[best] ?? NaN),
      probabilities: Object.fromEntries(
        labels.map((label, i) => [label, rounded(probabilities[i] ?? NaN)]),
      ),
      words: attended === null ? null : attended.words.map((word, i) => ({
        word,
        weight: rounded(attended.weights[i] ?? NaN),
        known: attended.known[i] ?? false,
      })),
    })
  }\n`;
}

/** Returns the index of the largest probability; of equal ones, the first. */
function mostProbable(probabilities: readonly number[]): number {
  return probabilities.reduce((best, p, i) => p > (probabilities[best] ?? -1) ? i : best, 0);
}

/** The words with the largest weights, each once; of equal weights, the first. */
export function topWords(
  words: readonly string[],
  weights: readonly number[],
  count: number,
): [word: string, weight: number][] {
  const sums = new Map<string, number>();
  words.forEach((word, i) => sums.set(word, (sums.get(word) ?? 0) + (weights[i] ?? 0)));
  return [...sums].sort(([, a], [, b]) => b - a).slice(0, count);
}

/** The decimals of a number in JSON. The computed ones have about seven digits. */
const DECIMALS = 6;

function rounded(value: number): number {
  return Number(value.toFixed(DECIMALS));
}

/** A probability as a percentage of constant width: `" 97.3 %"`. */
function percent(probability: number): string {
  return `${fixed(100 * probability, 1).padStart(5)} %`;
}

/** Cuts a text to a number of columns. */
function cut(text: string, columns: number): string {
  if (unicodeWidth(text) <= columns) return text;
  let found = "";
  let width = 0;
  for (const character of text) {
    width += unicodeWidth(character);
    if (width >= columns) break;
    found += character;
  }
  return `${found}\u2026`;
}
