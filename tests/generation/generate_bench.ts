import { selectBackend } from "../../src/core/backend.ts";
import { Random } from "../../src/core/random.ts";
import { generate } from "../../src/generation/generate.ts";
import { Sampler, type SamplingOptions } from "../../src/generation/sampling.ts";
import { Embedding } from "../../src/model/embedding.ts";
import { Linear } from "../../src/model/linear.ts";
import { LSTM } from "../../src/model/lstm.ts";
import { SequenceModel } from "../../src/model/sequence_model.ts";
import { Stream } from "../../src/model/stream.ts";

const ways: Readonly<Record<string, SamplingOptions>> = {
  "greedy": { temperature: 0 },
  "temperature": { temperature: 0.8 },
  "top-k": { topK: 50 },
  "top-p": { topP: 0.9 },
};

for (const vocabulary of [180, 10_000]) {
  const logits = new Random(1).array(vocabulary, (random) => random.normal(0, 2));
  for (const [name, options] of Object.entries(ways)) {
    const sampler = new Sampler(vocabulary, options);
    const random = new Random(2);
    Deno.bench(`a token of ${vocabulary}, ${name}`, { group: `${vocabulary}` }, () => {
      sampler.next(logits, random);
    });
  }
}

await selectBackend("wasm");
const [random, vocabulary, tokens] = [new Random(3), 180, 500];
const model = new SequenceModel({
  embedding: new Embedding({
    numEmbeddings: vocabulary,
    embeddingDim: 128,
    random: random.fork("embedding"),
  }),
  recurrent: new LSTM({
    inputSize: 128,
    hiddenSize: 256,
    numLayers: 2,
    random: random.fork("lstm"),
  }),
  head: new Linear({ inFeatures: 256, outFeatures: vocabulary, random: random.fork("head") }),
});
const stream = new Stream(model);
const group = `${tokens} tokens`;

Deno.bench(`${tokens} tokens, a bare stream`, { group, baseline: true }, async () => {
  let id = 2;
  for (let t = 0; t < tokens; t++) {
    const logits = await stream.next([id]);
    id = logits.indexOf(logits.reduce((a, b) => Math.max(a, b), -Infinity));
  }
});
for (const [name, sampling] of Object.entries(ways)) {
  Deno.bench(`${tokens} tokens, ${name}`, { group }, async () => {
    await generate(model, [{ prompt: [2], sampling, random: new Random(4) }], {
      maxTokens: tokens,
    });
  });
}
