import type { EpochRecord } from "../../training/training_position.ts";
import { z } from "zod";
import type { ExperimentContext } from "../../harness/experiment.ts";
import type { ParameterValues } from "../../harness/parameters.ts";

/** Converts a loss from nats to bits. */
export function bits(nats: number): number {
  return nats / Math.LN2;
}

/** Returns the last held-out loss, in nats. */
export function last(history: readonly EpochRecord[]): number {
  return history.at(-1)?.validationLoss ?? NaN;
}

/** Computes the size of the test set relative to the size of the training set, in documents. */
export function overlapOf(
  documents: { readonly training: number; readonly heldOut: number } | undefined,
): number {
  return documents ? documents.heldOut / documents.training : NaN;
}

/**
 * Finds the position at which a falling curve first reaches a level, by interpolation between its
 * points on a logarithmic axis.
 *
 * @param xs The positions of the points, ascending and positive.
 * @param ys The values.
 * @param level The level.
 * @returns The position; `null` if no point is at or below the level.
 */
export function crossing(
  xs: readonly number[],
  ys: readonly number[],
  level: number,
): number | null {
  const after = ys.findIndex((y) => y <= level);
  if (after < 0) return null;
  const [x0 = NaN, x1 = NaN] = [xs[after - 1], xs[after]];
  const [y0 = NaN, y1 = NaN] = [ys[after - 1], ys[after]];
  if (after === 0) return x1;
  return x0 * (x1 / x0) ** ((y0 - level) / (y0 - y1));
}

const count = (most: number) => z.int().min(1).max(most);
const share = () => z.number().min(0).max(0.95);
const rate = () => z.number().min(1e-6).max(1);

/** The value of `corpus` that names the built-in novel instead of a file. */
export const MOBY_DICK = "moby-dick";

/**
 * The parameters of `text-generation`: first those of the sentences, then those of the characters.
 */
export const parameters = {
  embeddingDim: count(2048).default(128).describe("sentences: features of a word's vector"),
  hiddenSize: count(2048).default(256).describe("sentences: units of a layer's state"),
  numLayers: count(8).default(2).describe("sentences: LSTM layers"),
  dropout: share().default(0.3)
    .describe("sentences: share dropped between layers and before the projection"),
  learningRate: rate().default(0.002).describe("sentences: learning rate of AdamW at the start"),
  weightDecay: z.number().min(0).max(1).default(1e-4).describe("decay of the weights, of both"),
  clipGradNorm: z.number().min(1e-6).max(1e6).default(1)
    .describe("largest norm of the gradient, of both"),
  epochs: z.int().min(2).max(10_000).default(20).describe("sentences: passes over the windows"),
  batchSize: count(1024).default(16).describe("sentences: windows of a step"),
  length: z.int().min(2).max(1000).default(12).describe("sentences: words of a window"),
  patience: z.int().min(0).max(1000).default(3)
    .describe("sentences: epochs without a lower held-out loss before the learning rate is halved"),
  validation: z.number().min(0.01).max(0.9).default(0.2)
    .describe("sentences: share of them that is held out"),
  generated: count(1000).default(30).describe("sentences: most words of a sample"),
  corpus: z.string().min(1).default(MOBY_DICK)
    .describe(`characters: the text, ${MOBY_DICK} or the path of a file of UTF-8 text`),
  maxCharacters: z.int().min(1000).max(1_000_000_000).default(200_000)
    .describe("characters: how much of the text is used, from its beginning"),
  judgeCharacters: z.int().min(0).max(1_000_000_000).default(200_000).describe(
    "characters: how much of the text after that the judge of generated texts learns from",
  ),
  maxHeldOut: z.int().min(100).max(100_000_000).default(4000)
    .describe("characters: how much of the held-out text is used"),
  characterEmbedding: count(2048).default(32).describe("characters: features of one's vector"),
  characterHidden: count(2048).default(64).describe("characters: units of the LSTM's state"),
  characterRate: rate().default(0.03)
    .describe("characters: learning rate of the LSTM after warm-up"),
  gruRate: rate().default(0.01).describe("characters: learning rate of the GRU after warm-up"),
  rnnRate: rate().default(0.003).describe("characters: learning rate of the RNN after warm-up"),
  characterBatch: count(1024).default(8).describe("characters: tracks of the text side by side"),
  characterLength: z.int().min(2).max(1000).default(32)
    .describe("characters: steps that gradients go back"),
  updates: count(10_000_000).default(700)
    .describe(
      "characters: updates of each network; the training text is read as often as it takes",
    ),
  checks: z.int().min(0).max(20).default(4).describe(
    "characters: how often training is halved for the places of its checks on held-out text",
  ),
  characterValidation: z.number().min(0.01).max(0.9).default(0.1)
    .describe("characters: share of chapters or paragraphs that is held out"),
  prompts: count(100).default(8).describe("characters: held-out beginnings that are continued"),
  characterGenerated: z.int().min(8).max(100_000).default(200).describe(
    "characters: length of a sample",
  ),
};

/** The values of {@link parameters}. */
export type Values = ParameterValues<typeof parameters>;

/** The context of `text-generation`. */
export type Context = ExperimentContext<Values>;
