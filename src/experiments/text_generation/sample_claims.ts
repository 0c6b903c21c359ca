import { mean } from "../../analysis/statistics.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { type CharactersPart, qualityOf } from "./characters.ts";
import { overlapOf } from "./numbers.ts";
import type { Context } from "./parameters.ts";

/** The strategies whose mean tells how good a network is. */
const usual = ["Balanced", "Top-K", "Top-P"] as const;

/**
 * Records what is claimed of strategies and networks, and what a lower temperature alone does.
 *
 * @param context The run.
 * @param parts What each seed gave.
 */
export function claimSamples(context: Context, parts: readonly CharactersPart[]): void {
  const overlap = overlapOf(parts[0]?.documents);
  const distance = (
    { networks, own }: CharactersPart,
    network: Architecture,
    strategy: string,
    measure: "judged" | "repeated",
  ): number => {
    const value = qualityOf(networks[network].quality, strategy)[measure];
    return value === null || own[measure] === null ? NaN : Math.abs(value - own[measure]);
  };
  const gain = (
    part: CharactersPart,
    network: Architecture,
    strategy: string,
    measure: "judged" | "repeated",
  ): number =>
    distance(part, network, "Balanced", measure) - distance(part, network, strategy, measure);
  const over = (part: CharactersPart, strategy: string, measure: "judged" | "repeated"): number =>
    mean(architectures.map((network) => gain(part, network, strategy, measure)));
  for (const [name, strategy] of [["top-k", "Top-K"], ["top-p", "Top-P"]] as const) {
    context.claim(`${name}-repetition`, {
      ...{ overlap, values: parts.map((part) => over(part, strategy, "repeated")) },
      alternatives: [{
        name: "the LSTM alone",
        values: parts.map((part) => gain(part, "LSTM", strategy, "repeated")),
      }],
    });
  }
  if (parts.every(({ own }) => own.judged !== null)) {
    context.metric({
      ...{ id: "conservative-closer", unit: "bits per character", overlap },
      label: "how much closer to the text itself a temperature of 0.7 is than one of 1",
      values: parts.map((part) => over(part, "Conservative", "judged")),
    });
  }
  const closer = (strategy: string): MeasuredClaim => ({
    of: (part) => over(part, strategy, "judged"),
    others: { "the LSTM alone": (part) => gain(part, "LSTM", strategy, "judged") },
  });
  const nearer = (strategy: string, network: Architecture) => (part: CharactersPart): number =>
    distance(part, "RNN", strategy, "judged") - distance(part, network, strategy, "judged");
  const judged: Record<string, MeasuredClaim> = {
    "top-k-closer": closer("Top-K"),
    "top-p-closer": closer("Top-P"),
    "quality-network": {
      of: (part) => mean(usual.map((strategy) => nearer(strategy, "LSTM")(part))),
      others: Object.fromEntries(usual.map((name) => [`${name} alone`, nearer(name, "LSTM")])),
    },
    "quality-interaction": {
      of: (part) => gain(part, "RNN", "Top-P", "judged") - gain(part, "LSTM", "Top-P", "judged"),
      others: {
        "top-k in place of top-p": (part) =>
          gain(part, "RNN", "Top-K", "judged") - gain(part, "LSTM", "Top-K", "judged"),
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

/** A claim's measure in each seed, and what it is under other conventions. */
interface MeasuredClaim {
  readonly of: (part: CharactersPart) => number;
  readonly others: Readonly<Record<string, (part: CharactersPart) => number>>;
}
