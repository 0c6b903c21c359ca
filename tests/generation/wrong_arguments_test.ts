import { assertRejects, assertThrows } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { Tokenizer } from "../../src/data/text/tokenizer.ts";
import { beamSearch } from "../../src/generation/beam_search.ts";
import { continueText, continueTexts } from "../../src/generation/continue_text.ts";
import { generate, generateStream } from "../../src/generation/generate.ts";
import { strategyOf } from "../../src/generation/strategies.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { tinyModel } from "./tiny_model.ts";

/** Calls a function with untyped arguments; of a stream it requests the first item. */
async function call(use: CallableFunction, args: readonly unknown[]): Promise<void> {
  const found: unknown = Reflect.apply(use, undefined, args);
  if (typeof found === "object" && found !== null && Symbol.asyncIterator in found) {
    await Reflect.apply(Reflect.get(found, "next"), found, []);
  }
  await found;
}

Deno.test("generate(), generateStream() and beamSearch() refuse arguments of other types", async () => {
  await selectBackend("cpu");
  const model = tinyModel();
  const random = new Random(1);
  const request = { prompt: [1], sampling: {}, random };
  const options = { maxTokens: 3 };
  const text = { model, tokenizer: null };
  const wrong: readonly [unknown[], string][] = [
    [[undefined, [request], options], "model must be a model, found undefined"],
    [[text, [request], options], "Pass the `model` of the object that loadTextModel returns"],
    [[Promise.resolve(model), [request], options], "Await it first"],
    [[model, request, options], "requests must be an array of requests, found"],
    [
      [model, ["the whale"], options],
      "options of requests[0] must be an object such as { prompt, sampling }",
    ],
    [[model, [{ ...request, seed: 1 }], options], "Did you mean random?"],
    [[model, [{ prompt: [1], sampling: {} }], options], "requests[0].random must be a source of"],
    [[model, [{ ...request, random: 1 }], options], "found 1. new Random(1) makes one"],
    [
      [model, [{ ...request, prompt: "whale" }], options],
      "tokenizer.encode(prompt) returns the ids",
    ],
    [
      [model, [{ ...request, prompt: [1n] }], options],
      "requests[0].prompt must be integers from 0",
    ],
    [[model, [{ ...request, prompt: 1 }], options], "requests[0].prompt must be ids in an array"],
    [
      [model, [{ ...request, prompt: BigInt64Array.of(1n) }], options],
      "Array.from(requests[0].prompt",
    ],
    [[model, [{ prompt: [1], random }], options], "options of sampling must be an object"],
    [[model, [request]], "options of generate must be an object such as { maxTokens, end }"],
    [[model, [request], 3], "options of generate must be an object such as { maxTokens, end }"],
    [[model, [request], { maxNewTokens: 3 }], "Did you mean maxTokens?"],
    [[model, [request], { maxTokens: "3" }], 'maxTokens must be a positive integer, found "3"'],
    [[model, [request], { ...options, end: "1" }], 'end must be an integer from 0 to 5, found "1"'],
    [
      [model, [request], { ...options, banned: 1 }],
      "banned must be ids in an array or typed array",
    ],
  ];
  for (const use of [generate, generateStream]) {
    for (const [args, message] of wrong) {
      await assertRejects(() => call(use, args), InputError, message);
    }
  }
  const beams: readonly [unknown[], string][] = [
    [[model, [1]], "options of beamSearch must be an object"],
    [[model, [1], { ...options, beams: 2, temperature: 1 }], 'found "temperature"'],
    [[model, [1], options], "beams must be a positive integer, found undefined"],
    [[model, [1], { ...options, beams: 1e9 }], "beams must be at most 65536, found 1000000000"],
    [[model, [1], { ...options, beams: 2, lengthPenalty: "1" }], "lengthPenalty must be a finite"],
    [
      [model, "whale", { ...options, beams: 2 }],
      "tokenizer.encode(prompt) returns the ids of a text",
    ],
    [[model, undefined, { ...options, beams: 2 }], "prompt must be ids in an array or typed array"],
  ];
  for (const [args, message] of beams) {
    await assertRejects(() => call(beamSearch, args), InputError, message);
  }
  model.dispose();
});

Deno.test("continueText() and continueTexts() refuse arguments of other types", async () => {
  await selectBackend("cpu");
  const tokenizer = await Tokenizer.build(["the whale swims"], { kind: "words" });
  const { size: vocabularySize } = tokenizer.vocabulary;
  const random = new Random(1);
  const model = languageModel({ vocabularySize, embeddingDim: 4, hiddenSize: 5, random });
  const asked = { model, tokenizer };
  const wrong: readonly [unknown[], string][] = [
    [[model, "the", { seed: 1 }], "textModel must be an object with a model and its tokenizer"],
    [[Promise.resolve(asked), "the", { seed: 1 }], "Await it first"],
    [[{ tokenizer }, "the", { seed: 1 }], "model must be a model, found undefined"],
    [[asked, ["the"], { seed: 1 }], 'prompt must be a string, found ["the"]'],
    [[asked, "the"], "must be an object such as { seed, sampling }, found undefined"],
    [[asked, "the", 1], "must be an object such as { seed, sampling }, found 1"],
    [[asked, "the", { seed: 1, temperature: 0.7 }], 'found "temperature"'],
    [[asked, "the", { seed: 1, max_tokens: 3 }], "Did you mean maxTokens?"],
    [[asked, "the", { seed: 1, sampling: 0.7 }], "options of sampling must be an object"],
    [[asked, "the", { seed: 1n }], "seed must be an integer from 0 to 2^53 - 1, found 1n"],
  ];
  for (const [args, message] of wrong) {
    await assertRejects(() => call(continueText, args), InputError, message);
    const [textModel, prompt, options] = args;
    const more = typeof options === "object" ? { ...options, samples: 1 } : options;
    await assertRejects(() => call(continueTexts, [textModel, prompt, more]), InputError, message);
  }
  const many = [asked, "the", { seed: 1, samples: 1e9 }];
  await assertRejects(() => call(continueTexts, many), InputError, "samples must be at most 65536");
  const one = [asked, "the", { seed: 1, samples: 2 }];
  await assertRejects(() => call(continueText, one), InputError, 'found "samples"');
  model.dispose();
});

Deno.test("strategyOf() refuses options of other types", () => {
  const wrong: readonly [unknown[], string][] = [
    [[], "strategy must be greedy, temperature, top-k, top-p, min-p, beam, found undefined"],
    [[Object.create(null)], "strategy must be greedy, temperature"],
    [["top-p", 0.9], "options of the strategy top-p must be an object such as { p, temperature }"],
    [["top-p", { top_p: 0.9 }], "an option of the strategy top-p must be one of p, temperature"],
    [["top-p", { p: "0.9" }], 'topP must be a number above 0 and at most 1, found "0.9"'],
    [["beam", { beams: "3" }], 'beams must be a positive integer, found "3"'],
    [["beam", { "length-penalty": "1" }], "length-penalty must be a finite number of at least 0"],
    [["greedy", { constructor: 1 }], 'must be repetition-penalty, found "constructor"'],
  ];
  for (const [args, message] of wrong) {
    assertThrows(() => Reflect.apply(strategyOf, undefined, args), InputError, message);
  }
});
