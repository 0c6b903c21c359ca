/**
 * Times single functions: `deno task microbench`.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { bootstrapInterval } from "../src/statistics/bootstrap.ts";
import { estimate } from "../src/statistics/estimate.ts";
import { gradientFlow } from "../src/analysis/gradient_flow.ts";
import { infer } from "../src/statistics/inference.ts";
import { jacobianProducts } from "../src/analysis/jacobian.ts";
import { NgramModel } from "../src/analysis/ngrams.ts";
import { eigenvalues } from "../src/analysis/spectrum.ts";
import { singularValues } from "../src/analysis/singular_values.ts";
import { selectBackend } from "../src/core/backend.ts";
import { findAdapter } from "../src/core/backend_adapter.ts";
import { Random } from "../src/core/random.ts";
import { encodeCorpus } from "../src/data/text/encoded_corpus.ts";
import { mobyDick } from "../src/data/text/corpora.ts";
import { Tokenizer } from "../src/data/text/tokenizer.ts";
import { generate } from "../src/generation/generate.ts";
import { Sampler, type SamplingOptions } from "../src/generation/sampling.ts";
import { Embedding } from "../src/model/embedding.ts";
import { gaussian, glorotUniform } from "../src/model/init/random_matrices.ts";
import { Linear } from "../src/model/linear.ts";
import { LSTM } from "../src/model/lstm.ts";
import { SequenceModel } from "../src/model/sequence_model.ts";
import { InferenceSession } from "../src/model/inference_session.ts";
import { RNN } from "../src/model/rnn.ts";

const hasAdapter = await findAdapter(navigator.gpu) !== null;
for (const backend of [...["cpu", "wasm"] as const, ...(hasAdapter ? ["webgpu"] as const : [])]) {
  Deno.bench({
    name: `gradient flow, 40 steps of 10-20-5 [${backend}]`,
    group: "gradient flow",
    async fn(bench) {
      await selectBackend(backend);
      const random = new Random(1);
      const model = new SequenceModel({
        recurrent: new RNN({ inputSize: 10, hiddenSize: 20, random: random.fork("rnn") }),
        head: new Linear({ inFeatures: 20, outFeatures: 5, random: random.fork("head") }),
      });
      const x = tf.tensor3d(random.fork("x").array(400), [40, 1, 10]);
      const target = tf.zeros<tf.Rank.R2>([1, 5]);
      await gradientFlow(model, x, target); // Compiles what the backend compiles.
      bench.start();
      await gradientFlow(model, x, target);
      bench.end();
      tf.dispose([x, target]);
      model.dispose();
    },
  });
}

for (const size of [20, 64]) {
  const random = new Random(1);
  const recurrent = gaussian(size, random);
  const states = Array.from({ length: 41 }, () => recurrent.map(() => Math.tanh(random.normal())));
  for (const full of [false, true]) {
    Deno.bench(`Jacobian products of 40 steps, ${size} units${full ? ", all values" : ""}`, {
      group: `${size}`,
    }, () => {
      jacobianProducts(states, recurrent, { full });
    });
  }
}

for (const size of [10, 20, 32, 64, 128]) {
  const matrix = glorotUniform([size, size], new Random(1));
  Deno.bench(`eigenvalues, ${size} by ${size}`, { group: `${size}` }, async () => {
    await eigenvalues(matrix);
  });
  Deno.bench(`singular values, ${size} by ${size}`, { group: `${size}` }, () => {
    singularValues(matrix);
  });
}

const values = Array.from(new Random(1).array(30, (random) => random.uniform(1, 2)));
const wins = values.map((value) => value > 1.4 ? 1 : 0);

for (const statistic of ["mean", "geometric-mean", "share"] as const) {
  const given = statistic === "share" ? wins : values;
  const prediction = { relation: "near", value: 0.9, smallestEffect: 0.1, reason: "" } as const;
  Deno.bench(`estimate() of 30 values, ${statistic}`, () => {
    estimate(given, { statistic });
  });
  Deno.bench(`infer() of 30 values, ${statistic}`, () => {
    infer(given, prediction, { statistic });
  });
}

for (const statistic of ["mean", "median", "geometric-mean"] as const) {
  Deno.bench(`bootstrapInterval() of 30 values, 10000 resamples, ${statistic}`, () => {
    bootstrapInterval(values, { random: new Random(1), statistic });
  });
}

// Ids that nearly follow Zipf's law, with as many different n-grams as words have, or more.
const zipf = new Random(1);
const ids = Int32Array.from({ length: 200_000 }, () => Math.floor(2 ** zipf.uniform(0, 14)));
for (const order of [1, 2, 5]) {
  const options = { order, vocabularySize: 2 ** 14 };
  const model = new NgramModel([ids], options);
  Deno.bench(`order ${order}, counting 200,000 ids`, { group: "counting" }, () => {
    new NgramModel([ids], options);
  });
  Deno.bench(`order ${order}, surprisals of 200,000 ids`, { group: "surprisals" }, () => {
    model.surprisals(ids);
  });
}

const corpus = mobyDick;

for (const kind of ["words", "characters"] as const) {
  const tokenizer = await Tokenizer.build(corpus.documents(), { kind });

  Deno.bench(`a tokenizer by ${kind} of Moby Dick, 1.2 million characters`, async () => {
    await Tokenizer.build(corpus.documents(), { kind });
  });

  Deno.bench(`Moby Dick as ids, by ${kind}`, async () => {
    await encodeCorpus(corpus, tokenizer);
  });
}

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
const [weights, vocabulary, tokens] = [new Random(3), 180, 500];
const model = new SequenceModel({
  embedding: new Embedding({
    numEmbeddings: vocabulary,
    embeddingDim: 128,
    random: weights.fork("embedding"),
  }),
  recurrent: new LSTM({
    inputSize: 128,
    hiddenSize: 256,
    numLayers: 2,
    random: weights.fork("lstm"),
  }),
  head: new Linear({ inFeatures: 256, outFeatures: vocabulary, random: weights.fork("head") }),
});
const session = new InferenceSession(model);
const group = `${tokens} tokens`;

Deno.bench(`${tokens} tokens, a bare stream`, { group, baseline: true }, async () => {
  let id = 2;
  for (let t = 0; t < tokens; t++) {
    const logits = await session.next([id]);
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

// Each time in a new process: the import takes the difference from the empty program.
for (
  const [name, program] of [
    ["an empty program", "data:text/javascript,"],
    ["import of mod.ts", "mod.ts"],
  ] as const
) {
  Deno.bench(name, { group: "import", baseline: program.startsWith("data:") }, async () => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "--no-lock", "--import-map=.unroll/import_map.json", program],
      cwd: new URL("../", import.meta.url),
    }).output();
    if (code !== 0) throw new Error(new TextDecoder().decode(stderr));
  });
}
