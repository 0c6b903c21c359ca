import { mean } from "../../statistics/descriptive.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { characterStrategies } from "./samples.ts";
import { CHARACTERS, type CharactersPart, OWN, qualityOf } from "./characters.ts";
import { JUDGE_ORDER } from "./baselines.ts";
import { type Context, overlapOf } from "./parameters.ts";
import { type SentencesPart, WORDS, wordStrategies } from "./sentences.ts";

/**
 * Records the generated texts and measures of their quality.
 *
 * @param context The run.
 * @param sentences The findings of each seed on the sentences.
 * @param characters The findings of each seed on the characters.
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

/** A row of a table of samples. */
interface Shown {
  readonly prompt: string;
  readonly strategy: string;
  readonly text: string;
}

/** Records a table of generated texts of the first seed. */
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

/** Formats a text on one line. */
function shown(text: string): string {
  const line = text.replace(/\n+/g, " ¶ ").trim();
  return line === "" ? "(the end)" : line;
}

/** Records how much the texts of words repeat themselves, and their length. */
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

/** The name of the series of the novel's own text. */
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

/** Records a measure of quality of the texts of characters, by strategy. */
function recordQuality(
  context: Context,
  parts: readonly CharactersPart[],
  measure: keyof typeof measures,
): void {
  if (parts.some(({ own }) => own[measure] === null)) return;
  const { title, label, unit, see, how, strategies: drawn } = measures[measure];
  const { seeds, parameters: { prompts, characterGenerated } } = context;
  const strategies = [...drawn.map(({ name }) => name), OWN];
  const valuesOf = (of: (part: CharactersPart) => number | null): number[] =>
    parts.map((part) => of(part) ?? NaN);
  context.intervals({
    id: `${measure}-characters`,
    title,
    names: [{ name: "strategy", label: "strategy" }, { name: "network", label: "network" }],
    value: { label, ...(unit === undefined ? {} : { unit }) },
    rows: [
      ...drawn.flatMap(({ name }) =>
        architectures.map((network) => ({
          names: [name, network],
          values: valuesOf(({ networks }) => qualityOf(networks[network].quality, name)[measure]),
        }))
      ),
      { names: [OWN, AUTHOR], values: valuesOf(({ own }) => own[measure]) },
    ],
    figure: {
      title,
      caption:
        `${see} ${how} Texts of ${characterGenerated} characters after ${prompts} held-out ` +
        `beginnings in each of ${seeds.length} seeds, n = ${seeds.length}; lines: 95 % intervals, ` +
        "without allowance for overlapping splits.",
      alt:
        `For each of ${
          strategies.join(", ")
        } the ${label}, a symbol with an interval for each of ` +
        "RNN, LSTM and GRU.",
      y: "strategy",
      series: { column: "network", label: "writer" },
    },
  });
}

/** The strategies over which networks are averaged for comparison, by name. */
const usual = {
  Balanced: "temperature 1 alone",
  "Top-K": "top-k alone",
  "Top-P": "top-p alone",
} as const;

/** The other strategies. */
const others = {
  Greedy: "always the likeliest character (greedy)",
  Conservative: "temperature 0.7 alone",
  Creative: "temperature 1.3 alone",
} as const;

/** The strategies whose distance from the novel's own text is described. */
const described = {
  greedy: "Greedy",
  conservative: "Conservative",
  balanced: "Balanced",
  "top-k": "Top-K",
  "top-p": "Top-P",
} as const;

/**
 * Records the claims about strategies and networks, the distance of generated texts from the
 * novel's, and how much they repeat themselves.
 *
 * @param context The run.
 * @param parts The findings of each seed.
 */
