import { checkOptions, type OptionNames } from "../core/options.ts";
import { checkNumber, positiveInteger } from "../core/shapes.ts";

/**
 * How a token is chosen from logits. What is given acts in this order: repetition penalty,
 * temperature, top-k, top-p, min-p.
 */
export interface SamplingOptions {
  /** Logits are divided by it; by default 1. At 0 the likeliest token is chosen. */
  readonly temperature?: number;
  /** Only so many of the likeliest tokens are kept (Fan et al., 2018). */
  readonly topK?: number;
  /**
   * Only the likeliest tokens are kept, until their probabilities add up to more than this; the
   * token that crosses it is kept (Holtzman et al., 2020). 1 keeps all.
   */
  readonly topP?: number;
  /** Tokens below this share of the likeliest token's probability go (Nguyen et al., 2025). */
  readonly minP?: number;
  /**
   * Logits of tokens that were there before are divided by it where they are above 0 and
   * multiplied by it where below, so that above 1 it always discourages; by default 1. Keskar et
   * al. (2019), section 4.1, divide negative ones too, which would encourage them.
   */
  readonly repetitionPenalty?: number;
}

/** Every option with its value; `null` where nothing is cut. */
export interface ResolvedSampling {
  /** As in {@link SamplingOptions}. */
  readonly temperature: number;
  /** As in {@link SamplingOptions}. */
  readonly topK: number | null;
  /** As in {@link SamplingOptions}. */
  readonly topP: number | null;
  /** As in {@link SamplingOptions}. */
  readonly minP: number | null;
  /** As in {@link SamplingOptions}. */
  readonly repetitionPenalty: number;
}

const names: OptionNames<SamplingOptions> = {
  temperature: true,
  topK: true,
  topP: true,
  minP: true,
  repetitionPenalty: true,
};

/**
 * Checks options and fills in what was left out.
 *
 * @param options What was given.
 * @returns All options.
 * @throws {InputError} On an unknown option, and on a wrong one, naming what it must be and what it
 *   is.
 */
export function resolveSampling(options: SamplingOptions): ResolvedSampling {
  checkOptions("sampling", options, names);
  const { temperature = 1, topK, topP, minP, repetitionPenalty = 1 } = options;
  const isFinite = (least: number) => (value: number) => value >= least && value < Infinity;
  checkNumber("temperature", temperature, "a finite number of at least 0", isFinite(0));
  if (topK !== undefined) positiveInteger("topK", topK);
  if (topP !== undefined) {
    checkNumber("topP", topP, "a number above 0 and at most 1", (value) => value > 0 && value <= 1);
  }
  if (minP !== undefined) {
    checkNumber("minP", minP, "a number from 0 to 1", (value) => value >= 0 && value <= 1);
  }
  const positive = isFinite(Number.MIN_VALUE);
  checkNumber("repetitionPenalty", repetitionPenalty, "a finite number above 0", positive);
  return {
    temperature,
    topK: topK ?? null,
    topP: topP === undefined || topP === 1 ? null : topP,
    minP: minP ?? null,
    repetitionPenalty,
  };
}
