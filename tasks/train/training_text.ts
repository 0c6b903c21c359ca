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

/** A corpus as ids, split into training and validation. */
export interface TrainingText {
  /** Built from the training documents alone. */
  readonly tokenizer: Tokenizer;
  readonly split: Split;
  /** The documents of training, one after another, each from START to END. */
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/** Returns a corpus without the documents that have no tokens. */
function withTokens(corpus: Corpus, kind: TokenKind): Corpus {
  const { normal } = textRules[kind];
  return {
    ...corpus,
    async *documents() {
      for await (const text of corpus.documents()) if (normal(text) !== "") yield text;
    },
  };
}

/** Counts and digests the documents of a corpus, so that a later call can recognise it. */
export async function corpusContent(corpus: Corpus, kind: TokenKind): Promise<CorpusContent> {
  const hash = createHash("sha256");
  let documents = 0;
  for await (const text of withTokens(corpus, kind).documents()) {
    // Each text follows its length, so that different lists of documents have different digests.
    hash.update(`${text.length} `).update(text);
    documents += 1;
  }
  return { documents, sha256: hash.digest("hex") };
}

/**
 * Reads a corpus for training. The documents are split first, and the vocabulary is built from the
 * training documents, so that it does not depend on validation.
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
      // The user knows the parameter by its flag.
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
 * Returns the built-in corpus of a name, or else the corpus in a file of the user.
 *
 * @throws {InputError} If there is no such file, or it can be read only once.
 */
export async function textCorpus(name: string): Promise<Corpus> {
  if (name === "moby-dick") return mobyDick;
  if (name === "sentences") return notebookSentences;
  if (name === "-") {
    throw new InputError("--corpus", "a file, since it is read more than once", name);
  }
  const info = await Deno.stat(resolve(callerFolder(), name)).catch(() => null);
  // The file is read several times, and a pipe can be read only once.
  if (!info?.isFile) {
    const found = info === null ? name : `${name}, ${otherThanFile(info)}`;
    throw new InputError("--corpus", "an existing file, moby-dick or sentences", found);
  }
  await checkReadable(name);
  return fileCorpus(name, () => readFile(name));
}

async function checkReadable(name: string): Promise<void> {
  try {
    (await Deno.open(resolve(callerFolder(), name))).close();
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    throw new InputError("--corpus", "a file that you may read", name);
  }
}

/** Batches, with their sizes. */
export interface SizedBatches {
  readonly sizes: StreamSizes;
  readonly length: number;
  at(index: number): TokenBatch | undefined;
}

/** The batches of training and validation. */
export interface TextBatches {
  readonly training: SizedBatches;
  readonly validation: SizedBatches;
}

/**
 * The fewest batches of an epoch: a short text has fewer tracks instead, see {@link streamSizes}.
 */
const FEWEST = 4;

/** The most logits of a batch of validation: 64 MB. */
const MOST_LOGITS = 16_000_000;

/** Cuts a text into batches. START is an input of the model, but never a target. */
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
  /** The number of tracks side by side. */
  readonly batchSize: number;
  /** The number of steps of a batch. */
  readonly length: number;
}

/** If there are fewer batches than this, their length is chosen so that few tokens are left over. */
const FEW = 10;

/**
 * Chooses the sizes of batches for a stream of tokens. A long text has the wanted sizes. A shorter
 * one has fewer tracks, so that there are enough batches, and if there are few of them, shorter
 * batches.
 *
 * @param tokens The number of ids of the stream, at least 2.
 * @param batches The fewest batches of a stream with more than one track.
 */
export function streamSizes(tokens: number, wanted: StreamSizes, batches = 1): StreamSizes {
  const { length } = wanted;
  const most = Math.floor((tokens - 1) / (length * batches));
  const batchSize = Math.max(1, Math.min(wanted.batchSize, most));
  const track = Math.floor((tokens - 1) / batchSize);
  const count = Math.ceil(track / length);
  return { batchSize, length: count < FEW ? Math.floor(track / count) : length };
}

/** The most tokens of a prompt. */
const longest = { words: 3, characters: 12, "plain-words": 3 } as const;

/** Characters that move a terminal's cursor, end a line or are invisible. */
const odd = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * Suggests a prompt: the beginning of a training document, in the tokens of the model; `null` if no
 * document begins with characters that can be typed.
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
    // A single hyphen would mean standard input.
    if (prompt !== "" && prompt !== "-") return prompt;
  }
  return null;
}

function beginning(tokenizer: TrainingText["tokenizer"], ids: Int32Array): string {
  const ends = (id: number) => id === END || id === UNK || odd.test(tokenizer.vocabulary.token(id));
  const most = longest[tokenizer.kind];
  const end = ids.subarray(0, most).findIndex(ends);
  const text = tokenizer.decode(ids.subarray(0, end < 0 ? most : end));
  if (tokenizer.kind !== "characters" || end >= 0) return text.trim();
  // The last word may be incomplete, so it is cut if it is not the only one.
  return text.replace(/(\S)\s+\S*$/u, "$1").trim();
}
