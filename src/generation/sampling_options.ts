import { InputError } from "../core/errors.ts";
import { positiveInteger } from "../core/shapes.ts";

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

const known = ["temperature", "topK", "topP", "minP", "repetitionPenalty"];

/**
 * Checks options and fills in what was left out.
 *
 * @throws {InputError} On an option that there is not, and on a wrong one, naming what it must be
 *   and what it is.
 */
export function resolveSampling(options: SamplingOptions): ResolvedSampling {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new InputError("an option of sampling", `one of ${known.join(", ")}`, unknown);
  }
  const { temperature = 1, topK, topP, minP, repetitionPenalty = 1 } = options;
  if (!(temperature >= 0 && temperature < Infinity)) {
    throw new InputError("temperature", "a finite number of at least 0", temperature);
  }
  if (topK !== undefined) positiveInteger("topK", topK);
  if (topP !== undefined && !(topP > 0 && topP <= 1)) {
    throw new InputError("topP", "a number above 0 and at most 1", topP);
  }
  if (minP !== undefined && !(minP >= 0 && minP <= 1)) {
    throw new InputError("minP", "a number from 0 to 1", minP);
  }
  if (!(repetitionPenalty > 0 && repetitionPenalty < Infinity)) {
    throw new InputError("repetitionPenalty", "a finite number above 0", repetitionPenalty);
  }
  return {
    temperature,
    topK: topK ?? null,
    topP: topP === undefined || topP === 1 ? null : topP,
    minP: minP ?? null,
    repetitionPenalty,
  };
}
