import { estimate } from "../../analysis/estimate.ts";
import { type Cell, curveColumns } from "../curves.ts";
import { intervalCells, intervalLayer } from "../intervals.ts";
import { CHARACTERS, type CharactersPart } from "./characters.ts";
import type { Context } from "./parameters.ts";
import type { Sample, Variety } from "./samples.ts";
import { type SentencesPart, WORDS } from "./sentences.ts";

interface Generated {
  readonly samples: readonly Sample[];
  readonly variety: readonly Variety[];
}

const texts = {
  words: `words, n-grams of ${WORDS}`,
  characters: `characters, n-grams of ${CHARACTERS}`,
};

/** Records what was generated, and how varied it is. */
export function recordSamples(
  context: Context,
  sentences: readonly SentencesPart[],
  characters: readonly CharactersPart[],
): void {
  recordTable(
    context,
    "samples-sentences",
    "What the model of the sentences goes on with",
    sentences,
  );
  recordTable(
    context,
    "samples-characters",
    "What the model of the characters goes on with",
    characters,
  );
  recordVariety(context, "repeated", sentences, characters);
  recordVariety(context, "distinct", sentences, characters);
  claimVariety(context, characters);
}

function recordTable(
  context: Context,
  id: string,
  title: string,
  parts: readonly Generated[],
): void {
  const samples = parts[0]?.samples ?? [];
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
        return [strategy, `${prompt.trim()} ▸ ${shown(text)}`];
      })
    ),
  });
}

/** A text on one line. */
function shown(text: string): string {
  const line = text.replace(/\n+/g, " ¶ ").trim();
  return line === "" ? "(the end)" : line;
}

const measures = {
  repeated: {
    title: "Repetition",
    label: "share of n-grams that were there before",
    text: "Share of a text's n-grams that it had before (seq-rep-n, Welleck et al., 2020), mean " +
      "over the prompts",
  },
  distinct: {
    title: "Variety",
    label: "share of n-grams that are different",
    text:
      "Different n-grams of all texts of a strategy over all their n-grams (distinct-n, after Li " +
      "et al., 2016, who divide by tokens); texts differ in length, and longer ones repeat more",
  },
} as const;

function recordVariety(
  context: Context,
  measure: keyof typeof measures,
  sentences: readonly Generated[],
  characters: readonly Generated[],
): void {
  const { title, label, text } = measures[measure];
  const strategies = characters[0]?.variety.map(({ strategy }) => strategy) ?? [];
  const rows = ([[texts.words, sentences], [texts.characters, characters]] as const)
    .flatMap(([name, parts]) =>
      strategies.map((strategy): Cell[] => {
        const values = valuesOf(parts, strategy, measure).filter((value) => !Number.isNaN(value));
        const random = context.random("bootstrap", measure, name, strategy);
        const cells = values.length > 0 ? intervalCells(values, { random }) : [null, null, null];
        return [name, strategy, ...cells, values.length];
      })
    );
  context.table({
    id: measure,
    title: `${title} by strategy`,
    columns: [
      { name: "text", label: "text" },
      { name: "strategy", label: "strategy" },
      ...curveColumns({ label }),
      { name: "seeds", label: "seeds with texts that are long enough" },
    ],
    rows,
  });
  context.figure({
    id: measure,
    kind: "chart",
    title: `${title} by strategy`,
    caption: `${text}. Mean over the seeds, ${context.seeds.length} at most, in which a text is ` +
      "long enough; lines: 95 % intervals.",
    alt: `Two charts, words and characters: for each of ${strategies.join(", ")} the ${label}, a ` +
      "symbol with an interval.",
    x: { label, scale: "linear", domain: [0, 1] },
    y: { label: "strategy", scale: "category", categories: strategies },
    facet: "text",
    layers: [intervalLayer(measure, "strategy")],
  });
}

/** A value for each seed; NaN where no text is long enough. */
function valuesOf(
  parts: readonly Generated[],
  strategy: string,
  measure: "repeated" | "distinct",
): number[] {
  return parts.map(({ variety }) =>
    variety.find((one) => one.strategy === strategy)?.[measure] ?? NaN
  );
}

function claimVariety(context: Context, characters: readonly Generated[]): void {
  const greedy = valuesOf(characters, "Greedy", "repeated");
  for (const strategy of ["Top-K", "Top-P"]) {
    const id = `repeats-less-${strategy.toLowerCase()}`;
    const others = valuesOf(characters, strategy, "repeated");
    context.claim({
      id,
      statement:
        `Of the model of characters, ${strategy} texts repeat themselves less than greedy ones.`,
      source: strategy === "Top-K" ? "Fan et al. (2018)" : "Holtzman et al. (2020)",
      measure:
        `share of repeated ${CHARACTERS}-grams of characters in greedy texts minus that in ` +
        "the sampled ones",
      estimate: estimate(
        greedy.map((value, i) => value - (others[i] ?? NaN)),
        { random: context.random("bootstrap", id) },
      ),
      threshold: { relation: "above", value: 0 },
    });
  }
}
