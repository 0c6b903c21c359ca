import { CrossEntropyLoss } from "../../training/losses.ts";
import { AdamW } from "../../training/optimizer.ts";
import { ReduceLROnPlateau } from "../../training/reduce_lr_on_plateau.ts";
import { type TokenLosses, tokenLosses } from "../../training/token_losses.ts";
import { train } from "../../training/train.ts";
import type { EpochRecord } from "../../training/training_position.ts";
import type { Random } from "../../core/random.ts";
import { documentsOf, encodeCorpus } from "../../data/text/encoded.ts";
import { splitDocuments } from "../../data/text/split.ts";
import type { TokenBatches } from "../../data/text/token_batches.ts";
import { Tokenizer } from "../../data/text/tokenizer.ts";
import { tutorialSentences } from "../../data/text/tutorial_sentences.ts";
import { END, PAD, START, UNK } from "../../data/text/vocabulary.ts";
import { windowBatches } from "../../data/text/window_batches.ts";
import { type Window, windows } from "../../data/text/windows.ts";
import { tutorialStrategies } from "../../generation/strategies.ts";
import { type LanguageModel, languageModel } from "../../model/language_model.ts";
import { type BaselineLosses, baselineLosses } from "./baselines.ts";
import type { Context, Values } from "./parameters.ts";
import { drawSamples, type Sample, type Variety } from "./samples.ts";

/** How the weights' updates are bounded. */
export type Clipping = "clipped" | "not clipped";

/** Both. */
export const clippings: readonly Clipping[] = ["clipped", "not clipped"];

/** What one seed gave on the tutorial's sentences. */
export interface SentencesPart {
  /** Tokens that are learnt from, each once, and held out. */
  readonly tokens: { readonly training: number; readonly heldOut: number };
  /** Windows that are trained on. */
  readonly windows: number;
  /** Parameters of the model. */
  readonly parameters: number;
  /** What each epoch gave. */
  readonly histories: Readonly<Record<Clipping, readonly EpochRecord[]>>;
  /** The held-out loss by word of a sentence after the last epoch, in nats; with clipping. */
  readonly byStep: readonly (number | null)[];
  readonly baselines: BaselineLosses;
  readonly samples: readonly Sample[];
  readonly variety: readonly Variety[];
}

/** The prompts of the tutorial. */
const prompts = ["the machine", "neural networks", "deep learning", "artificial"];

/** Words of the n-grams that are counted. */
export const WORDS = 2;

/** The sentences as ids, with the vocabulary of all of them, as the tutorial has it. */
export async function readSentences() {
  const tokenizer = await Tokenizer.build(tutorialSentences.documents(), { kind: "words" });
  const encoded = await encodeCorpus(tutorialSentences, tokenizer);
  return { tokenizer, encoded };
}

/** Trains on the sentences, once for each seed with clipping and once without. */
export async function trainSentences(context: Context): Promise<SentencesPart[]> {
  const { tokenizer, encoded } = await readSentences();
  const { vocabulary: { size } } = tokenizer;
  const longest = Math.max(
    ...documentsOf(encoded, [...Array(encoded.documents).keys()])
      .map(({ length }) => length),
  );
  return await context.each("sentences", context.seeds, async (seed) => {
    const random = context.random("sentences", seed);
    const { parameters: values } = context;
    const split = splitDocuments(encoded.documents, {
      validation: values.validation,
      random: random.fork("split"),
    });
    const training = documentsOf(encoded, split.training);
    const heldOut = documentsOf(encoded, split.validation);
    // Whole sentences, so that every held-out word counts once, as it does for the n-grams.
    const whole = windows(heldOut, { length: longest - 1, pad: true });
    const held = windowBatches(whole, { batchSize: whole.length });
    const cut = windows(training, { length: values.length, pad: true });
    const { embeddingDim, hiddenSize, numLayers, dropout } = values;
    const model = languageModel({
      ...{ vocabularySize: size, embeddingDim, hiddenSize, numLayers, dropout },
      ...{ initialisation: "tutorial", random: random.fork("model") },
    });
    const start = await model.stateDict();
    const run = (clipping: Clipping) => trainOnce(model, values, { cut, held, clipping, random });
    const clipped = await run("clipped");
    const options = {
      ...{ maxTokens: values.generated, end: END, prefix: START },
      banned: [PAD, UNK, START],
    };
    const strategies = [{ name: "Greedy", sampling: { temperature: 0 } }, ...tutorialStrategies];
    const { samples, variety } = await drawSamples(
      model,
      tokenizer,
      { prompts, strategies, ngram: WORDS, options },
      random.fork("samples"),
    );
    model.loadStateDict(start);
    const unclipped = await run("not clipped");
    const { parameterCount } = model;
    model.dispose();
    const { tokens } = clipped.losses;
    return {
      tokens: { training: countTargets(training), heldOut: tokens },
      windows: cut.length,
      parameters: parameterCount,
      histories: { "clipped": clipped.history, "not clipped": unclipped.history },
      byStep: clipped.losses.byStep,
      // No word of them is unknown.
      baselines: baselineLosses(training, heldOut, {
        ...{ vocabularySize: size, tokens, excluded: [UNK] },
      }),
      samples,
      variety,
    };
  });
}

function countTargets(documents: readonly Int32Array[]): number {
  return documents.reduce((sum, { length }) => sum + length - 1, 0);
}

async function trainOnce(
  model: LanguageModel,
  values: Values,
  { cut, held, clipping, random }: {
    readonly cut: readonly Window[];
    readonly held: TokenBatches;
    readonly clipping: Clipping;
    readonly random: Random;
  },
) {
  const { learningRate, weightDecay, clipGradNorm, batchSize } = values;
  const optimizer = new AdamW(model, {
    ...{ learningRate, weightDecay },
    ...(clipping === "clipped" ? { clipGradNorm } : {}),
  });
  let losses: TokenLosses = { mean: NaN, tokens: 0, byStep: [] };
  const validate = async (): Promise<number> => {
    losses = await tokenLosses(model, held, { ignoreIndex: PAD });
    return losses.mean;
  };
  const history = await train(model, new CrossEntropyLoss({ ignoreIndex: PAD }), optimizer, {
    epochs: values.epochs,
    batches: (epoch) => {
      return windowBatches(cut, { batchSize, random: random.fork("order").fork(epoch) });
    },
    validate,
    plateau: new ReduceLROnPlateau(optimizer, { factor: 0.5, patience: values.patience }),
    random: random.fork("dropout"),
  });
  optimizer.dispose();
  return { history, losses };
}
