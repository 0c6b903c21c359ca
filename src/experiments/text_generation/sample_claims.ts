import { mean } from "../../statistics/descriptive.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { CHARACTERS, type CharactersPart, qualityOf } from "./characters.ts";
import { overlapOf } from "./numbers.ts";
import type { Context } from "./parameters.ts";

/** The strategies whose mean tells how good a network is. */
const usual = ["Balanced", "Top-K", "Top-P"] as const;

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
  const gain = (part: CharactersPart, network: Architecture, strategy: string): number =>
    distance(part, network, "Balanced") - distance(part, network, strategy);
  const over = (part: CharactersPart, strategy: string): number =>
    mean(architectures.map((network) => gain(part, network, strategy)));
  const closer = (strategy: string): MeasuredClaim => ({
    of: (part) => over(part, strategy),
    others: { "the LSTM alone": (part) => gain(part, "LSTM", strategy) },
  });
  const nearer = (strategy: string, network: Architecture) => (part: CharactersPart): number =>
    distance(part, "RNN", strategy) - distance(part, network, strategy);
  const judged: Record<string, MeasuredClaim> = {
    "top-k-closer": closer("Top-K"),
    "top-p-closer": closer("Top-P"),
    "quality-network": {
      of: (part) => mean(usual.map((strategy) => nearer(strategy, "LSTM")(part))),
      others: Object.fromEntries(usual.map((name) => [`${name} alone`, nearer(name, "LSTM")])),
    },
    "quality-interaction": {
      of: (part) => gain(part, "RNN", "Top-P") - gain(part, "LSTM", "Top-P"),
      others: {
        "top-k in place of top-p": (part) =>
          gain(part, "RNN", "Top-K") - gain(part, "LSTM", "Top-K"),
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
