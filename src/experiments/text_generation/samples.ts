import { distinctN, repeatedShare } from "../../analysis/diversity.ts";
import type { Random } from "../../core/random.ts";
import type { Tokenizer } from "../../data/text/tokenizer.ts";
import { generate, type GenerateOptions } from "../../generation/generate.ts";
import type { NamedStrategy } from "../../generation/strategies.ts";
import type { Model } from "../../model/model.ts";
import { mean } from "../../analysis/statistics.ts";

/** A text that was generated. */
export interface Sample {
  readonly prompt: string;
  readonly strategy: string;
  /** What follows the prompt. */
  readonly text: string;
}

/** How varied the texts of a strategy are. */
export interface Variety {
  readonly strategy: string;
  /** The share of n-grams of all texts that are different ones; `null` where there are none. */
  readonly distinct: number | null;
  /** The share of a text's n-grams that were there before, the mean over texts. */
  readonly repeated: number | null;
}

/** What is generated. */
export interface SampleSettings {
  readonly prompts: readonly string[];
  readonly strategies: readonly NamedStrategy[];
  /** The n of the n-grams that are counted. */
  readonly ngram: number;
  readonly options: GenerateOptions;
}

/**
 * Generates a text for each prompt by each strategy, all as one batch.
 *
 * @param random Each text draws from a fork of its own.
 */
export async function drawSamples(
  model: Model,
  tokenizer: Tokenizer,
  { prompts, strategies, ngram, options }: SampleSettings,
  random: Random,
): Promise<{ samples: Sample[]; variety: Variety[] }> {
  const rows = strategies.flatMap((strategy) => prompts.map((prompt) => ({ strategy, prompt })));
  const requests = rows.map(({ strategy: { name, sampling }, prompt }) => ({
    prompt: tokenizer.encode(prompt),
    sampling,
    random: random.fork(name).fork(prompt),
  }));
  const texts = await generate(model, requests, options);
  const samples = rows.map(({ strategy, prompt }, i) => {
    return { prompt, strategy: strategy.name, text: tokenizer.decode(texts[i] ?? []) };
  });
  const variety = strategies.map(({ name }): Variety => {
    const own = texts.filter((_, i) => rows[i]?.strategy.name === name);
    const repeated = own.flatMap((text) => repeatedShare(text, ngram) ?? []);
    return {
      strategy: name,
      distinct: distinctN(own, ngram),
      repeated: repeated.length > 0 ? mean(repeated) : null,
    };
  });
  return { samples, variety };
}
