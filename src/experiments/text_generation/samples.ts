import { seqRepN } from "../../analysis/diversity.ts";
import type { Random } from "../../core/random.ts";
import type { Tokenizer } from "../../data/text/tokenizer.ts";
import { generate, type GenerateOptions } from "../../generation/generate.ts";
import type { NamedStrategy } from "../../generation/strategies.ts";
import type { Model } from "../../model/model.ts";

/** A text that was generated. */
export interface Sample {
  readonly prompt: string;
  readonly strategy: string;
  /** What follows the prompt. */
  readonly text: string;
  /** How many tokens that is. */
  readonly tokens: number;
  /** The share of its n-grams that it had before; `null` if it is shorter than one. */
  readonly repeated: number | null;
}

/** What is generated. */
export interface SampleSettings {
  /** What texts begin with. */
  readonly prompts: readonly { readonly text: string; readonly ids: Int32Array }[];
  readonly strategies: readonly NamedStrategy[];
  /** The n of the n-grams that are counted. */
  readonly ngram: number;
  readonly options: GenerateOptions;
}

/**
 * Generates a text for each prompt by each strategy, all as one batch.
 *
 * @param model What writes.
 * @param tokenizer The model's.
 * @param settings What is generated.
 * @param random Each text draws from a fork of its own.
 */
export async function drawSamples(
  model: Model,
  tokenizer: Tokenizer,
  { prompts, strategies, ngram, options }: SampleSettings,
  random: Random,
): Promise<Sample[]> {
  const rows = strategies.flatMap((strategy) =>
    prompts.map((prompt, place) => ({ strategy, prompt, place }))
  );
  const requests = rows.map(({ strategy: { name, sampling }, prompt, place }) => ({
    ...{ prompt: prompt.ids, sampling },
    random: random.fork(name).fork(place),
  }));
  const texts = await generate(model, requests, options);
  return rows.map(({ strategy, prompt }, i): Sample => {
    const ids = texts[i] ?? new Int32Array();
    return {
      ...{ prompt: prompt.text, strategy: strategy.name, text: tokenizer.decode(ids) },
      ...{ tokens: ids.length, repeated: seqRepN(ids, ngram) },
    };
  });
}
