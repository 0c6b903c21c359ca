import { NgramModel } from "../../analysis/ngrams.ts";
import { Tokenizer } from "../../data/text/tokenizer.ts";
import { PAD, START } from "../../data/text/vocabulary.ts";

/** The length of the judge's n-grams. */
export const JUDGE_ORDER = 8;

/** Measures how predictable texts are. */
export interface Judge {
  /** The number of different characters in its documents. */
  readonly characters: number;
  /**
   * Computes the bits per character of a text that follows a prompt.
   *
   * @param prompt The text before `text`.
   * @param text The text, of one character or more.
   */
  bits(prompt: string, text: string): number;
}

/**
 * Makes a judge of characters: a Kneser-Ney model of documents that no network has read. It
 * measures how predictable a text is, and it is independent of the networks that generate texts. A
 * text that is more predictable than the novel is not better than the novel.
 *
 * @param documents The documents from which the judge learns.
 * @returns The judge; `null` if there are no documents.
 */
export async function judgeOf(documents: readonly string[]): Promise<Judge | null> {
  if (documents.length === 0) return null;
  const tokenizer = await Tokenizer.build(documents, { kind: "characters" });
  const model = new NgramModel(documents.map((document) => tokenizer.encodeDocument(document)), {
    order: JUDGE_ORDER,
    vocabularySize: tokenizer.vocabulary.size,
    excluded: [PAD, START],
  });
  return {
    characters: tokenizer.vocabulary.size,
    bits(prompt, text) {
      const before = tokenizer.encode(prompt).length;
      const ids = Int32Array.from(tokenizer.encode(prompt + text));
      let sum = 0;
      for (let i = before; i < ids.length; i++) {
        const context = ids.subarray(Math.max(0, i - JUDGE_ORDER + 1), i);
        sum -= Math.log2(model.probability(context, ids[i] ?? PAD));
      }
      return sum / (ids.length - before);
    },
  };
}

/** The n-gram models that networks are compared with: n by name. The uniform model has n = 0. */
export const baselineOrders = {
  "uniform": 0,
  "unigram": 1,
  "bigram": 2,
  "3-gram": 3,
  "5-gram": 5,
  "8-gram": 8,
} as const;

/** The name of an n-gram model. */
export type BaselineName = keyof typeof baselineOrders;

/** The mean losses in nats per token, by model. */
export type BaselineLosses<Name extends BaselineName> = Readonly<Record<Name, number>>;

/** The largest number of ids before a predicted one on which a model depends. */
const LONGEST_CONTEXT = 7;

/** The ids of a text, and the positions that are predicted. */
export interface ScoredText {
  readonly ids: Int32Array;
  readonly positions: readonly number[];
}

/** Options for {@link baselineLosses}. */
export interface BaselineOptions<Name extends BaselineName> {
  readonly names: readonly Name[];
  readonly vocabularySize: number;
  /** Ids that never occur, besides PAD and START. The models give them no probability. */
  readonly excluded?: readonly number[];
}

/**
 * Computes the loss of each n-gram model on held-out text, in nats per token.
 *
 * @param training The training documents of the networks.
 * @param heldOut The positions that the networks predict.
 * @param options The models, and the ids that they predict.
 */
export function baselineLosses<Name extends BaselineName>(
  training: readonly Int32Array[],
  heldOut: readonly ScoredText[],
  { names, vocabularySize, excluded = [] }: BaselineOptions<Name>,
): BaselineLosses<Name> {
  const loss = (name: Name): number => {
    const model = new NgramModel(training, {
      order: baselineOrders[name],
      ...{ vocabularySize, excluded: [PAD, START, ...excluded] },
    });
    let [sum, count] = [0, 0];
    for (const { ids, positions } of heldOut) {
      for (const position of positions) {
        const context = ids.subarray(Math.max(0, position - LONGEST_CONTEXT), position);
        sum -= Math.log(model.probability(context, ids[position] ?? PAD));
        count += 1;
      }
    }
    return sum / count;
  };
  const losses = names.map((name) => [name, loss(name)] as const);
  return Object.fromEntries(losses) as Record<Name, number>;
}

/**
 * Lists the predicted positions of a document: all positions except the first.
 *
 * @param ids The document.
 * @param counts Returns whether an id is predicted. Default: all are.
 */
export function scoredText(
  ids: Int32Array,
  counts: (id: number) => boolean = () => true,
): ScoredText {
  return { ids, positions: [...ids.keys()].filter((i) => i > 0 && counts(ids[i] ?? PAD)) };
}

/**
 * Returns the characters that a network has read after some batches of the first pass: the
 * beginnings of the tracks, as documents for n-gram models.
 *
 * @param ids The training text.
 * @param tracks The number of tracks into which the training text is cut.
 * @param length The number of ids of each track that are read.
 */
export function readSoFar(ids: Int32Array, tracks: number, length: number): Int32Array[] {
  const track = Math.floor((ids.length - 1) / tracks);
  const texts: Int32Array[] = [];
  for (let b = 0; b < tracks; b++) {
    const end = b * track + length + 1;
    let begin = b * track;
    // N-gram models do not predict across the ends of documents.
    for (let i = begin + 1; i < end; i++) {
      if (ids[i] !== START) continue;
      texts.push(ids.subarray(begin, i));
      begin = i;
    }
    texts.push(ids.subarray(begin, end));
  }
  return texts;
}
