import { mean } from "../../analysis/statistics.ts";
import { curveColumns, curveLayers, curveRows } from "../curves.ts";
import type { CharactersPart } from "./characters.ts";
import { baselineRules } from "./curves.ts";
import type { Context } from "./parameters.ts";
import { bits, ratio } from "./scores.ts";
import type { SentencesPart } from "./sentences.ts";

/** The characters that a 5-gram model sees. */
const SEEN = 4;

/** Records what a longer context is worth. */
export function recordPositions(
  context: Context,
  sentences: readonly SentencesPart[],
  characters: readonly CharactersPart[],
): void {
  const n = context.seeds.length;
  const words = "position-sentences";
  const position = { name: "position", label: "position" };
  const perplexity = { label: "perplexity" };
  context.table({
    id: words,
    title: "Perplexity by position in a held-out sentence, after the last epoch",
    columns: [position, ...curveColumns(perplexity)],
    rows: curveRows(
      placesOf(sentences),
      sentences.map(({ byStep }) => byStep.map((loss) => loss === null ? NaN : Math.exp(loss))),
      { statistic: "geometric-mean", random: context.random("bootstrap", words) },
    ),
  });
  context.figure({
    id: words,
    kind: "chart",
    title: "Words by position",
    caption: "Perplexity of the word at a position of a held-out sentence, after the last epoch; " +
      `only positions that held-out sentences of every seed have. Geometric mean over ${n} seeds; ` +
      "bands: 95 % intervals. The ends of sentences count as words.",
    alt: "The perplexity on a log axis against the position in a sentence, a line with a band.",
    x: { label: "position in the sentence", unit: "words", scale: "linear" },
    y: { ...perplexity, scale: "log" },
    layers: curveLayers(words, "position"),
  });
  const text = "position-characters";
  const loss = { label: "loss", unit: "bits per character" };
  context.table({
    id: text,
    title: "Bits per character by position after a state of 0",
    columns: [position, ...curveColumns(loss)],
    rows: curveRows(
      placesOf(characters),
      characters.map(({ byStep }) => byStep.map((value) => bits(value ?? NaN))),
      { random: context.random("bootstrap", text) },
    ),
  });
  context.figure({
    id: text,
    kind: "chart",
    title: "Characters by position",
    caption: "Bits of a held-out character when so many before it are known, the state being 0 " +
      `before them. Mean over ${n} seeds; bands: 95 % intervals. Rules: n-gram models.`,
    alt: "The bits per character against the number of characters that are known, a line with a " +
      "band that falls steeply at first, and levels, those of the unigram, bigram and 5-gram models.",
    x: { label: "characters known", scale: "linear" },
    y: { ...loss, scale: "linear" },
    layers: [...baselineRules(characters), ...curveLayers(text, "position")],
  });
  claimContext(context, characters);
}

function claimContext(context: Context, parts: readonly CharactersPart[]): void {
  const positions = parts[0]?.byStep.length ?? 0;
  const half = Math.floor(positions / 2);
  context.claim({
    id: "context",
    statement:
      `The LSTM's foresight of a character grows with more than the ${SEEN} before it that ` +
      "a 5-gram model sees.",
    measure:
      `bits per character with ${half + 1} to ${positions} characters known, over those with ` +
      `${SEEN}`,
    estimate: ratio(
      context,
      "context",
      parts.map(({ byStep }) => {
        const later = byStep.slice(half).map((value) => value ?? NaN);
        return mean(later) / (byStep[SEEN - 1] ?? NaN);
      }),
    ),
    threshold: { relation: "below", value: 1 },
  });
}

/** Positions from 1 on, as far as every part goes. */
function placesOf(parts: readonly { readonly byStep: readonly unknown[] }[]): number[] {
  const length = Math.min(...parts.map(({ byStep }) => byStep.length));
  return Array.from({ length }, (_, i) => i + 1);
}
