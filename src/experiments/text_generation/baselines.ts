import { NgramModel } from "../../analysis/ngrams.ts";
import { PAD, START } from "../../data/text/vocabulary.ts";

/** The models that an LSTM is held against, by the n of their n-grams; 0 is the uniform one. */
export const baselineOrders = {
  "uniform": 0,
  "unigram": 1,
  "bigram": 2,
  "5-gram": 5,
  "8-gram": 8,
} as const;

/** The name of such a model. */
export type BaselineName = keyof typeof baselineOrders;

/** Mean losses in nats a token, by model. */
export type BaselineLosses<Name extends BaselineName> = Readonly<Record<Name, number>>;

/** What models are asked for. */
export interface BaselineOptions<Name extends BaselineName> {
  readonly names: readonly Name[];
  readonly vocabularySize: number;
  /** Ids that never come, besides PAD and START; no probability is spent on them. */
  readonly excluded?: readonly number[];
  /** How many tokens after each START are asked for at most, over all documents. */
  readonly tokens?: number;
  /** Which of them count; by default all. */
  readonly counts?: (id: number) => boolean;
}

/**
 * What each model loses on held-out documents, in nats a token; it learns from the documents that
 * the LSTM does.
 */
export function baselineLosses<Name extends BaselineName>(
  training: readonly Int32Array[],
  heldOut: readonly Int32Array[],
  options: BaselineOptions<Name>,
): BaselineLosses<Name> {
  const { names, vocabularySize, excluded = [], tokens = Infinity, counts } = options;
  const loss = (name: Name): number => {
    const model = new NgramModel(training, {
      order: baselineOrders[name],
      ...{ vocabularySize, excluded: [PAD, START, ...excluded] },
    });
    let [sum, count, left] = [0, 0, tokens];
    for (const document of heldOut) {
      for (let i = 1; i < document.length && left > 0; i++, left--) {
        const id = document[i] ?? PAD;
        if (counts && !counts(id)) continue;
        sum -= Math.log(model.probability(document.subarray(0, i), id));
        count += 1;
      }
    }
    return sum / count;
  };
  const losses = names.map((name) => [name, loss(name)] as const);
  return Object.fromEntries(losses) as Record<Name, number>;
}
