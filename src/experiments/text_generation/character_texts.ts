import { InputError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import type { Corpus } from "../../data/text/corpora.ts";
import { documentsOf, encodeCorpus } from "../../data/text/encoded_corpus.ts";
import { fileCorpus } from "../../data/text/file_corpus.ts";
import { mobyDick } from "../../data/text/corpora.ts";
import { splitDocuments } from "../../data/text/split.ts";
import { Tokenizer } from "../../data/text/tokenizer.ts";
import { LONGEST } from "./context_losses.ts";
import { PROMPT } from "./samples.ts";
import { type Context, MOBY_DICK, type Values } from "./parameters.ts";

/** Documents as ids, each from START to END. */
export interface Texts {
  readonly tokenizer: Tokenizer;
  readonly training: readonly Int32Array[];
  /** The beginning of each held-out document, or of as many documents as `maxHeldOut` permits. */
  readonly heldOut: readonly Int32Array[];
  /** The numbers of training and held-out documents. */
  readonly split: { readonly training: number; readonly heldOut: number };
}

/** The smallest number of characters of a held-out document that are used, if it has as many. */
const PIECE = 1000;

/** Opens the text that the parameters name. */
export function openCorpus(
  { parameters: { corpus }, readFile }: Pick<Context, "parameters" | "readFile">,
): Corpus {
  return corpus === MOBY_DICK ? mobyDick : fileCorpus(corpus, () => readFile(corpus));
}

/** The documents of a text. */
export interface Documents {
  /** The documents at the beginning of the text, on which networks are trained and tested. */
  readonly used: readonly string[];
  /**
   * The documents after that, which no network reads. The judge of generated texts learns from
   * them.
   */
  readonly others: readonly string[];
}

/**
 * Reads the documents of a text.
 *
 * @param corpus The text.
 * @param values The parameters, which determine how much of the text is used.
 * @throws {InputError} If fewer than two documents are used.
 */
export async function readDocuments(
  corpus: Corpus,
  { maxCharacters, judgeCharacters }: Values,
): Promise<Documents> {
  const documents: string[] = [];
  const others: string[] = [];
  let [left, rest] = [maxCharacters, judgeCharacters];
  for await (const document of corpus.documents()) {
    if (left > 0) {
      documents.push(document.length <= left ? document : document.slice(0, left).toWellFormed());
      left -= document.length;
    } else if (rest > 0) {
      others.push(document.length <= rest ? document : document.slice(0, rest).toWellFormed());
      rest -= document.length;
    } else break;
  }
  if (documents.length > 1) return { used: documents, others };
  if (left > 0) {
    const help =
      "One part of them is held out; blank lines separate them, or lines if there are no blank lines";
    throw new InputError(`the documents of ${corpus.title}`, "2 or more", documents.length, help);
  }
  const help =
    `The first ${maxCharacters} characters of ${corpus.title} lie in one, and one is held out`;
  throw new InputError(
    "maxCharacters",
    "large enough for the beginning of 2 documents",
    maxCharacters,
    help,
  );
}

/**
 * Splits documents, and converts them to ids. The vocabulary has the characters of the training
 * documents.
 *
 * @param corpus The text.
 * @param documents The documents that are used.
 * @param values The parameters, which determine how much is held out.
 * @param random The source of the split.
 */
export async function readTexts(
  corpus: Corpus,
  documents: readonly string[],
  { characterValidation: validation, maxHeldOut }: Values,
  random: Random,
): Promise<Texts> {
  const split = splitDocuments(documents.length, { validation, random: random.fork("split") });
  const part = (indices: readonly number[]): Corpus => {
    return { ...corpus, documents: () => indices.map((index) => documents[index] ?? "") };
  };
  const [known, unknown] = [part(split.training), part(split.validation)];
  const tokenizer = await Tokenizer.build(known.documents(), { kind: "characters" });
  const training = await encodeCorpus(known, tokenizer);
  const encoded = documentsOf(await encodeCorpus(unknown, tokenizer));
  const heldOut: Int32Array[] = [];
  let left = maxHeldOut;
  for (const ids of encoded) {
    // The parts of all documents have the same largest length, so that a long document does not
    // dominate.
    const most = Math.max(PIECE, Math.floor(maxHeldOut / encoded.length));
    heldOut.push(ids.subarray(0, Math.min(most, left)));
    left -= Math.min(most, ids.length);
    if (left < 3) break; // START, a character, and what follows it.
  }
  const counts = { training: split.training.length, heldOut: split.validation.length };
  return { tokenizer, training: documentsOf(training), heldOut, split: counts };
}

/**
 * Checks that the texts are long enough for training and testing.
 *
 * @throws {InputError} If they are too short; the message names the parameters to change.
 */
export function checkTexts({ training, heldOut }: Texts, values: Values): void {
  const count = (documents: readonly Int32Array[]) =>
    documents.reduce((sum, { length }) => sum + length, 0);
  const { characterBatch, characterLength } = values;
  const least = characterBatch * characterLength + 1;
  if (count(training) < least) {
    const help = "A lower characterBatch or characterLength, or a higher maxCharacters, may help";
    const wanted = `${least} or more for characterBatch tracks of characterLength`;
    throw new InputError("training characters", wanted, count(training), help);
  }
  const { prompts, characterGenerated } = values;
  const wanted = Math.max(2 * LONGEST, PROMPT + characterGenerated + prompts) + 2 * heldOut.length;
  if (count(heldOut) < wanted) {
    const help = "A higher characterValidation, maxHeldOut or maxCharacters may help";
    throw new InputError("held-out characters", `${wanted} or more`, count(heldOut), help);
  }
}
