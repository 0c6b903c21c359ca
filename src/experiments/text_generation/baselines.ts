import { NgramModel } from "../../analysis/ngrams.ts";
import { PAD, START } from "../../data/text/vocabulary.ts";

/** The models that networks are compared with, by the n of their n-grams; 0 is the uniform one. */
export const baselineOrders = {
  "uniform": 0,
  "unigram": 1,
  "bigram": 2,
  "3-gram": 3,
  "5-gram": 5,
  "8-gram": 8,
} as const;

/** The name of such a model. */
export type BaselineName = keyof typeof baselineOrders;

/** Mean losses in nats a token, by model. */
export type BaselineLosses<Name extends BaselineName> = Readonly<Record<Name, number>>;

/** The most ids before one that a model looks at. */
const LONGEST_CONTEXT = 7;

/** Ids, and the places in them that are asked for. */
export interface Asked {
  readonly ids: Int32Array;
  readonly places: readonly number[];
}

/** What models are asked for. */
export interface BaselineOptions<Name extends BaselineName> {
  readonly names: readonly Name[];
  readonly vocabularySize: number;
  /** Ids that never come, besides PAD and START; no probability is spent on them. */
  readonly excluded?: readonly number[];
}

/**
 * What each model loses on held-out text, in nats a token.
 *
 * @param training The documents that the networks learn from, too.
 * @param heldOut The places that the networks are asked for, too.
 * @param options Which models, over which ids.
 */
export function baselineLosses<Name extends BaselineName>(
  training: readonly Int32Array[],
  heldOut: readonly Asked[],
  { names, vocabularySize, excluded = [] }: BaselineOptions<Name>,
): BaselineLosses<Name> {
  const loss = (name: Name): number => {
    const model = new NgramModel(training, {
      order: baselineOrders[name],
      ...{ vocabularySize, excluded: [PAD, START, ...excluded] },
    });
    let [sum, count] = [0, 0];
    for (const { ids, places } of heldOut) {
      for (const place of places) {
        const context = ids.subarray(Math.max(0, place - LONGEST_CONTEXT), place);
        sum -= Math.log(model.probability(context, ids[place] ?? PAD));
        count += 1;
      }
    }
    return sum / count;
  };
  const losses = names.map((name) => [name, loss(name)] as const);
  return Object.fromEntries(losses) as Record<Name, number>;
}

/**
 * The places of a document that are asked for: all but the first.
 *
 * @param ids The document.
 * @param counts Which ids are asked for; by default all.
 */
export function askedOf(ids: Int32Array, counts: (id: number) => boolean = () => true): Asked {
  return { ids, places: [...ids.keys()].filter((i) => i > 0 && counts(ids[i] ?? PAD)) };
}

/**
 * The characters that a network has read after so many batches of its first pass, as texts for
 * n-gram models: the beginnings of its tracks.
 *
 * @param ids The training text.
 * @param tracks How many tracks it is cut into.
 * @param length How many ids of each track are read.
 */
export function readSoFar(ids: Int32Array, tracks: number, length: number): Int32Array[] {
  const track = Math.floor((ids.length - 1) / tracks);
  const texts: Int32Array[] = [];
  for (let b = 0; b < tracks; b++) {
    const end = b * track + length + 1;
    let begin = b * track;
    // A model of n-grams begins each document anew.
    for (let i = begin + 1; i < end; i++) {
      if (ids[i] !== START) continue;
      texts.push(ids.subarray(begin, i));
      begin = i;
    }
    texts.push(ids.subarray(begin, end));
  }
  return texts;
}
