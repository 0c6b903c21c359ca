import { z } from "zod";
import { InputError } from "../../core/errors.ts";
import type { CheckContext, ExperimentContext } from "../../harness/experiment.ts";
import type { ParameterValues } from "../../harness/parameters.ts";

const count = (most: number) => z.int().min(1).max(most);
const share = () => z.number().min(0).max(0.95);

/** The value of `data` that names the built-in sentences instead of a file. */
export const SENTENCES = "sentiment-sentences";

/** The parameters of `sentiment`: the texts, the networks, and the study of attention. */
export const parameters = {
  data: z.string().min(1).default(SENTENCES)
    .describe(`the texts: ${SENTENCES}, or the path of a CSV, TSV or JSON lines file`),
  text: z.string().min(1).default("text").describe("the column of a file with the texts"),
  label: z.string().min(1).default("label").describe("the column of a file with the labels"),
  source: z.string().default("")
    .describe("the column of a file with the sources of the texts; empty: a single source"),
  maxTexts: z.int().min(20).max(10_000_000).default(20_000)
    .describe("the largest number of texts that are used, drawn evenly from labels and sources"),
  folds: z.int().min(3).max(20).default(10).describe("parts of the cross-validation"),
  embeddingDim: count(1024).default(8).describe("features of a word's vector"),
  hiddenSize: count(1024).default(8).describe("units of the recurrent layer in each direction"),
  dropout: share().default(0.3).describe("share dropped before the linear head"),
  wordDropout: share().default(0.1).describe("share of training words that are made unknown"),
  minCount: count(1000).default(2).describe("how often training must have a word to know it"),
  maxLength: z.int().min(2).max(10_000).default(60).describe(
    "words of a text that a network reads",
  ),
  learningRate: z.number().min(1e-6).max(1).default(0.015).describe("learning rate of AdamW"),
  weightDecay: z.number().min(0).max(1).default(0.01).describe("decay of the weights"),
  clipGradNorm: z.number().min(1e-6).max(1e6).default(1).describe("largest norm of the gradient"),
  batchSize: count(4096).default(32).describe("texts of a step, with 2,700 labelled texts or more"),
  epochs: count(1000).default(3).describe(
    "the largest number of passes over as many training texts",
  ),
  patience: count(1000).default(1)
    .describe("epochs without a lower validation loss before training ends"),
  sizes: z.array(z.int().min(20).max(10_000_000)).min(1).max(10).default([100, 300, 900])
    .describe("numbers of labelled texts of the learning curve, besides all"),
  permutations: count(10_000).default(100).describe("permutations of the attention of each text"),
  tolerance: z.number().min(1e-4).max(0.5).default(0.01).describe(
    "the largest total variation distance of an output with adversarial attention",
  ),
};

/** The values of {@link parameters}. */
export type Values = ParameterValues<typeof parameters>;

/** The context of `sentiment`. */
export type Context = ExperimentContext<Values>;

/**
 * Throws if parameters contradict each other.
 *
 * @param context The parameters of the run.
 * @throws {InputError} If a column is named for the built-in sentences, or sizes do not ascend.
 */
export function checkParameters({ parameters: values }: CheckContext<Values>): void {
  const { data, text, label, source, sizes } = values;
  const columns: Readonly<Record<string, string>> = { text, label, source };
  const usual: Readonly<Record<string, string>> = { text: "text", label: "label", source: "" };
  for (const [name, column] of Object.entries(columns)) {
    if (data !== SENTENCES || column === usual[name]) continue;
    throw new InputError(name, "left out without a file", column, "Set data=path, too");
  }
  const descending = sizes.find((size, i) => i > 0 && size <= (sizes[i - 1] ?? 0));
  if (descending !== undefined) throw new InputError("sizes", "in ascending order", sizes);
}
