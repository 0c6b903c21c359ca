import { helpFor } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { Random } from "../core/random.ts";
import { Tokenizer } from "../data/text/tokenizer.ts";
import { generateStream } from "./generate.ts";
import { checkRows, textIds } from "./generation_options.ts";
import type { SamplingOptions } from "./sampling.ts";
import type { TextModel } from "./text_model.ts";

/** How {@link continueText} goes on. */
export interface ContinueOptions {
  /**
   * An integer from 0 to 2^53 - 1. Equal seeds give equal texts, on one backend, which are those
   * of `deno task generate --seed`: sample s, from 0, draws from
   * `new Random(seed).fork("generate").fork(s)`, one number a token.
   */
  readonly seed: number;
  /** How tokens are chosen; by default each by its probability. */
  readonly sampling?: SamplingOptions;
  /** The most characters or words, without the prompt; by default 100. */
  readonly maxTokens?: number;
}

/** How {@link continueTexts} goes on. */
export interface ContinueTextsOptions extends ContinueOptions {
  /** How many texts, each with a source of random numbers of its own. */
  readonly samples: number;
}

const names: OptionNames<ContinueOptions> = { seed: true, sampling: true, maxTokens: true };
const namesOfTexts: OptionNames<ContinueTextsOptions> = { ...names, samples: true };

/**
 * Lets a trained model go on with a text, piece by piece, until the model ends it or it is as long
 * as it may be.
 *
 * Pieces are characters as they are, or words with the space before them. With
 * `tokenizer.decode(tokenizer.encode(prompt))` before them, the prompt as the model knows it, they
 * are the whole text. Of what it does not know, `tokenizer.unknown(prompt)` tells; it counts as
 * {@link UNK}, which itself is never written.
 *
 * @param textModel What {@link loadTextModel} gives, or a network with its tokenizer.
 * @param prompt What the text begins with; may be empty.
 * @param options The seed, how tokens are chosen, and how many.
 * @returns The pieces.
 * @throws {InputError} When the first piece is asked for, on a prompt that is not a string, a wrong
 *   seed, and wrong and unknown options.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { languageModel, Random, selectBackend, Tokenizer } from "../../mod.ts";
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
 * Lets a trained model go on with a text in several ways, side by side: each is what it would be
 * alone, and the first is that of {@link continueText}.
 *
 * @param textModel What {@link loadTextModel} gives, or a network with its tokenizer.
 * @param prompt What the texts begin with; may be empty.
 * @param options The seed, how tokens are chosen, how many, and how many texts.
 * @returns At each step a piece for each sample, `null` where it has ended.
 * @throws {InputError} As {@link continueText}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { languageModel, Random, selectBackend, Tokenizer } from "../../mod.ts";
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
  const help = helpFor(given, "loadTextModel gives both");
  throw new InputError("textModel", "an object with a model and its tokenizer", given, help);
}