export function claimSamples(context: Context, parts: readonly CharactersPart[]): void {
  const overlap = overlapOf(parts[0]?.documents);
  describe(context, parts, overlap);
  const gain = (network: Architecture, strategy: string, than: string) => (part: CharactersPart) =>
    distance(part, network, than) - distance(part, network, strategy);
  const nearer = (strategy: string) => (part: CharactersPart): number =>
    distance(part, "RNN", strategy) - distance(part, "LSTM", strategy);
  const more = (strategy: string, than: string) => (part: CharactersPart): number =>
    gain("RNN", strategy, than)(part) - gain("LSTM", strategy, than)(part);
  const judged: Record<string, MeasuredClaim> = {
    "predictability-network": {
      of: (part) => mean(Object.keys(usual).map((strategy) => nearer(strategy)(part))),
      others: Object.fromEntries(
        Object.entries({ ...usual, ...others }).map(([strategy, name]) => [name, nearer(strategy)]),
      ),
    },
    "predictability-interaction": {
      of: more("Top-P", "Balanced"),
      others: {
        "top-k in place of top-p": more("Top-K", "Balanced"),
        "temperature 0.7 in place of top-p": more("Conservative", "Balanced"),
      },
    },
  };
  for (const [id, { of, others }] of Object.entries(judged)) {
    if (parts.some(({ own }) => own.judged === null)) {
      context.unmeasured(id, "no text is left after maxCharacters that a judge could learn from");
      continue;
    }
    context.claim(id, {
      ...{ overlap, values: parts.map(of) },
      alternatives: Object.entries(others).map(([name, other]) => {
        return { name, values: parts.map(other) };
      }),
    });
  }
}

/**
 * Computes the distance of generated texts from the novel's: the absolute difference in the loss of
 * the judge, in bits per character.
 */
function distance(
  { networks, own }: CharactersPart,
  network: Architecture,
  strategy: string,
): number {
  const { judged } = qualityOf(networks[network].quality, strategy);
  return judged === null || own.judged === null ? NaN : Math.abs(judged - own.judged);
}

/** Records estimates without verdicts for strategies and for the novel's own text. */
function describe(
  context: Context,
  parts: readonly CharactersPart[],
  overlap: number,
): void {
  const over = (of: (network: Architecture) => number): number => mean(architectures.map(of));
  const isJudged = parts.every(({ own }) => own.judged !== null);
  for (const [id, strategy] of Object.entries(described)) {
    const repeated = (part: CharactersPart) => (network: Architecture) =>
      qualityOf(part.networks[network].quality, strategy).repeated;
    context.metric({
      ...{ id: `${id}-repeated`, statistic: "mean", overlap },
      label: `share of repeated ${CHARACTERS}-grams in texts of ${strategy}, over the networks`,
      values: parts.map((part) => over(repeated(part))),
    });
    if (!isJudged) continue;
    context.metric({
      ...{ id: `${id}-distance`, unit: "bits per character", statistic: "mean", overlap },
      label: `how far texts of ${strategy} are from the text itself, over the networks`,
      values: parts.map((part) => over((network) => distance(part, network, strategy))),
    });
  }
  for (const [id, strategy] of Object.entries({ "top-k": "Top-K", "top-p": "Top-P" })) {
    if (!isJudged) break;
    const nearer = (part: CharactersPart) => (network: Architecture) =>
      distance(part, network, "Conservative") - distance(part, network, strategy);
    context.metric({
      ...{ id: `${id}-over-temperature`, unit: "bits per character", statistic: "mean", overlap },
      label: `how far texts of Conservative are from the text itself, less those of ${strategy}`,
      values: parts.map((part) => over(nearer(part))),
    });
  }
  context.metric({
    ...{ id: "own-repeated", statistic: "mean", overlap },
    label: `share of repeated ${CHARACTERS}-grams in the text itself`,
    values: parts.map(({ own }) => own.repeated),
  });
  if (!isJudged) return;
  context.metric({
    ...{ id: "own-judged", unit: "bits per character", statistic: "mean", overlap },
    label: "what the judge needs for the text itself",
    values: parts.map(({ own }) => own.judged ?? NaN),
  });
}

/** The measure of a claim in each seed, also under other conventions. */
interface MeasuredClaim {
  readonly of: (part: CharactersPart) => number;
  readonly others: Readonly<Record<string, (part: CharactersPart) => number>>;
}
