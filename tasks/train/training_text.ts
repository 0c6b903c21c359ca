import { createHash } from "node:crypto";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import type { Corpus } from "../../src/data/text/corpus.ts";
import { documentsOf, encodeCorpus, joinSequences } from "../../src/data/text/encoded.ts";
import { type Split, splitDocuments } from "../../src/data/text/split.ts";
import { textRules, type TokenKind } from "../../src/data/text/text_rules.ts";
import { Tokenizer } from "../../src/data/text/tokenizer.ts";
import type { TrainSettings } from "./train_settings.ts";

/** What a corpus holds, to tell whether it changed. */
export interface CorpusContent {
  /** How many documents have tokens. */
  readonly documents: number;
  /** SHA-256 of all documents. */
  readonly sha256: string;
}

/** A corpus, split and read as ids. */
export interface TrainingText {
  /** Built from the training documents alone. */
  readonly tokenizer: Tokenizer;
  readonly split: Split;
  /** The documents of either side one after another, each from START to END. */
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/** The documents of a corpus that have tokens of a kind. */
function withTokens(corpus: Corpus, kind: TokenKind): Corpus {
  const { normal } = textRules[kind];
  return {
    ...corpus,
    async *documents() {
      for await (const text of corpus.documents()) if (normal(text) !== "") yield text;
    },
  };
}

/** Reads a corpus once, to tell later whether it is still the same. */
export async function corpusContent(corpus: Corpus, kind: TokenKind): Promise<CorpusContent> {
  const hash = createHash("sha256");
  let documents = 0;
  for await (const text of withTokens(corpus, kind).documents()) {
    // The length before it, so that no two lists of documents are the same text.
    hash.update(`${text.length} `).update(text);
    documents += 1;
  }
  return { documents, sha256: hash.digest("hex") };
}

/**
 * Reads a corpus for training: documents are split first, then the vocabulary is taken from those
 * for training, so that nothing of validation is seen.
 *
 * @throws {InputError} Where there are fewer than two documents, and where no token is common enough.
 */
export async function readTrainingText(
  corpus: Corpus,
  { documents }: CorpusContent,
  settings: TrainSettings,
): Promise<TrainingText> {
  const { tokens: kind, validation, minFrequency, maxVocabulary: maxSize, seed } = settings;
  const random = new Random(seed).fork("split");
  const split = splitDocuments(documents, { validation, random });
  const readable = withTokens(corpus, kind);
  const held = new Set(split.validation);
  const training = async function* (): AsyncGenerator<string> {
    let number = 0;
    for await (const text of readable.documents()) if (!held.has(number++)) yield text;
  };
  const tokenizer = await Tokenizer.build(training(), { kind, minFrequency, maxSize })
    .catch((error) => {
      // The user knows it by its flag.
      if (!(error instanceof InputError) || error.what !== "minFrequency") throw error;
      throw new InputError("--min-frequency", error.wanted, minFrequency);
    });
  const encoded = await encodeCorpus(readable, tokenizer);
  const stream = (part: readonly number[]) => joinSequences(documentsOf(encoded, part));
  return {
    tokenizer,
    split,
    training: stream(split.training),
    validation: stream(split.validation),
  };
}
