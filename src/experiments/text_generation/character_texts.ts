import { InputError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import type { Corpus } from "../../data/text/corpus.ts";
import { documentsOf, encodeCorpus } from "../../data/text/encoded.ts";
import { fileCorpus } from "../../data/text/file_corpus.ts";
import { mobyDick } from "../../data/text/moby_dick.ts";
import { splitDocuments } from "../../data/text/split.ts";
import { Tokenizer } from "../../data/text/tokenizer.ts";
import { LONGEST } from "./context_losses.ts";
import { type Context, MOBY_DICK, type Values } from "./parameters.ts";

/** Documents as ids, each from START to END. */
export interface Texts {
  readonly tokenizer: Tokenizer;
  readonly training: readonly Int32Array[];
  readonly heldOut: readonly Int32Array[];
}

/** The text that the parameters name. */
export async function openCorpus(
  { parameters: { corpus }, readFile }: Pick<Context, "parameters" | "readFile">,
): Promise<Corpus> {
  return corpus === MOBY_DICK ? await mobyDick() : fileCorpus(corpus, () => readFile(corpus));
}

/**
 * The documents of a text's beginning.
 *
 * @throws {InputError} Where they are fewer than two.
 */
export async function beginning(corpus: Corpus, { maxCharacters }: Values): Promise<string[]> {
  const documents: string[] = [];
  let left = maxCharacters;
  for await (const document of corpus.documents()) {
    documents.push(document.length <= left ? document : document.slice(0, left).toWellFormed());
    left -= document.length;
    if (left <= 0) break;
  }
  if (documents.length > 1) return documents;
  if (left > 0) {
    const help =
      "One part of them is held out; blank lines part them, or lines where there are none";
    throw new InputError(`the documents of ${corpus.title}`, "2 or more", documents.length, help);
  }
  const help =
    `The first ${maxCharacters} characters of ${corpus.title} lie in one, and one is held out`;
  throw new InputError("maxCharacters", "so many that 2 documents begin", maxCharacters, help);
}

/** Splits documents and reads them as ids, with the characters of those to learn from. */
export async function readTexts(
  corpus: Corpus,
  documents: readonly string[],
  { characterValidation: validation, maxHeldOut }: Values,
  random: Random,
): Promise<Texts> {
  const split = splitDocuments(documents.length, { validation, random: random.fork("split") });
  const part = (places: readonly number[]): Corpus => {
    return { ...corpus, documents: () => places.map((place) => documents[place] ?? "") };
  };
  const [known, unknown] = [part(split.training), part(split.validation)];
  const tokenizer = await Tokenizer.build(known.documents(), { kind: "characters" });
  const training = await encodeCorpus(known, tokenizer);
  const heldOut = await encodeCorpus(unknown, tokenizer, { maxTokens: maxHeldOut });
  return {
    tokenizer,
    training: documentsOf(training),
    heldOut: documentsOf(heldOut),
  };
}

/**
 * Checks that there is enough to learn from and to be held against.
 *
 * @throws {InputError} Where there is not, naming the parameters that could be changed.
 */
export function checkTexts({ training, heldOut }: Texts, values: Values): void {
  const count = (documents: readonly Int32Array[]) =>
    documents.reduce((sum, { length }) => sum + length, 0);
  const { characterBatch, characterLength } = values;
  const least = characterBatch * characterLength + 1;
  if (count(training) < least) {
    const help = "A lower characterBatch or characterLength, or a higher maxCharacters, may help";
    const wanted = `${least} or more for characterBatch tracks of characterLength`;
    throw new InputError("characters to learn from", wanted, count(training), help);
  }
  if (count(heldOut) < 2 * LONGEST) {
    const help = "A higher characterValidation, maxHeldOut or maxCharacters may help";
    throw new InputError("held-out characters", `${2 * LONGEST} or more`, count(heldOut), help);
  }
}
