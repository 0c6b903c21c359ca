import { assert, assertEquals, assertRejects } from "@std/assert";
import { assertClose, tolerance } from "./tolerance.ts";
import type { Found } from "./without_tfjs.ts";

const root = new URL("../", import.meta.url);

/** Runs a module of this folder in a process of its own; returns its output. */
async function run(flags: readonly string[], file: string, ...args: string[]): Promise<string> {
  const map = "--import-map=.unroll/import_map.json";
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-check", "--no-prompt", "--no-lock", map, ...flags, file, ...args],
    cwd: root,
  });
  const { success, stdout, stderr } = await command.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("fit(), evaluate(), predict(), tokenLosses(), trainLanguageModel() and generate() compute without TensorFlow.js what they compute with it", async () => {
  // Without TensorFlow.js no permission is needed.
  const without: Found[] = JSON.parse(await run([], "tests/without_tfjs.ts"));
  const loaded: Found[] = JSON.parse(await run(["-A"], "tests/without_tfjs.ts", "import"));
  assertEquals(without.length, 2);
  for (const [i, { same, close, loaded: tfjs }] of without.entries()) {
    const other = loaded[i];
    assert(other && !tfjs && other.loaded);
    assert(same.flat().every(Number.isFinite) && same.flat().length > 1000);
    assertEquals(same, other.same);
    // One by one, since the scale of an array would hide errors of small numbers.
    for (const [k, value] of close.entries()) {
      assertClose([value], [other.close[k] ?? NaN], tolerance.backend.wasm);
    }
  }
});

/**
 * Runs the text of a module, after a common first part, in a process of its own; returns its
 * output.
 */
async function runSource(source: string): Promise<string> {
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  const beginning = `
    import {
      Adam, fit, GRU, InferenceSession, MSELoss, predict, Random, selectBackend, SequenceModel, trainStep,
    } from "${root}mod.ts";
    await selectBackend("wasm");
    const gru = (options = {}) =>
      new GRU({ inputSize: 2, hiddenSize: 3, random: new Random(1), ...options });
    const x = { shape: [5, 4, 2], data: new Random(2).array(40) };
    const target = { shape: [5, 4, 3], data: new Float32Array(60) };`;
  try {
    await Deno.writeTextFile(file, beginning + source);
    return await run(["-A"], file);
  } finally {
    await Deno.remove(file);
  }
}

const help = "Tensors need TensorFlow.js: import @tensorflow/tfjs before you call selectBackend, " +
  "or call `await selectBackend(name, { tensors: true })`.";

Deno.test("a tensor gives a clear error if TensorFlow.js was imported after selectBackend()", async () => {
  const late = `
    const tf = await import("@tensorflow/tfjs");
    await tf.setBackend("cpu");
    gru().forward(tf.ones([5, 4, 2]));`;
  await assertRejects(() => runSource(late), Error, help);
});

Deno.test("Module.parameters gives a clear error without TensorFlow.js", async () => {
  await assertRejects(() => runSource("gru().parameters;"), Error, help);
});

Deno.test("fit() loads TensorFlow.js for a model that the kernels do not train, trainStep() does not", async () => {
  const found = await runSource(`
    const model = new SequenceModel({ recurrent: gru({ implementation: "plain" }) });
    const optimizer = new Adam(model);
    const loss = new MSELoss();
    let message = "";
    try {
      trainStep(model, loss, optimizer, { x, target });
    } catch (error) {
      message = error.message;
    }
    const losses = await fit(model, loss, optimizer, { steps: 2, draw: () => ({ x, target }) });
    console.log(JSON.stringify([message, losses.length, "_tfengine" in globalThis]));`);
  assertEquals(JSON.parse(found), [help, 2, true]);
});

Deno.test("trainStep() and predict() need no TensorFlow.js for a model with attention", async () => {
  const found = await runSource(`
    const random = new Random(1);
    const model = new SequenceModel({
      recurrent: gru({ bidirectional: true, random: random.fork("gru") }),
      attention: { size: 3, random: random.fork("attention") },
      head: { outFeatures: 3, random: random.fork("head") },
    });
    const [lengths, first] = [[5, 1, 3, 2], { shape: [4, 3], data: new Float32Array(12) }];
    const draw = () => ({ x, target: first, lengths });
    const losses = await fit(model, new MSELoss(), new Adam(model), { steps: 9, draw });
    const { output, weights } = await predict(model, { x, lengths });
    const names = Object.keys(await model.stateDict()).length;
    console.log(JSON.stringify([
      losses.flat().map((one) => one[0] ?? one), output.shape, [...weights.data], names,
      "_tfengine" in globalThis,
    ]));`);
  const [losses, shape, weights, names, loaded] = JSON.parse(found);
  assertEquals([losses.length, shape, names, loaded], [9, [4, 3], 13, false]);
  assert(losses[8] < losses[0]);
  // The second sequence has one step: [sequence, batch].
  assertEquals([1, 5, 9, 13, 17].map((i) => weights[i]), [1, 0, 0, 0, 0]);
});

Deno.test("SequenceClassifier.fit(), attend() and attentionStudy() need no TensorFlow.js", async () => {
  const found = await runSource(`
    const { attentionStudy, SequenceClassifier } = await import("${root}src/classification.ts");
    const training = { texts: ["so good", "so bad"], labels: [1, 0], classes: 2 };
    const classifier = await SequenceClassifier.fit(training, {
      validation: training, minCount: 1, epochs: 30, learningRate: 0.05, random: new Random(1),
    });
    const copy = SequenceClassifier.load(await classifier.save());
    const [{ words, weights }] = await copy.attend(["bad"]);
    const [[{ gradient }]] = await attentionStudy(copy, ["so bad"], { random: new Random(2) });
    console.log(JSON.stringify([
      await copy.predict(training.texts), words, weights, gradient.length, "_tfengine" in globalThis,
    ]));`);
  assertEquals(JSON.parse(found), [[1, 0], ["bad"], [1], 2, false]);
});

Deno.test("selectBackend() with tensors moves parameters that the kernels train to variables", async () => {
  const found = await runSource(`
    const model = new SequenceModel({ recurrent: gru() });
    const optimizer = new Adam(model);
    const train = async (steps) =>
      (await fit(model, new MSELoss(), optimizer, { steps, draw: () => ({ x, target }) })).flat();
    const alike = new SequenceModel({ recurrent: gru() });
    const other = new Adam(alike);
    const wanted = await fit(alike, new MSELoss(), other, { steps: 8, draw: () => ({ x, target }) });
    const losses = await train(4);
    await selectBackend("wasm", { tensors: true });
    const [weight] = Object.values(model.parameters);
    losses.push(...await train(4));
    const values = await weight.data();
    const { data } = (await alike.stateDict())["recurrent.weight_ih_l0"];
    console.log(JSON.stringify([losses, wanted.flat(), [...values], [...data]]
      .map((list) => list.map((one) => one[0] ?? one))));`);
  const [losses, wanted, values, data] = JSON.parse(found);
  assertEquals([losses.length, values.length], [8, 18]);
  assertEquals([losses, values], [wanted, data]);
});
