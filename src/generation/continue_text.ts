import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { Random } from "../core/random.ts";
import { Tokenizer } from "../data/text/tokenizer.ts";
import { generateStream } from "./generate.ts";
import { checkRows, textIds } from "./generation_options.ts";
import type { SamplingOptions } from "./sampling.ts";
import type { TextModel } from "./text_model.ts";

/** Options for {@link continueText}. */
export interface ContinueOptions {
  /**
   * An integer from 0 to 2^53 - 1. Equal seeds give equal texts on one backend, and the same texts
   * as `deno task generate --seed`. Sample s, numbered from 0, draws one number for each token from
   * `new Random(seed).fork("generate").fork(s)`.
   */
  readonly seed: number;
  /** How tokens are chosen; by default each is drawn by its probability. */
  readonly sampling?: SamplingOptions;
  /** The maximum number of characters or words after the prompt; by default 100. */
  readonly maxTokens?: number;
}

/** Options for {@link continueTexts}. */
export interface ContinueTextsOptions extends ContinueOptions {
  /** The number of texts, which draw independent random numbers. */
  readonly samples: number;
}

const names: OptionNames<ContinueOptions> = { seed: true, sampling: true, maxTokens: true };
const namesOfTexts: OptionNames<ContinueTextsOptions> = { ...names, samples: true };

/**
 * Continues a text with a trained model, piece by piece, until the model ends the text or
 * `maxTokens` is reached.
 *
 * A piece is a character, or a word with the space before it. The whole text is
 * `tokenizer.decode(tokenizer.encode(prompt))`, followed by the pieces. Characters or words of the
 * prompt that the model does not know are replaced by {@link UNK}, which is never generated;
 * `tokenizer.unknown(prompt)` lists them.
 *
 * @param textModel A model and its tokenizer, such as {@link loadTextModel} returns.
 * @param prompt The start of the text; may be empty.
 * @param options The seed, the sampling and the maximum number of tokens.
 * @returns The pieces.
 * @throws {InputError} At the first piece, if the prompt is not a string, or the seed or an option
 *   is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random, selectBackend } from "../../mod.ts";
 * import { languageModel, Tokenizer } from "../text.ts";
 * import { continueText } from "./continue_text.ts";
 *
 * await selectBackend("cpu");
 * const tokenizer = await Tokenizer.build(["the whale swims"], { kind: "words" });
 * const sizes = { vocabularySize: tokenizer.vocabulary.size, embeddingDim: 4, hiddenSize: 8 };
 * const model = languageModel({ ...sizes, random: new Random(1) });
 *
 * let text = "the whale";
 * const options = { seed: 1, sampling: { topP: 0.9 }, maxTokens: 5 };
 * for await (const piece of continueText({ model, tokenizer }, text, options)) text += piece;
 * assertEquals(tokenizer.unknown(text), []);
 * model.dispose();
 * ```
 */
export async function* continueText(
  textModel: Pick<TextModel, "model" | "tokenizer">,
  prompt: string,
  options: ContinueOptions,
): AsyncGenerator<string> {
  checkOptions("continueText", options, names);
  for await (const [piece] of continueTexts(textModel, prompt, { ...options, samples: 1 })) {
    if (typeof piece === "string") yield piece;
  }
}

/**
 * Continues a text several times side by side. The samples are independent; the first one equals
 * the text of {@link continueText}.
 *
 * @param textModel A model and its tokenizer, such as {@link loadTextModel} returns.
 * @param prompt The start of every text; may be empty.
 * @param options The seed, the sampling, the maximum number of tokens and the number of texts.
 * @returns At each step a piece for each sample, `null` for samples that have ended.
 * @throws {InputError} At the first piece, if the prompt is not a string, or the seed or an option
 *   is wrong or unknown.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random, selectBackend } from "../../mod.ts";
 * import { languageModel, Tokenizer } from "../text.ts";
 * import { continueTexts } from "./continue_text.ts";
 *
 * await selectBackend("cpu");
 * const tokenizer = await Tokenizer.build(["the whale swims"], { kind: "characters" });
 * const sizes = { vocabularySize: tokenizer.vocabulary.size, embeddingDim: 4, hiddenSize: 8 };
 * const model = languageModel({ ...sizes, random: new Random(1) });
 *
 * const texts = ["the whale", "the whale"];
 * const options = { seed: 1, samples: 2, maxTokens: 5 };
 * for await (const pieces of continueTexts({ model, tokenizer }, "the whale", options)) {
 *   for (const [sample, piece] of pieces.entries()) texts[sample] += piece ?? "";
 * }
 * assertEquals(texts.map((text) => text.length <= 14), [true, true]);
 * model.dispose();
 * ```
 */
export async function* continueTexts(
  textModel: Pick<TextModel, "model" | "tokenizer">,
  prompt: string,
  options: ContinueTextsOptions,
): AsyncGenerator<(string | null)[]> {
  checkOptions("continueTexts", options, namesOfTexts);
  const { seed, sampling = {}, maxTokens = 100, samples } = options;
  const { model, tokenizer } = checkedModel(textModel);
  if (typeof prompt !== "string") throw new InputError("prompt", "a string", prompt);
  const random = new Random(seed).fork("generate");
  const ids = tokenizer.encode(prompt);
  const requests = Array.from({ length: checkRows("samples", samples) }, (_, sample) => {
    return { prompt: ids, sampling, random: random.fork(sample) };
  });
  let first = ids.length === 0;
  for await (const row of generateStream(model, requests, { ...textIds, maxTokens })) {
    const begins = first;
    first = false;
    yield row.map((id) => id === null ? null : tokenizer.piece(id, begins));
  }
}

function checkedModel(
  textModel: Pick<TextModel, "model" | "tokenizer">,
): Pick<TextModel, "model" | "tokenizer"> {
  const given: unknown = textModel;
  if (typeof given === "object" && given !== null) {
    if (textModel.tokenizer instanceof Tokenizer) return textModel;
  }
  const help = helpFor(given, "loadTextModel returns both");
  throw new InputError("textModel", "an object with a model and its tokenizer", given, help);
}
