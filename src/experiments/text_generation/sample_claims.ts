import { mean } from "../../statistics/descriptive.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { CHARACTERS, type CharactersPart, qualityOf } from "./characters.ts";
import { overlapOf } from "./numbers.ts";
import type { Context } from "./parameters.ts";

/** The strategies over which networks are compared, by what a reader calls them. */
const usual = {
  Balanced: "temperature 1 alone",
  "Top-K": "top-k alone",
  "Top-P": "top-p alone",
} as const;

/** The others. */
const others = {
  Greedy: "always the likeliest character (greedy)",
  Conservative: "temperature 0.7 alone",
  Creative: "temperature 1.3 alone",
} as const;

/** Strategies that are described by how far their texts are from the text itself. */
const described = {
  greedy: "Greedy",
  conservative: "Conservative",
  balanced: "Balanced",
  "top-k": "Top-K",
  "top-p": "Top-P",
} as const;

/**
 * Records what is claimed of strategies and networks, how far texts are from the text itself, and how
 * much they repeat.
 *
 * @param context The run.
 * @param parts What each seed gave.
 */
export function claimSamples(context: Context, parts: readonly CharactersPart[]): void {
  const overlap = overlapOf(parts[0]?.documents);
  describe(context, parts, overlap);
  const gain = (network: Architecture, strategy: string, than: string) => (part: CharactersPart) =>
    distance(part, network, than) - distance(part, network, strategy);
  const over = (strategy: string, than: string) => (part: CharactersPart): number =>
    mean(architectures.map((network) => gain(network, strategy, than)(part)));
  const closer = (strategy: string): MeasuredClaim => ({
    of: over(strategy, "Conservative"),
    others: {
      "compared with temperature 1": over(strategy, "Balanced"),
      "compared with the likeliest characters (greedy)": over(strategy, "Greedy"),
      ...Object.fromEntries(architectures.map((network) => {
        return [`the ${network} alone`, gain(network, strategy, "Conservative")];
      })),
    },
  });
  const nearer = (strategy: string) => (part: CharactersPart): number =>
    distance(part, "RNN", strategy) - distance(part, "LSTM", strategy);
  const more = (strategy: string, than: string) => (part: CharactersPart): number =>
    gain("RNN", strategy, than)(part) - gain("LSTM", strategy, than)(part);
  const judged: Record<string, MeasuredClaim> = {
    "top-k-over-temperature": closer("Top-K"),
    "top-p-over-temperature": closer("Top-P"),
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

/** How far texts are from the text itself in what the judge finds, in bits per character. */
function distance(
  { networks, own }: CharactersPart,
  network: Architecture,
  strategy: string,
): number {
  const { judged } = qualityOf(networks[network].quality, strategy);
  return judged === null || own.judged === null ? NaN : Math.abs(judged - own.judged);
}

/** Records, of strategies and of the text itself, what has no verdict. */
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

/** A claim's measure in each seed, and what it is under other conventions. */
interface MeasuredClaim {
  readonly of: (part: CharactersPart) => number;
  readonly others: Readonly<Record<string, (part: CharactersPart) => number>>;
}
