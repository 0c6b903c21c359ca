import { memoryUsage } from "node:process";
import type { Random } from "../../core/random.ts";
import type { Corpus } from "../../data/text/corpus.ts";
import { documentsOf, encodeCorpus } from "../../data/text/encoded.ts";
import { fileCorpus } from "../../data/text/file_corpus.ts";
import { mobyDick } from "../../data/text/moby_dick.ts";
import { splitDocuments } from "../../data/text/split.ts";
import { Tokenizer } from "../../data/text/tokenizer.ts";
import { END, PAD, START, UNK } from "../../data/text/vocabulary.ts";
import { windowBatches } from "../../data/text/window_batches.ts";
import { windows } from "../../data/text/windows.ts";
import type { NamedStrategy } from "../../generation/strategies.ts";
import { tokenLosses } from "../../training/token_losses.ts";
import type { EpochRecord } from "../../training/training_position.ts";
import { type BaselineLosses, baselineLosses } from "./baselines.ts";
import { type Texts, trainCharacterModel } from "./character_model.ts";
import { type Context, MOBY_DICK, type Values } from "./parameters.ts";
import { drawSamples, type Sample, type Variety } from "./samples.ts";

/** What one seed gave on the characters of a text. */
export interface CharactersPart {
  /** Characters, and ends of chapters, that are learnt from and held out. */
  readonly tokens: { readonly training: number; readonly heldOut: number };
  /** Different characters of the training text, and the share of the held-out ones that they are. */
  readonly vocabulary: { readonly size: number; readonly covered: number };
  /** Parameters of the model. */
  readonly parameters: number;
  /** Steps that were done at each check. */
  readonly steps: readonly number[];
  /** What lies between two checks. */
  readonly history: readonly EpochRecord[];
  /** The held-out loss by character since a state of 0, in nats. */
  readonly byStep: readonly (number | null)[];
  readonly baselines: BaselineLosses;
  readonly samples: readonly Sample[];
  readonly variety: readonly Variety[];
  /** What it took: seconds of training and of generating, bytes of the process after it. */
  readonly cost: {
    readonly training: number;
    readonly generating: number;
    readonly memory: number;
  };
}

/** Characters of the n-grams that are counted. */
export const CHARACTERS = 8;

/** Characters over which {@link CharactersPart.byStep} goes. */
const CONTEXT = 64;

const prompts = ["The whale", "Call me ", "the sea was", "Captain Ahab"];

/** Fewer characters than words could be chosen from, so that the likeliest 10 are kept. */
const strategies: readonly NamedStrategy[] = [
  { name: "Greedy", sampling: { temperature: 0 } },
  { name: "Conservative", sampling: { temperature: 0.7 } },
  { name: "Balanced", sampling: { temperature: 1 } },
  { name: "Creative", sampling: { temperature: 1.3 } },
  { name: "Top-K", sampling: { topK: 10 } },
  { name: "Top-P", sampling: { topP: 0.9 } },
];

/** The text that the parameters name. */
export async function openCorpus(
  context: Pick<Context, "parameters" | "readFile">,
): Promise<Corpus> {
  const { corpus } = context.parameters;
  return corpus === MOBY_DICK
    ? await mobyDick()
    : fileCorpus(corpus, () => context.readFile(corpus));
}

/** Trains on the characters of a text, once for each seed. */
export async function trainCharacters(context: Context, corpus: Corpus): Promise<CharactersPart[]> {
  const { maxCharacters, characterValidation, maxHeldOut } = context.parameters;
  const documents = await beginning(corpus, maxCharacters);
  return await context.each("characters", context.seeds, async (seed) => {
    const random = context.random("characters", seed);
    const split = splitDocuments(documents.length, {
      validation: characterValidation,
      random: random.fork("split"),
    });
    const of = (places: readonly number[]): Corpus => {
      return { ...corpus, documents: () => places.map((place) => documents[place] ?? "") };
    };
    const [known, unknown] = [of(split.training), of(split.validation)];
    // Of the training text alone: a character that it does not have is unknown.
    const tokenizer = await Tokenizer.build(known.documents(), { kind: "characters" });
    const training = await encodeCorpus(known, tokenizer);
    const heldOut = await encodeCorpus(unknown, tokenizer, { maxTokens: maxHeldOut });
    const texts = {
      training: documentsOf(training, [...Array(training.documents).keys()]),
      heldOut: documentsOf(heldOut, [...Array(heldOut.documents).keys()]),
    };
    return await trainText(context.parameters, tokenizer, texts, random);
  });
}

/** The documents of a text's beginning. */
async function beginning(corpus: Corpus, characters: number): Promise<string[]> {
  const documents: string[] = [];
  let left = characters;
  for await (const document of corpus.documents()) {
    documents.push(document.length <= left ? document : document.slice(0, left).toWellFormed());
    left -= document.length;
    if (left <= 0) break;
  }
  return documents;
}

/** Trains one model, and holds it and the n-grams against the same held-out tokens. */
async function trainText(
  values: Values,
  tokenizer: Tokenizer,
  texts: Texts,
  random: Random,
): Promise<CharactersPart> {
  const { vocabulary: { size } } = tokenizer;
  const begin = performance.now();
  const { model, history, steps, losses } = await trainCharacterModel(values, size, texts, random);
  const trained = performance.now();
  const options = { maxTokens: values.characterGenerated, banned: [PAD, UNK, START, END] };
  const { samples, variety } = await drawSamples(
    model,
    tokenizer,
    { prompts, strategies, ngram: CHARACTERS, options },
    random.fork("samples"),
  );
  const generated = performance.now();
  const { byStep } = await tokenLosses(
    model,
    windowBatches(windows(texts.heldOut, { length: CONTEXT, overlap: false }), { batchSize: 32 }),
    { ignoreIndex: PAD },
  );
  const { parameterCount } = model;
  model.dispose();
  const { tokens } = losses;
  return {
    tokens: { training: count(texts.training, (id) => id !== START), heldOut: tokens },
    vocabulary: { size, covered: 1 - count(texts.heldOut, (id) => id === UNK) / tokens },
    parameters: parameterCount,
    ...{ steps, history, byStep, samples, variety },
    baselines: baselineLosses(texts.training, texts.heldOut, { vocabularySize: size, tokens }),
    cost: {
      training: (trained - begin) / 1000,
      generating: (generated - trained) / 1000,
      memory: memoryUsage().rss,
    },
  };
}

/** How many ids of documents are such. */
function count(documents: readonly Int32Array[], such: (id: number) => boolean): number {
  return documents.reduce((sum, ids) => sum + ids.filter(such).length, 0);
}
