import * as tf from "@tensorflow/tfjs";
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../../src/core/random.ts";
import { END, PAD, START, UNK } from "../../../src/data/text/vocabulary.ts";
import { text } from "../../../src/experiments/notebook/parameters.ts";
import {
  countsOf,
  leakOf,
  NotebookLanguageModel,
  readWindows,
  splitOf,
  splitWindows,
  trainText,
} from "../../../src/experiments/notebook/text.ts";
import { onBackend } from "../../backends.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { measuring, part } from "./context.ts";
import { readRun } from "./pytorch_answers.ts";

Deno.test("readWindows() cuts the notebook's 7 windows from 4 of its 20 sentences", async () => {
  const { tokenizer, sentences, cut, short } = await readWindows();
  assertEquals([tokenizer.vocabulary.size, sentences, cut.length], [149, 20, 7]);
  assertEquals(new Set(cut.map(({ sentence }) => sentence)).size, 4);
  assertEquals(short.length, 16);
  for (const { input, target } of cut) {
    assertEquals([input.length, target.length], [text.length, text.length]);
    assertEquals(input.slice(1), target.slice(0, -1));
    assert(![...input, ...target].includes(0), "a window has padding");
  }
});

Deno.test("splitWindows() splits 5 to 2 at random, regardless of sentences", async () => {
  const { cut } = await readWindows();
  const held = new Map<number, number>();
  for (let seed = 0; seed < 700; seed++) {
    const { training, validation } = splitWindows(cut, new Random(seed));
    assertEquals([training.length, validation.length], [5, 2]);
    assertEquals(new Set([...training, ...validation]).size, 7);
    for (const window of validation) {
      const place = cut.indexOf(window);
      held.set(place, (held.get(place) ?? 0) + 1);
    }
  }
  // Each window is held out in about 200 of 700 splits, with a standard deviation of 12.
  cut.forEach((_, place) => assert(Math.abs((held.get(place) ?? 0) - 200) < 60));
});

Deno.test("leakOf() is the share of validation windows whose sentence has a training window", () => {
  const of = (...sentences: number[]) => sentences.map((sentence) => ({ sentence }));
  assertEquals(leakOf({ training: of(1, 1, 2), validation: of(1, 3) }), 0.5);
  assertEquals(leakOf({ training: of(1), validation: of(2, 3) }), 0);
});

Deno.test("NotebookLanguageModel drops embedded inputs in training only", async () => {
  await onBackend("cpu", async () => {
    const model = new NotebookLanguageModel(149, new Random(1));
    const x = tf.tensor2d([[7, 9, 11, 13, 15]], [1, 5], "int32");
    const { embedding } = model.inner;
    assert(embedding);
    const dropped = async (training: boolean): Promise<number> => {
      const { grads } = tf.variableGrads(() => {
        const { output } = model.forward(x, undefined, { training, random: new Random(3) });
        return output.square().sum<tf.Scalar>();
      });
      const gradient = grads[embedding.parameters.weight.name];
      const rows = await gradient?.reshape<tf.Tensor2D>([149, text.embeddingDim]).array() ?? [];
      const used = [7, 9, 11, 13, 15].flatMap((id) => rows[id] ?? []);
      tf.dispose(grads);
      return used.filter((value) => value === 0).length / used.length;
    };
    assertEquals(await dropped(false), 0);
    // 640 numbers: the deviation of the share is 0.018.
    assert(Math.abs(await dropped(true) - text.dropout) < 0.07);
    const outputs = await Promise.all([1, 1, 2].map(async (seed) => {
      const { output } = model.forward(x, undefined, { training: true, random: new Random(seed) });
      return (await output.data()).join();
    }));
    assert(outputs[0] === outputs[1] && outputs[0] !== outputs[2]);
    x.dispose();
    model.dispose();
  });
});

Deno.test("NotebookLanguageModel outside training agrees with LanguageModel", async () => {
  await onBackend("wasm", async () => {
    const model = new NotebookLanguageModel(149, new Random(1));
    assertEquals(model.inner.parameterCount, 978_965);
    const x = tf.tensor2d([[7], [9]], [2, 1], "int32");
    const [found, wanted] = [model.forward(x), model.inner.forward(x)];
    assertEquals([...await found.output.data()], [...await wanted.output.data()]);
    x.dispose();
    model.dispose();
  });
});

