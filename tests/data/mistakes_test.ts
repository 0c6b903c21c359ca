import { assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { addingProblem } from "../../src/data/adding_problem.ts";
import { alternatingSign } from "../../src/data/per_step_tasks.ts";
import { copyMemory } from "../../src/data/copy_memory.ts";
import { copyTask } from "../../src/data/per_step_tasks.ts";
import { cumulativeSum } from "../../src/data/per_step_tasks.ts";
import { gateSequence } from "../../src/data/gate_sequence.ts";
import { stackSamples } from "../../src/data/sequence_task.ts";
import { documentsOf, encodeCorpus, joinSequences } from "../../src/data/text/encoded_corpus.ts";
import { splitDocuments } from "../../src/data/text/split.ts";
import { streamBatches } from "../../src/data/text/token_batches.ts";
import { Tokenizer } from "../../src/data/text/tokenizer.ts";
import { notebookSentences } from "../../src/data/text/corpora.ts";
import { windowBatches } from "../../src/data/text/windows.ts";
import { windows } from "../../src/data/text/windows.ts";
import { assertMistakes, call, type Mistake } from "../mistakes.ts";

Deno.test("addingProblem(), copyMemory() and other tasks refuse unknown options and sources that are not a Random", async () => {
  const made = "random must be a source of random numbers, found";
  const tasks = [
    [addingProblem, { steps: 4 }],
    [copyMemory, { lag: 2 }],
    [alternatingSign, {}],
    [copyTask, {}],
    [cumulativeSum, {}],
  ] as const;
  for (const [task, sizes] of tasks) {
    await assertMistakes([
      [() => call(null, task, 10), `options of ${task.name} must be an object`, "found 10"],
      [() => call(null, task, null), `options of ${task.name} must be an object`],
      [() => call(null, task, { ...sizes, batch: 2 }), `an option of ${task.name} must be one of`],
      [() => call(null, task, { ...sizes, steps: "8", lag: "8" }), "found"],
    ]);
    const drawing = Reflect.apply(task, null, [sizes]);
    await assertMistakes([
      [() => call(drawing, "draw", 2), made, "new Random(1) makes one"],
      [() => call(drawing, "draw", 2, 42), made, "found 42. new Random(42) makes one"],
      [() => call(drawing, "draw", 2, Math.random), "cannot be drawn again"],
      [() => call(drawing, "draw", new Random(1)), "batch must be a positive integer"],
    ]);
  }
  await assertMistakes([
    [() => call(null, addingProblem), "options of addingProblem must be an object such as { steps"],
    [() => call(null, addingProblem, { step: 4 }), "Did you mean steps?"],
    [() => call(null, copyMemory, { lag: 2, symbol: 4 }), "Did you mean symbols?"],
    [() => call(null, gateSequence, 4, new Random(1)), "options of gateSequence must be an object"],
    [() => call(null, gateSequence, { steps: 4, batch: 1, inputSize: 3 }), made],
  ]);
});

Deno.test("stackSamples() refuses values that are not samples, and unknown fields", async () => {
  const sample = copyTask({ steps: 2, size: 1 }).draw(1, new Random(1));
  const big = { shape: [2], data: new BigInt64Array(2) };
  await assertMistakes([
    [() => call(null, stackSamples), "samples must be an array of samples"],
    [() => call(null, stackSamples, sample), "samples must be an array of samples"],
    [() => call(null, stackSamples, []), "samples must be at least one"],
    [() => call(null, stackSamples, [sample, undefined]), "fields of samples[1] must be an object"],
    [() => call(null, stackSamples, [{ ...sample, lengths: [2] }]), 'found "lengths"'],
    [() => call(null, stackSamples, [{ ...sample, mask: sample.x }]), 'found "mask"'],
    [
      () => call(null, stackSamples, [{ ...sample, x: [1, 2] }]),
      "samples[0] must be a sample of arrays",
    ],
    [() => call(null, stackSamples, [{ x: big, target: big }]), "a shape with a Float32Array"],
  ]);
  assertEquals(stackSamples([sample, sample]).x.shape, [2, 2, 1, 1]);
});

Deno.test("windows(), windowBatches() and streamBatches() refuse unknown options and other arrays of ids", async () => {
  const ids = Int32Array.of(2, 4, 5, 6, 7, 8, 9, 3);
  const cut = windows([ids], { length: 3 });
  const other: readonly (readonly [unknown, string])[] = [
    [[2, 4, 5, 6], "converts it"],
    [Uint16Array.of(2, 4, 5, 6), "converts it"],
    [BigInt64Array.of(2n, 4n, 5n, 6n), ", Number) converts it"],
    [BigUint64Array.of(2n, 4n, 5n, 6n), ", Number) converts it"],
    ["2 4 5 6", "an Int32Array"],
    [undefined, "an Int32Array"],
  ];
  await assertMistakes([
    ...other.flatMap(([given, words]): Mistake[] => [
      [() => call(null, streamBatches, given, { batchSize: 1, length: 2 }), "ids must be", words],
      [() => call(null, windows, [ids, given], { length: 2 }), "sequences[1] must be an", words],
      [() => call(null, joinSequences, [given]), "sequences[0] must be an Int32Array", words],
      [
        () => call(null, windowBatches, [{ input: given, target: ids }], { batchSize: 1 }),
        "windows[0].input must be an Int32Array",
      ],
    ]),
    [() => windowBatches([...cut, JSON.parse("{}")], { batchSize: 7 }).at(0), "windows[5].input"],
    [() => call(null, windows, ids, { length: 2 }), "Put one sequence in an array"],
    [() => call(null, windows, [ids]), "options of windows must be an object"],
    [() => call(null, windows, [ids], { length: 2, stride: 2 }), 'found "stride"'],
    [() => call(null, windows, [ids], { length: 2, pad: 1 }), "pad must be true or false, found 1"],
    [
      () => call(null, windows, [ids], { length: 2, overlap: "no" }),
      "overlap must be true or false",
    ],
    [() => call(null, streamBatches, ids), "options of streamBatches must be an object"],
    [() => call(null, streamBatches, ids, { batchSize: 1, steps: 2 }), 'found "steps"'],
    [
      () => call(null, streamBatches, ids, { batchSize: 1, length: 2, ignoredTargets: 2 }),
      "ignoredTargets must be an array of ids, found 2",
    ],
    [
      () => call(null, streamBatches, ids, { batchSize: 1, length: 2, ignoredTargets: [2n] }),
      "ignoredTargets must be an array of ids",
    ],
    [() => call(null, windowBatches, cut), "options of windowBatches must be an object"],
    [() => call(null, windowBatches, cut, { batch_size: 2 }), "Did you mean batchSize?"],
    [() => call(null, windowBatches, cut, { batchSize: 2, random: 3 }), "new Random(3) makes one"],
    [
      () => call(null, windowBatches, ids, { batchSize: 2 }),
      "windows must be an array, as windows()",
    ],
    [() => call(null, splitDocuments, 9), "options of splitDocuments must be an object"],
    [() => call(null, splitDocuments, 9, { validation: 0.2 }), "random must be a source"],
    [
      () => call(null, splitDocuments, 9, { validation: "0.2", random: new Random(1) }),
      'validation must be in (0, 1), found "0.2"',
    ],
    [() => call(null, splitDocuments, 9, { test: 0.2, random: new Random(1) }), 'found "test"'],
  ]);
});

Deno.test("encodeCorpus() and documentsOf() refuse arguments of other types", async () => {
  const tokenizer = await Tokenizer.build(["a b"], { kind: "words" });
  const encoded = await encodeCorpus(notebookSentences, tokenizer);
  await assertMistakes([
    [
      () => call(null, encodeCorpus, "a text", tokenizer),
      "corpus must be a corpus such as mobyDick",
    ],
    [() => call(null, encodeCorpus, notebookSentences), "tokenizer must be a Tokenizer"],
    [
      () => call(null, encodeCorpus, notebookSentences, Tokenizer.build(["a"], { kind: "words" })),
      "Await it first",
    ],
    [() => call(null, encodeCorpus, notebookSentences, tokenizer, 100), "options of encodeCorpus"],
    [() => call(null, encodeCorpus, notebookSentences, tokenizer, { max: 9 }), 'found "max"'],
    [
      () => call(null, documentsOf, encoded, 3),
      "which must be an array of indices of documents, found 3",
    ],
  ]);
});
