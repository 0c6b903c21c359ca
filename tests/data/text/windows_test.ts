import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { notebookSentences } from "../../../src/data/text/corpora.ts";
import { documentsOf, encodeCorpus } from "../../../src/data/text/encoded_corpus.ts";
import type { TokenBatches } from "../../../src/data/text/token_batches.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { PAD } from "../../../src/data/text/vocabulary.ts";
import { windowBatches, windows } from "../../../src/data/text/windows.ts";

/** Ids that identify their sequence s and their step t: 100 s + t + 1. */
const sequences = [12, 3, 7, 2, 1, 0, 30].map((length, s) =>
  Int32Array.from({ length }, (_, t) => 100 * s + t + 1)
);

const every = [1, 2, 5].flatMap((horizon) =>
  [true, false].flatMap((overlap) =>
    [true, false].map((pad) => ({ length: 4, horizon, overlap, pad }))
  )
);

Deno.test("windows() of the notebook's sentences are as many as in the notebook's code", async () => {
  const tokenizer = await Tokenizer.build(notebookSentences.documents(), { kind: "words" });
  const encoded = await encodeCorpus(notebookSentences, tokenizer);
  const sentences = documentsOf(encoded);
  const counts = [4, 5, 8, 12].map((length) =>
    [true, false].map((overlap) => windows(sentences, { length, overlap }).length)
  );
  assertEquals(counts, [[151, 44], [131, 36], [71, 20], [7, 4]]);
});

Deno.test("windows() have targets the horizon ahead in the same sequence", () => {
  for (const options of every) {
    for (const { input, target } of windows(sequences, options)) {
      assertEquals([input.length, target.length], [4, 4]);
      for (const [t, id] of input.entries()) {
        if (target[t] === PAD) assert(options.pad && id === PAD);
        else assertEquals(target[t], id + options.horizon);
      }
    }
  }
});

Deno.test("windows() with pad and without overlap have each target once", () => {
  for (const { horizon } of every) {
    const asked = windows(sequences, { length: 4, horizon, overlap: false, pad: true })
      .flatMap(({ target }) => [...target]).filter((id) => id !== PAD);
    assertEquals(asked, sequences.flatMap((sequence) => [...sequence.subarray(horizon)]));
  }
});

Deno.test("windows() with overlap start at every id with enough ids after it", () => {
  for (const horizon of [1, 3]) {
    const starts = windows(sequences, { length: 4, horizon }).map(({ input }) => input[0]);
    const wanted = sequences.flatMap((
      sequence,
    ) => [...sequence.subarray(0, Math.max(0, sequence.length - 3 - horizon))]);
    assertEquals(starts, wanted);
  }
});

Deno.test("windows() leaves out ids that are too few for a window, or pads them once", () => {
  const short = [Int32Array.of(2, 7, 3), Int32Array.of(2)];
  assertEquals(windows(short, { length: 4 }), []);
  const [window, ...more] = windows(short, { length: 4, pad: true });
  assertEquals([[...window?.input ?? []], [...window?.target ?? []]], [[2, 7, 0, 0], [7, 3, 0, 0]]);
  assertEquals(more, []);
});

Deno.test("windows() without padding are views", () => {
  const sequence = new Int32Array(1_000_000);
  const cut = windows([sequence], { length: 100 });
  assertEquals(cut.length, 999_900);
  assertEquals(cut.at(-1)?.target.buffer, sequence.buffer);
});

Deno.test("windows() refuses sizes out of range", () => {
  const refuse = (options: { length: number; horizon?: number }, message: string) =>
    assertThrows(() => windows(sequences, options), InputError, message);
  refuse({ length: 0 }, "length must be a positive integer, found 0");
  refuse({ length: 4, horizon: 0 }, "horizon must be a positive integer, found 0");
});

const sequence = Int32Array.from({ length: 30 }, (_, t) => t + 1);
const cut = windows([sequence], { length: 3 });

/** The rows of all batches as text, input and target, padding as it is. */
function rows(batches: TokenBatches): string[] {
  return [...batches].flatMap(({ x, target }) => {
    const [length = 0, size = 0] = x.shape;
    assertEquals([target.shape, x.data.length, target.data.length], [
      ...[x.shape, length * size, length * size],
    ]);
    return Array.from({ length: size }, (_, b) => {
      const row = (data: Int32Array) =>
        Array.from({ length }, (_, t) => data[t * size + b]).join(" ");
      return `${row(x.data)} -> ${row(target.data)}`;
    });
  });
}

const wanted = cut.map(({ input, target }) => `${input.join(" ")} -> ${target.join(" ")}`);
const padding = "0 0 0 -> 0 0 0";

Deno.test("windowBatches() stacks windows in order, and fills the last batch with PAD", () => {
  assertEquals(cut.length, 27);
  for (
    const [batchSize, count, filled] of [[1, 27, 0], [4, 7, 1], [27, 1, 0], [50, 1, 23]] as const
  ) {
    const batches = windowBatches(cut, { batchSize });
    assertEquals(batches.length, count);
    assertEquals(rows(batches), [...wanted, ...Array(filled).fill(padding)]);
    assertEquals(batches.at(0)?.x.shape, [3, batchSize]);
  }
});

Deno.test("windowBatches() with random has each window once, in one order", () => {
  const batches = windowBatches(cut, { batchSize: 4, random: new Random(1) });
  const found = rows(batches);
  assertEquals(found.at(-1), padding);
  assertNotEquals(found.slice(0, 27), wanted);
  assertEquals(found.slice(0, 27).sort(), wanted.toSorted());
  assertEquals(rows(batches), found);
  assertEquals(rows(windowBatches(cut, { batchSize: 4, random: new Random(1) })), found);
  assertNotEquals(rows(windowBatches(cut, { batchSize: 4, random: new Random(2) })), found);
});

Deno.test("windowBatches() refuses no windows, and windows of different lengths", () => {
  const none = "windows must be at least one, found []. Every sequence is too short";
  assertThrows(() => windowBatches([], { batchSize: 4 }), InputError, none);
  const size = "batchSize must be a positive integer, found 0";
  assertThrows(() => windowBatches(cut, { batchSize: 0 }), InputError, size);
  const mixed = windowBatches([...cut, ...windows([sequence], { length: 4 })], { batchSize: 4 });
  const message = "windows must be of length 3 throughout, found 4";
  assertThrows(() => mixed.at(-1), InputError, message);
  assert(mixed.at(0));
});
