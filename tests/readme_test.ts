import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { z } from "zod";
import { ProjectCopy } from "./tasks/project_copy.ts";

const root = new URL("../", import.meta.url);

/** The examples that the tests of this file have run. */
const tested = new Set<string>();

/** The TypeScript examples of a page. */
async function examplesOf(page: string): Promise<string[]> {
  const markdown = await Deno.readTextFile(new URL(page, root));
  return [...markdown.matchAll(/^```ts.*\n([^]*?)^```$/gm)].map(([, code = ""]) => code);
}

/** The first TypeScript example of a page that contains a text, with imports from the root. */
async function example(page: string, text: string): Promise<string> {
  const found = (await examplesOf(page)).find((code) => code.includes(text));
  assert(found !== undefined, `${page} has no example with ${text}`);
  tested.add(found);
  return found.replaceAll('"../', '"./');
}

/** Runs an example as a program; returns the arguments of its last console.log as JSON values. */
async function lastLogged(code: string, containing: string): Promise<unknown> {
  const folder = await Deno.makeTempDir();
  try {
    const program = code.replaceAll(
      /"\.\/((?:src\/\w+|mod)\.ts)"/g,
      (_, path) => `"${new URL(path, root).href}"`,
    );
    const log = "console.log = (...args: unknown[]) => write(JSON.stringify(args) + '\\n');\n";
    const write = "const write = (text: string) => Deno.stdout.writeSync(encoder.encode(text));\n";
    const encoder = "const encoder = new TextEncoder();\n";
    await Deno.writeTextFile(`${folder}/example.ts`, encoder + write + log + program);
    const map = new URL(".unroll/import_map.json", root).href;
    const { code: exit, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-lock", "--no-prompt", "-A", `--import-map=${map}`, "example.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(exit, 0, new TextDecoder().decode(stderr));
    const lines = new TextDecoder().decode(stdout).trim().split("\n");
    return JSON.parse(lines.findLast((line) => line.includes(containing)) ?? "null");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("README.md: the example reaches a tenth of the loss of a constant prediction", async () => {
  const logged = await lastLogged(await example("README.md", "addingProblem({"), "testLoss");
  const [{ testLoss, predictTheMean }] = z.tuple([
    z.object({ testLoss: z.number(), predictTheMean: z.number() }),
  ])
    .parse(logged);
  assert(testLoss < predictTheMean / 10, `${testLoss} against ${predictTheMean}`);
});

Deno.test("README.md: the classifier tells praise from complaints", async () => {
  const logged = await lastLogged(await example("README.md", "SequenceClassifier"), "weights");
  const read = z.object({
    words: z.array(z.string()),
    weights: z.array(z.number()),
    probabilities: z.array(z.number()).length(2),
  });
  const [[praise, complaint]] = z.tuple([z.tuple([read, read])]).parse(logged);
  assertEquals(praise.words, ["i", "love", "this", "phone"]);
  assert((praise.probabilities[1] ?? 0) > 0.8, `${praise.probabilities}`);
  assert((complaint.probabilities[0] ?? 0) > 0.8, `${complaint.probabilities}`);
  for (const { weights } of [praise, complaint]) {
    assertAlmostEquals(weights.reduce((sum, weight) => sum + weight), 1, 1e-6);
  }
});

Deno.test("docs/text.md: the training ends far below the perplexity of a uniform guess", async () => {
  const logged = await lastLogged(await example("docs/text.md", "languageModel({"), "perplexities");
  const shape = z.object({ perplexities: z.array(z.number()), uniform: z.number() });
  const [{ perplexities, uniform }] = z.tuple([shape]).parse(logged);
  assertEquals(perplexities.length, 4);
  // The model ends at about a ninth; a quarter separates a trained model from an untrained one.
  assert((perplexities.at(-1) ?? Infinity) < uniform / 4, `${perplexities} against ${uniform}`);
});

Deno.test("docs/experiments.md: the experiment writes its site", async () => {
  const logged = await lastLogged(
    await example("docs/experiments.md", "circular-law"),
    "The site is",
  );
  const [line] = z.tuple([z.string()]).parse(logged);
  const path = line.replace("The site is ", "");
  assert((await Deno.readTextFile(path)).includes("circular law"));
  await Deno.remove(path.replace(/\/index\.html$/, ""), { recursive: true });
});

Deno.test("docs/text.md: the program writes the text of the command with the same seed", async () => {
  const program = await example("docs/text.md", "loadTextModel(");
  await using project = await ProjectCopy.make();
  const trained = await project.task(
    "train",
    ...["--corpus", "sentences", "--out", "models/whale", "--epochs", "1"],
    ...["--embedding", "4", "--hidden", "5"],
  );
  assertEquals(trained.code, 0, trained.err);
  await Deno.writeTextFile(`${project.folder}/ask.ts`, program);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-read", "--ignore-env", "ask.ts"],
    cwd: project.folder,
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  const wanted = await project.task(
    "generate",
    ...["--model", "models/whale", "--prompt", "the whale", "--strategy", "top-p", "--p", "0.9"],
  );
  assertEquals(`${new TextDecoder().decode(stdout)}\n`, wanted.out);
});

Deno.test("docs/networks.md: each of the networks learns more than a constant", async () => {
  const logged = await lastLogged(await example("docs/networks.md", "stackSamples("), "[");
  // JSON has a Float32Array as an object.
  const [losses] = z.tuple([z.record(z.string(), z.number())]).parse(logged);
  const values = Object.values(losses);
  assertEquals(values.length, 5);
  // The variance of the sum of two uniform numbers.
  for (const loss of values) assert(loss < 1 / 6, `${values}`);
});

Deno.test("docs/networks.md: the attention to each sentence is a distribution over its words", async () => {
  const logged = await lastLogged(await example("docs/networks.md", "model.attend("), "[");
  const row = z.array(z.number()).length(2);
  const [shape, weights] = z.tuple([row, z.array(row).length(3)]).parse(logged);
  assertEquals(shape, [2, 2]);
  for (const sentence of [0, 1]) {
    const words = weights.map((row) => row[sentence] ?? NaN);
    assert(words.every((weight) => weight >= 0));
    assertAlmostEquals(words.reduce((sum, weight) => sum + weight), 1, 1e-6);
  }
  // The second sentence has two words; the third step is padding.
  assertEquals(weights[2]?.[1], 0);
});

Deno.test("docs/networks.md: without recurrence the order of the words has no effect", async () => {
  const logged = await lastLogged(await example("docs/networks.md", "new Feedforward("), "{");
  // JSON has a Float32Array as an object.
  const logits = z.record(z.string(), z.number());
  const [there, back] = z.tuple([logits, logits]).parse(logged);
  assertEquals(Object.keys(there).length, 2);
  for (const [i, value] of Object.entries(there)) {
    assert(value !== 0);
    assertAlmostEquals(back[i] ?? NaN, value, 1e-6);
  }
});

Deno.test("docs/classification.md: copies in a file of labelled texts have one group", async () => {
  const code = await example("docs/classification.md", "readLabelledTexts(");
  assertEquals(await lastLogged(code, '["1","5"]'), [["1", "5"]]);
  assertEquals(await lastLogged(code, "[["), [[[1, 0], [0, 1], [1, 0]]]);
});

Deno.test("docs/classification.md: the attention of a sentence is measured over two seeds", async () => {
  const code = await example("docs/classification.md", "attentionStudy(");
  const mean = z.object({ mean: z.number(), texts: z.int().min(200).max(300) });
  const row = z.record(z.string(), mean);
  const [means] = z.tuple([z.array(row).length(2)]).parse(await lastLogged(code, "[{"));
  for (const { tauGradient, adversarial, excess } of means) {
    assert(tauGradient && tauGradient.mean > 0.3 && tauGradient.mean < 0.9);
    assert(adversarial && adversarial.mean > 0.2 && adversarial.mean < Math.LN2);
    assert(excess && excess.mean > 0);
  }
  const list = z.array(z.number());
  const logged = await lastLogged(code, '["');
  const [words, weights, others] = z.tuple([z.array(z.string()), list, list]).parse(logged);
  assertEquals([weights.length, others.length], [words.length, words.length]);
});

Deno.test("docs/classification.md: two baselines differ little, with an interval", async () => {
  const code = await example("docs/classification.md", "classificationDifferences(");
  const [found] = z.tuple([
    z.object({ measure: z.string(), value: z.number(), low: z.number(), high: z.number() }),
  ]).parse(await lastLogged(code, "measure"));
  assertEquals(found.measure, "accuracy");
  assert(found.low < found.value && found.value < found.high && Math.abs(found.value) < 0.02);
});

Deno.test("docs/classification.md: networks side by side learn from other sources", async () => {
  const code = await example("docs/classification.md", "fitSequenceClassifiers(");
  const shape = z.tuple([z.string(), z.number(), z.number()]);
  const [source, epoch, found] = shape.parse(await lastLogged(code, "["));
  assert(source !== "" && epoch >= 1 && epoch <= 8);
  // Six standard errors above a guess of 1,000 sentences.
  assert(found > 0.5 + 6 * Math.sqrt(0.25 / 1000), `${found}`);
});

Deno.test("docs/forecasting.md: a gap in a file is reported, and the next time is known", async () => {
  const code = await example("docs/forecasting.md", "readSeries(");
  assertEquals(await lastLogged(code, "2020-03"), [[5, 7, null, 6.5], ["2020-03"]]);
  assertEquals(await lastLogged(code, "2020-05"), ["2020-05"]);
});

Deno.test("docs/forecasting.md: seasonal naive with drift is the best of four methods", async () => {
  const code = await example("docs/forecasting.md", "rollingOrigins,");
  const row = z.tuple([z.string(), z.number(), z.number(), z.number()]);
  const [, mase, , owa] = row.parse(await lastLogged(code, "seasonal-naive-drift"));
  const [, other] = row.parse(await lastLogged(code, "theta"));
  assert(mase.toFixed(2) === "0.61" && mase < other && owa < 1);
  assertEquals(row.parse(await lastLogged(code, "naive2"))[3], 1);
});

Deno.test("docs/forecasting.md: models are chosen, and an interval contains the true number", async () => {
  const code = await example("docs/forecasting.md", "airline.quantiles(");
  assertEquals(await lastLogged(code, "AAA"), ["AAA", "-0.56"]);
  assertEquals(await lastLogged(code, "true"), [true]);
});

Deno.test("docs/forecasting.md: a transform continues the growth of a year", async () => {
  const code = await example("docs/forecasting.md", "fitTransform(");
  assertEquals(await lastLogged(code, "126"), [126, "406.4"]);
});

Deno.test("docs/forecasting.md: conformal intervals cover about what they say", async () => {
  const code = await example("docs/forecasting.md", "conformalMargins(");
  const found = z.tuple([z.record(z.string(), z.number())]).parse(await lastLogged(code, "value"));
  const [{ value = NaN, low = NaN, high = NaN, n, effective = NaN }] = found;
  assertEquals([value, low, high].map((one) => one.toFixed(3)), ["0.879", "0.815", "0.927"]);
  assertEquals([n, Math.round(effective)], [420, 147]);
});

Deno.test("README.md and docs have no example that is not tested here", async () => {
  const pages = ["README.md"];
  for await (const { name } of Deno.readDir(new URL("docs/", root))) {
    if (name.endsWith(".md")) pages.push(`docs/${name}`);
  }
  for (const page of pages) {
    for (const code of await examplesOf(page)) assert(tested.has(code), `${page}:\n${code}`);
  }
});
