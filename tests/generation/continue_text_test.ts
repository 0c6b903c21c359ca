import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import type { TokenKind } from "../../src/data/text/text_rules.ts";
import { Tokenizer } from "../../src/data/text/tokenizer.ts";
import { END, PAD, START, UNK } from "../../src/data/text/vocabulary.ts";
import {
  type ContinueOptions,
  continueText,
  continueTexts,
} from "../../src/generation/continue_text.ts";
import { generate } from "../../src/generation/generate.ts";
import type { TextModel } from "../../src/generation/text_model.ts";
import { languageModel } from "../../src/model/language_model.ts";
import { scale } from "./tiny_model.ts";

type Asked = Pick<TextModel, "model" | "tokenizer">;

/**
 * Creates an untrained model whose tokens differ in probability.
 *
 * @param end How much the logit of the end is raised.
 */
async function untrained(kind: TokenKind, end = -1): Promise<Asked> {
  await selectBackend("cpu");
  const tokenizer = await Tokenizer.build(["the whale swims and the ship sails"], { kind });
  const sizes = { vocabularySize: tokenizer.vocabulary.size, embeddingDim: 4, hiddenSize: 5 };
  const model = languageModel({ ...sizes, random: new Random(1) });
  scale(model.parameters, 3);
  const bias = Array.from({ length: sizes.vocabularySize }, (_, id) => id === END ? end : 0);
  tf.tidy(() => model.parameters["head.bias"]?.assign(tf.tensor1d(bias)));
  return { model, tokenizer };
}

/** Returns the whole text with the prompt before it. */
async function whole(asked: Asked, prompt: string, options: ContinueOptions) {
  const pieces = await Array.fromAsync(continueText(asked, prompt, options));
  const { tokenizer } = asked;
  return tokenizer.decode(tokenizer.encode(prompt)) + pieces.join("");
}

for (const kind of ["words", "characters"] as const) {
  Deno.test(`continueText() gives the text of ids that are generated directly (${kind})`, async () => {
    const asked = await untrained(kind);
    const { model, tokenizer } = asked;
    const sampling = { topP: 0.9, repetitionPenalty: 1.1 };
    let ended = 0;
    for (const seed of [1, 2, 3, 4]) {
      for (const prompt of ["The whale, Ahab", "the ship", ""]) {
        const ids = tokenizer.encode(prompt);
        const random = new Random(seed).fork("generate").fork(0);
        const [found = []] = await generate(model, [{ prompt: ids, sampling, random }], {
          ...{ maxTokens: 30, prefix: START, end: END, banned: [PAD, UNK, START] },
        });
        const text = await whole(asked, prompt, { seed, sampling, maxTokens: 30 });
        assertEquals(text, tokenizer.decode([...ids, ...found]));
        if (found.length < 30) ended++;
      }
    }
    assert(ended > 0 && ended < 12, `${ended} of 12 texts ended`);
    model.dispose();
  });
}

Deno.test("continueText() gives words with the space before them, or characters", async () => {
  for (const [kind, wanted] of [["words", /^ \S+$/], ["characters", /^[\w ]$/]] as const) {
    const asked = await untrained(kind);
    const pieces = await Array.fromAsync(continueText(asked, "the", { seed: 1, maxTokens: 9 }));
    assert(pieces.length > 1);
    for (const piece of pieces) assert(wanted.test(piece), piece);
    const [first] = await Array.fromAsync(continueText(asked, "", { seed: 2, maxTokens: 9 }));
    assert(kind === "characters" || /^\w+$/.test(first ?? ""), first);
    asked.model.dispose();
  }
});

Deno.test("continueText() gives at most 100 tokens by default", async () => {
  const asked = await untrained("characters", -100);
  assertEquals((await whole(asked, "the", { seed: 1 })).length, 103);
  asked.model.dispose();
});

Deno.test("continueTexts() gives independent samples, the first that of continueText()", async () => {
  const asked = await untrained("words");
  const options = { seed: 7, maxTokens: 25 };
  const gather = async (samples: number): Promise<string[]> => {
    const texts = Array.from({ length: samples }, () => "");
    for await (const pieces of continueTexts(asked, "the", { ...options, samples })) {
      assertEquals(pieces.length, samples);
      for (const [sample, piece] of pieces.entries()) texts[sample] += piece ?? "";
    }
    return texts;
  };
  const three = await gather(3);
  assertEquals(three.slice(0, 2), await gather(2));
  assertEquals(`the${three[0]}`, await whole(asked, "the", options));
  assertEquals(new Set(three).size, 3);
  assertNotEquals(three[0], (await whole(asked, "the", { ...options, seed: 8 })).slice(3));
  asked.model.dispose();
});

Deno.test("continueText() leaves no tensor if it is not read to its end", async () => {
  const asked = await untrained("words");
  const run = async () => {
    for await (const _piece of continueText(asked, "the", { seed: 1 })) break;
  };
  await run();
  const { numTensors } = tf.memory();
  await run();
  assertEquals(tf.memory().numTensors, numTensors);
  asked.model.dispose();
});

Deno.test("continueText() refuses wrong prompts, seeds and options at the first piece", async () => {
  const asked = await untrained("words");
  const refuse = async (args: readonly unknown[], message: string) => {
    const stream: AsyncGenerator<string> = Reflect.apply(continueText, undefined, [asked, ...args]);
    await assertRejects(() => stream.next(), InputError, message);
  };
  await refuse([3, { seed: 1 }], "prompt must be a string, found 3");
  await refuse(["the", {}], "seed must be an integer from 0 to 2^53 - 1, found undefined");
  await refuse(["the", { seed: "1" }], 'seed must be an integer from 0 to 2^53 - 1, found "1"');
  await refuse(["the", { seed: -1 }], "seed must be an integer from 0 to 2^53 - 1, found -1");
  await refuse(["the", { seed: 1, maxTokens: 0 }], "maxTokens must be a positive integer, found 0");
  await refuse(["the", { seed: 1, sampling: { topP: 2 } }], "topP must be a number above 0");
  const none = continueTexts(asked, "the", { seed: 1, samples: 0 });
  await assertRejects(() => none.next(), InputError, "samples must be a positive integer, found 0");
  asked.model.dispose();
});
