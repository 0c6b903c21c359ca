import { assertEquals, assertRejects } from "@std/assert";
import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { specialTokens } from "../../src/data/text/vocabulary.ts";
import { generate } from "../../src/generation/generate.ts";
import { type GenerateOptions, textIds } from "../../src/generation/generation_options.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { GRU } from "../../src/model/gru.ts";
import { Linear } from "../../src/model/linear.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { tinyModel } from "./tiny_model.ts";

Deno.test("generate() refuses wrong options and prompts with what is wanted and found", async () => {
  await selectBackend("cpu");
  const model = tinyModel();
  const random = new Random(1);
  const wrong: readonly [Partial<GenerateOptions>, number[], string][] = [
    [{ maxTokens: 0 }, [1], "maxTokens must be a positive integer, found 0"],
    [{ end: 6 }, [1], "end must be an integer from 0 to 5, found 6"],
    [{ prefix: -1 }, [1], "prefix must be an integer from 0 to 5, found -1"],
    [{ banned: [1, 2.5] }, [1], "banned must be integers from 0 to 5, found 2.5"],
    [{ banned: [5, 4, 3, 2, 1, 0, 0] }, [1], "banned must be fewer than all ids, found 6"],
    [{}, [1, 9], "requests[0].prompt must be integers from 0 to 5, found 9"],
    [{}, [], "requests[0].prompt must be at least 1 id if there is no prefix, found []"],
  ];
  for (const [options, prompt, message] of wrong) {
    const requests = [{ prompt, sampling: {}, random }];
    await assertRejects(
      () => generate(model, requests, { maxTokens: 3, ...options }),
      InputError,
      message,
    );
  }
  const one = { prompt: [1], sampling: {}, random };
  const rejected: readonly [Parameters<typeof generate>[1], string][] = [
    [[], "requests must be at least one, found []"],
    [[one, one], 'requests[1].random must be a source of its own, found "another row\'s"'],
    [[{ ...one, sampling: { topK: -1 } }], "topK must be a positive integer, found -1"],
  ];
  for (const [requests, message] of rejected) {
    await assertRejects(() => generate(model, requests, { maxTokens: 3 }), InputError, message);
  }
  model.dispose();
});

Deno.test("generate() refuses a model that does not map ids to one logit for each id", async () => {
  await selectBackend("cpu");
  const random = new Random(1);
  const refused = async (outFeatures: number, replicas: number | undefined, message: string) => {
    const many = replicas === undefined ? {} : { replicas };
    const model = new SequenceModel({
      embedding: new Embedding({
        numEmbeddings: 4,
        embeddingDim: 2,
        random: random.fork("embedding"),
        ...many,
      }),
      recurrent: new GRU({ inputSize: 2, hiddenSize: 3, random: random.fork("gru"), ...many }),
      head: new Linear({ inFeatures: 3, outFeatures, random: random.fork("head"), ...many }),
    });
    const request = { prompt: [1], sampling: {}, random };
    await assertRejects(() => generate(model, [request], { maxTokens: 1 }), InputError, message);
    model.dispose();
  };
  await refused(4, 2, "replicas must be 1 to generate, found 2");
  const wanted =
    "model must be a model with an embedding, and a head with an output for each id, found ";
  await refused(5, undefined, `${wanted}{"ids":4,"outputs":5}`);
});

Deno.test("textIds let generate() draw only the end of the special ids", () => {
  const { prefix, end, banned } = textIds;
  assertEquals(specialTokens[prefix], "<START>");
  assertEquals(specialTokens[end], "<END>");
  assertEquals(specialTokens.filter((_, id) => !banned.includes(id)), ["<END>"]);
});