Deno.test("trainText() agrees with the notebook's own training", async () => {
  const others = Object.values((await readRun()).other_seeds);
  await onBackend("wasm", async () => {
    const { epochs, samples, parameters } = await trainText(measuring([2]), 2, true, part);
    assertEquals([epochs.length, parameters, samples.length], [20, 978_965, 4 + 4 * 5]);
    for (const [epoch, { trainLoss, gradientNorm }] of epochs.entries()) {
      for (
        const [value, all] of [
          [trainLoss, others.map((one) => one.train_loss[epoch] ?? NaN)],
          [gradientNorm, others.map((one) => one.gradient_norms[epoch] ?? NaN)],
        ] as const
      ) {
        const centre = all.reduce((sum, one) => sum + one, 0) / all.length;
        const square = all.reduce((sum, one) => sum + (one - centre) ** 2, 0) / (all.length - 1);
        const z = (value - centre) / Math.sqrt(square);
        assert(Math.abs(z) < 5, `epoch ${epoch + 1}: ${value} is ${z} deviations off`);
      }
    }
    assertEquals(samples.filter(({ prompt }) => prompt === "the").map((one) => one.epochs), [
      ...[1, 6, 11, 16],
    ]);
    for (const { prompt, text } of samples) {
      assert(text === prompt || text.startsWith(`${prompt} `));
      assert(text.split(" ").length <= prompt.split(" ").length + 30);
    }
  });
});

Deno.test("trainText() trains the same network whether or not it writes texts", async () => {
  await onBackend("wasm", async () => {
    const context = measuring([4], { textEpochs: 2 });
    const [with_, without] = [
      await trainText(context, 4, true, part),
      await trainText(context, 4, false, part),
    ];
    assertEquals(without, { ...with_, samples: [] });
  });
});

Deno.test("countsOf() counts each position of a window once, without start, padding and unknown words", () => {
  const windowOf = (input: readonly number[], target: readonly number[]) => ({
    input: Int32Array.from(input),
    target: Int32Array.from(target),
  });
  const counts = countsOf([
    windowOf([START, 5, 6, 5], [5, 6, 5, UNK]),
    windowOf([6, 5, END, PAD], [5, END, PAD, PAD]),
  ], 8);
  assertEquals(counts[5], 3);
  assertEquals(counts[6], 2);
  assertEquals(counts[END], 1);
  assertEquals([PAD, UNK, START, 7].map((id) => counts[id]), [0, 0, 0, 0]);
});

Deno.test("trainText() counts the words of other sentences that occur in training windows", async () => {
  await onBackend("wasm", async () => {
    const context = measuring([4], { textEpochs: 1 });
    const { known, knownInside } = await trainText(context, 4, false, part);
    const { tokenizer, cut, short } = await readWindows();
    const { training } = splitOf(context, 4, cut);
    const ids = new Set(training.flatMap(({ input, target }) => [...input, ...target]));
    const words = [...ids].filter((id) => ![PAD, UNK, START].includes(id));
    assertEquals(known.words, words.length);
    const asked = short.flatMap(({ target }) => [...target]).filter((id) => id !== PAD);
    const had = asked.filter((id) => words.includes(id));
    assertEquals(known.share, had.length / asked.length);
    // The frequency of a word is its share of all positions in the windows.
    const counts = words.map((id) =>
      training.flatMap(({ input, target }) => [...input.slice(0, 1), ...target])
        .filter((one) => one === id).length
    );
    const all = counts.reduce((sum, count) => sum + count, 0);
    const meanOf = (ids: readonly number[]): number =>
      ids.reduce((sum, id) => sum - Math.log((counts[words.indexOf(id)] ?? 0) / all), 0) /
      ids.length;
    // The log probabilities are kept as 32-bit floats.
    assertClose([known.frequencyLoss], [meanOf(had)], tolerance.float32);
    assertEquals(knownInside.words, known.words - 1);
    assertEquals(knownInside.share, had.filter((id) => id !== END).length / asked.length);
    // After one update from small weights the model is near a uniform guess over its words.
    assert(Math.abs(known.loss - Math.log(known.words)) < 0.5, `${known.loss}`);
    assert(known.words < tokenizer.vocabulary.size);
  });
});
