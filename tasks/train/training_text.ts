import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import type { Corpus } from "../../src/data/text/corpora.ts";
import { documentsOf, encodeCorpus, joinSequences } from "../../src/data/text/encoded_corpus.ts";
import { fileCorpus } from "../../src/data/text/file_corpus.ts";
import { mobyDick } from "../../src/data/text/corpora.ts";
import { type Split, splitDocuments } from "../../src/data/text/split.ts";
import { streamBatches } from "../../src/data/text/token_batches.ts";
import { textRules, type TokenKind } from "../../src/data/text/text_rules.ts";
import type { TokenBatch } from "../../src/data/text/token_batches.ts";
import { Tokenizer } from "../../src/data/text/tokenizer.ts";
import { notebookSentences } from "../../src/data/text/corpora.ts";
import { END, START, UNK } from "../../src/data/text/vocabulary.ts";
import { otherThanFile } from "../cli/files.ts";
import { callerFolder } from "../cli/project.ts";
import { readFile } from "../cli/user_files.ts";
import type { TrainSettings } from "./train_options.ts";

/** The contents of a corpus, to find out whether it changed. */
export interface CorpusContent {
  /** The number of documents that have tokens. */
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
 * @throws {InputError} If there are fewer than two documents, or if no token is common enough.
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

/**
 * The corpus of a name, or else of a file of the user's.
 *
 * @throws {InputError} If there is no such file, or if it cannot be read more than once.
 */
export async function textCorpus(name: string): Promise<Corpus> {
  if (name === "moby-dick") return mobyDick;
  if (name === "sentences") return notebookSentences;
  if (name === "-") throw new InputError("--corpus", "a file: it is read more than once", name);
  const info = await Deno.stat(resolve(callerFolder(), name)).catch(() => null);
  // It is read several times, which a pipe cannot be.
  if (!info?.isFile) {
    const found = info === null ? name : `${name}, ${otherThanFile(info)}`;
    throw new InputError("--corpus", "a file that there is, moby-dick or sentences", found);
  }
  await checkReadable(name);
  return fileCorpus(name, () => readFile(name));
}

async function checkReadable(name: string): Promise<void> {
  try {
    (await Deno.open(resolve(callerFolder(), name))).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    throw new InputError("--corpus", "a file that may be read", name);
  }
}

/** Batches, with their sizes. */
export interface SizedBatches {
  readonly sizes: StreamSizes;
  readonly length: number;
  at(index: number): TokenBatch | undefined;
}

/** The batches of both sides of a text. */
export interface TextBatches {
  readonly training: SizedBatches;
  readonly validation: SizedBatches;
}

/** Batches that there should be in an epoch before tracks are put side by side. */
const FEWEST = 4;

/** Logits of a batch of validation, at most: 64 MB. */
const MOST_LOGITS = 16_000_000;

/** The batches of a training text. START is given to a model, and never asked of it. */
export function textBatches(
  { tokenizer, training, validation }: TrainingText,
  { batch: batchSize, length }: TrainSettings,
): TextBatches {
  const rows = Math.max(1, Math.floor(MOST_LOGITS / tokenizer.vocabulary.size));
  const heldSizes = {
    batchSize: Math.min(batchSize, rows),
    length: Math.max(1, Math.min(length, Math.floor(rows / batchSize))),
  };
  return {
    training: sized(training, streamSizes(training.length, { batchSize, length }, FEWEST)),
    validation: sized(validation, streamSizes(validation.length, heldSizes)),
  };
}

function sized(ids: Int32Array, sizes: StreamSizes): SizedBatches {
  const batches = streamBatches(ids, { ...sizes, ignoredTargets: [START] });
  return { sizes, length: batches.length, at: (index) => batches.at(index) };
}

/** The sizes of batches into which a stream of tokens is cut. */
export interface StreamSizes {
  /** Tracks side by side. */
  readonly batchSize: number;
  /** Steps of a batch. */
  readonly length: number;
}

/** If there are fewer batches than this, their length is chosen so that few tokens are left over. */
const FEW = 10;

/**
 * The sizes of batches for a stream: those that are wanted where the text is long, else fewer
 * tracks, so that there are some batches one after the other, then shorter ones.
 *
 * @param tokens The ids of the stream, at least 2.
 * @param batches How many batches there should be before tracks are put side by side.
 */
export function streamSizes(tokens: number, wanted: StreamSizes, batches = 1): StreamSizes {
  const { length } = wanted;
  const most = Math.floor((tokens - 1) / (length * batches));
  const batchSize = Math.max(1, Math.min(wanted.batchSize, most));
  const track = Math.floor((tokens - 1) / batchSize);
  const count = Math.ceil(track / length);
  return { batchSize, length: count < FEW ? Math.floor(track / count) : length };
}

/** Tokens of a prompt, at most. */
const longest = { words: 3, characters: 12 } as const;

/** Characters that move a terminal's cursor, end a line or are invisible. */
const odd = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * A prompt to ask a model with: the beginning of a document that it learnt from, as the model knows
 * it; `null` where none begins with anything that can be typed.
 */
export function suggestedPrompt(
  { tokenizer, training }: Pick<TrainingText, "tokenizer" | "training">,
): string | null {
  for (
    let start = training.indexOf(START);
    start >= 0;
    start = training.indexOf(START, start + 1)
  ) {
    const prompt = beginning(tokenizer, training.subarray(start + 1));
    // A lone hyphen stands for standard input.
    if (prompt !== "" && prompt !== "-") return prompt;
  }
  return null;
}

function beginning(tokenizer: TrainingText["tokenizer"], ids: Int32Array): string {
  const ends = (id: number) => id === END || id === UNK || odd.test(tokenizer.vocabulary.token(id));
  const most = longest[tokenizer.kind];
  const end = ids.subarray(0, most).findIndex(ends);
  const text = tokenizer.decode(ids.subarray(0, end < 0 ? most : end));
  if (tokenizer.kind === "words" || end >= 0) return text.trim();
  // Whole words where there are any.
  return text.replace(/(\S)\s+\S*$/u, "$1").trim();
}
