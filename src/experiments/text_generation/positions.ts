import { curveColumns, curveLayers, curveRows } from "../curves.ts";
import type { CharactersPart } from "./characters.ts";
import { contexts, LONGEST } from "./context_losses.ts";
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
  recordWords(context, sentences);
  recordCharacters(context, characters);
  context.claim({
    id: "context",
    statement:
      `The LSTM foresees a character better with ${LONGEST} before it known than with the ` +
      `${SEEN} that a 5-gram model sees.`,
    measure:
      `bits per character with ${LONGEST} known over those of the same characters with ${SEEN}`,
    estimate: ratio(
      context,
      "context",
      characters.map(({ byContext }) => {
        return (byContext.at(-1) ?? NaN) / (byContext[contexts.indexOf(SEEN)] ?? NaN);
      }),
    ),
    threshold: { relation: "below", value: 1 },
  });
}

function recordWords(context: Context, parts: readonly SentencesPart[]): void {
  const id = "position-sentences";
  const y = { label: "perplexity" };
  // As far as every seed has a sentence that is long enough.
  const length = Math.min(...parts.map(({ byStep }) => byStep.length));
  context.table({
    id,
    title: "Perplexity by position in a held-out sentence, after the last epoch",
    columns: [{ name: "position", label: "position" }, ...curveColumns(y)],
    rows: curveRows(
      Array.from({ length }, (_, i) => i + 1),
      parts.map(({ byStep }) => byStep.map((loss) => loss === null ? NaN : Math.exp(loss))),
      { statistic: "geometric-mean", random: context.random("bootstrap", id) },
    ),
  });
  context.figure({
    id,
    kind: "chart",
    title: "Words by position",
    caption: "Perplexity of the word at a position of a held-out sentence, after the last epoch; " +
      "the ends of sentences count as words. Only positions that held-out sentences of every seed " +
      `have. Geometric mean over ${context.seeds.length} seeds; bands: 95 % intervals.`,
    alt: "The perplexity on a log axis against the position in a sentence, a line with a band.",
    x: { label: "position in the sentence", unit: "words", scale: "linear" },
    y: { ...y, scale: "log" },
    layers: curveLayers(id, "position"),
  });
}

function recordCharacters(context: Context, parts: readonly CharactersPart[]): void {
  const id = "context-characters";
  const y = { label: "loss", unit: "bits per character" };
  context.table({
    id,
    title: "Bits per character by how many before it are known",
    columns: [{ name: "known", label: "characters known" }, ...curveColumns(y)],
    rows: curveRows(contexts, parts.map(({ byContext }) => byContext.map(bits)), {
      random: context.random("bootstrap", id),
    }),
  });
  context.figure({
    id,
    kind: "chart",
    title: "Characters by context",
    caption: "Bits of held-out characters, at every point the same ones, by how many characters " +
      "before each are known; before those the state is 0, from which training seldom starts, so " +
      `that the first ones also pay for that. Mean over ${context.seeds.length} seeds; bands: 95 % ` +
      "intervals. Rules: n-gram models on the held-out text.",
    alt:
      "The bits per character against the number of characters that are known, on a log axis, a " +
      "line with a band, and levels, those of the unigram, bigram and 5-gram models.",
    x: { label: "characters known", scale: "log" },
    y: { ...y, scale: "linear" },
    layers: [...baselineRules(parts), ...curveLayers(id, "known")],
  });
}
