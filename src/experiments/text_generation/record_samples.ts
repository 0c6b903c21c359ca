import { mean } from "../../statistics/descriptive.ts";
import { architectures } from "../architectures.ts";
import { type Cell, curveColumns } from "../../harness/curves.ts";
import { intervalCells, intervalLayer } from "../../harness/intervals.ts";
import { characterStrategies } from "./character_strategies.ts";
import { CHARACTERS, type CharactersPart, OWN, qualityOf } from "./characters.ts";
import { JUDGE_ORDER } from "./judge.ts";
import type { Context } from "./parameters.ts";
import { type SentencesPart, WORDS, wordStrategies } from "./sentences.ts";

/**
 * Records what was generated, and how good it is.
 *
 * @param context The run.
 * @param sentences What each seed gave on the sentences.
 * @param characters What each seed gave on the characters.
 */
export function recordSamples(
  context: Context,
  sentences: readonly SentencesPart[],
  characters: readonly CharactersPart[],
): void {
  recordTable(
    context,
    ["samples-sentences", "How the model of the sentences continues"],
    sentences[0]?.samples ?? [],
  );
  recordTable(
    context,
    ["samples-characters", "How the LSTM of characters continues, and the text itself"],
    (characters[0]?.shown ?? []).map((one) => ({ ...one, prompt: `…${one.prompt}` })),
  );
  recordWords(context, sentences);
  recordQuality(context, characters, "judged");
  recordQuality(context, characters, "repeated");
}

/** What a row of a table of samples is made of. */
interface Shown {
  readonly prompt: string;
  readonly strategy: string;
  readonly text: string;
}

function recordTable(
  context: Context,
  [id, title]: readonly [string, string],
  samples: readonly Shown[],
): void {
  const prompts = [...new Set(samples.map(({ prompt }) => prompt))];
  context.table({
    id,
    title: `${title}, seed ${context.seeds[0]}`,
    columns: [
      { name: "strategy", label: "strategy" },
      { name: "text", label: "prompt ▸ what follows" },
    ],
    rows: prompts.flatMap((wanted) =>
      samples.filter(({ prompt }) => prompt === wanted).map(({ prompt, strategy, text }) => {
        return [strategy, `${shown(prompt)} ▸ ${shown(text)}`];
      })
    ),
  });
}

/** A text on one line. */
function shown(text: string): string {
  const line = text.replace(/\n+/g, " ¶ ").trim();
  return line === "" ? "(the end)" : line;
}

/** Records how much the texts of words repeat, and how long they are. */
function recordWords(context: Context, parts: readonly SentencesPart[]): void {
  const label = "share of bigrams that were there before";
  const prompts = (parts[0]?.samples.length ?? 0) / wordStrategies.length;
  context.intervals({
    id: "repeated-words",
        title: "Repetition of words by strategy",
    names: [{ name: "strategy", label: "strategy" }],
    value: { label },
    more: [
      { name: "texts", label: `texts of ${WORDS} words or more, of all seeds` },
      { name: "words", label: "words of a text, mean" },
    ],
    rows: wordStrategies.map(({ name }) => {
      const each = parts.map(({ samples }) => samples.filter(({ strategy }) => strategy === name));
      const texts = each.flat();
      const long = texts.filter(({ repeated }) => repeated !== null).length;
      return {
        names: [`${name} (n = ${long})`],
        values: each.map((own) => mean(own.map(({ repeated }) => repeated ?? 0))),
        more: [long, mean(texts.map(({ tokens }) => tokens))],
      };
    }),
    figure: {
          title: "Words: repetition by strategy",
    caption:
      "Compare the strategies, and mind how many texts are long enough to repeat anything: " +
      `n, of ${
        prompts * parts.length
      } texts of all seeds, have ${WORDS} words or more. Share of a ` +
      "text's bigrams that it had before (seq-rep-n, Welleck et al., 2020), 0 if it is shorter than " +
      `one; mean over ${prompts} prompts and ${context.seeds.length} seeds; lines: 95 % intervals, ` +
      "without allowance for overlapping splits.",
    alt: `For each of ${
      wordStrategies.map(({ name }) => name).join(", ")
    } the ${label}, a symbol ` +
      "with an interval.",
      x: { domain: [0, 1] },
      y: "strategy",
    },
  });
}

/** What the series of the text itself is called. */
const AUTHOR = "the author";

const measures = {
  judged: {
    title: "Characters: predictability by network and strategy",
    label: "loss of the judge",
    unit: "bits per character",
    see:
      "See how far texts are from the text itself: those to the right of it are less usual than " +
      "the novel, those to the left more usual.",
    how:
      `Bits per character under a Kneser-Ney ${JUDGE_ORDER}-gram model of later chapters that no ` +
      "network reads.",
    strategies: characterStrategies,
  },
  repeated: {
    title: "Characters: repetition by network and strategy",
    label: `share of ${CHARACTERS}-grams that were there before`,
    unit: undefined,
    see:
      "Compare with the text itself how little sampled texts repeat, and mind the axis: greedy " +
      "texts, which repeat most, are left out, so that the others can be told apart.",
    how:
      `Share of a text's ${CHARACTERS}-grams that it had before (seq-rep-n, Welleck et al., 2020).`,
    strategies: characterStrategies.filter(({ sampling }) => sampling.temperature !== 0),
  },
} as const;

function recordQuality(
  context: Context,
  parts: readonly CharactersPart[],
  measure: keyof typeof measures,
): void {
  if (parts.some(({ own }) => own[measure] === null)) return;
  const { title, label, unit, see, how, strategies: drawn } = measures[measure];
  const { seeds, parameters: { prompts, characterGenerated } } = context;
  const id = `${measure}-characters`;
  const y = { label, ...(unit === undefined ? {} : { unit }) };
  const strategies = [...drawn.map(({ name }) => name), OWN];
  const valuesOf = (of: (part: CharactersPart) => number | null): number[] =>
    parts.map((part) => of(part) ?? NaN);
  context.table({
    id,
    title,
    columns: [
      { name: "strategy", label: "strategy" },
      { name: "network", label: "network" },
      ...curveColumns(y),
    ],
    rows: [
      ...drawn.flatMap(({ name }) =>
        architectures.map((network): Cell[] => [
          ...[name, network],
          ...intervalCells(
            valuesOf(({ networks }) => qualityOf(networks[network].quality, name)[measure]),
          ),
        ])
      ),
      [OWN, AUTHOR, ...intervalCells(valuesOf(({ own }) => own[measure]))],
    ],
  });
  context.figure({
    id,
    kind: "chart",
    title,
    caption: `${see} ${how} Texts of ${characterGenerated} characters after ${prompts} held-out ` +
      `beginnings in each of ${seeds.length} seeds, n = ${seeds.length}; lines: 95 % intervals, ` +
      "without allowance for overlapping splits.",
    alt:
      `For each of ${strategies.join(", ")} the ${label}, a symbol with an interval for each of ` +
      "RNN, LSTM and GRU.",
    x: { ...y, scale: "linear" },
    y: { label: "strategy", scale: "category", categories: strategies },
    series: [...architectures, AUTHOR],
    seriesLabel: "writer",
    layers: [intervalLayer(id, "strategy", "network")],
  });
}
