import { NgramModel } from "../../analysis/ngrams.ts";
import { PAD, START } from "../../data/text/vocabulary.ts";

/** The models that an LSTM is held against, by the n of their n-grams; 0 is the uniform one. */
export const baselineOrders = { uniform: 0, unigram: 1, bigram: 2, "5-gram": 5 } as const;

/** The name of such a model. */
export type BaselineName = keyof typeof baselineOrders;

/** Their names. */
export const baselineNames: readonly BaselineName[] = ["uniform", "unigram", "bigram", "5-gram"];

/** Mean losses in nats a token, by model. */
export type BaselineLosses = Readonly<Record<BaselineName, number>>;

/**
 * What each model loses on held-out documents, in nats a token; it learns from the documents that
 * the LSTM does.
 *
 * @param tokens How many tokens of the held-out documents count, from the first on.
 * @param excluded Ids that never come.
 */
export function baselineLosses(
  training: readonly Int32Array[],
  heldOut: readonly Int32Array[],
  { vocabularySize, tokens, excluded = [] }: {
    readonly vocabularySize: number;
    readonly tokens: number;
    readonly excluded?: readonly number[];
  },
): BaselineLosses {
  const loss = (name: BaselineName): number => {
    const model = new NgramModel(training, {
      order: baselineOrders[name],
      vocabularySize,
      excluded: [PAD, START, ...excluded],
    });
    let sum = 0;
    let left = tokens;
    for (const document of heldOut) {
      for (const surprisal of model.surprisals(document).subarray(0, left)) sum += surprisal;
      left = Math.max(0, left - (document.length - 1));
    }
    return sum / tokens;
  };
  return {
    "uniform": loss("uniform"),
    "unigram": loss("unigram"),
    "bigram": loss("bigram"),
    "5-gram": loss("5-gram"),
  };
}
