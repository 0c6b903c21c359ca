import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { classifiedTexts } from "../../../src/classification/cross_validate.ts";
import { readLabelledTexts } from "../../../src/data/text/read_labelled_texts.ts";
import {
  contradictions,
  dataDigest,
  divideData,
  foldsOf,
  readData,
} from "../../../tasks/classify/classifier_data.ts";

/** Labelled texts, of which each label has as many different ones as given. */
function labelled(counts: Readonly<Record<string, number>>, copies: readonly string[] = []) {
  const rows = Object.entries(counts).flatMap(([label, count]) =>
    Array.from({ length: count }, (_, i) => `text ${label} ${i},${label}`)
  );
  const file = ["text,label", ...rows, ...copies].join("\n");
  return readLabelledTexts("a.csv", new TextEncoder().encode(file), { minimum: 1 });
}

const tenths = { validation: 0.1, test: 0.1, seed: 1 };

Deno.test("divideData() has parts of the wanted shares, with the labels in proportion", async () => {
  const data = await labelled({ bad: 100, good: 300 });
  const { split, training, validation } = divideData(data, tenths);
  const test = classifiedTexts(data, split.test);
  const counts = [training, validation, test].map(({ labels }) => [
    labels.length,
    labels.filter((label) => label === 0).length,
  ]);
  assertEquals(counts, [[320, 80], [40, 10], [40, 10]]);
  const all = [...split.train, ...split.validation, ...split.test];
  assertEquals(all.toSorted((a, b) => a - b), [...data.texts.keys()]);
  const again = divideData(data, tenths);
  assertEquals(again.split, split);
  assert(divideData(data, { ...tenths, seed: 2 }).split.test.join() !== split.test.join());
  const whole = divideData(data, { validation: 0, test: 0, seed: 1 });
  assertEquals([whole.training.texts.length, whole.split.test.length], [400, 0]);
  const half = divideData(data, { validation: 0.25, test: 0.3, seed: 1 });
  assertEquals([half.split.test.length, half.validation.texts.length], [120, 100]);
});

Deno.test("divideData() has texts with the same words in one part", async () => {
  const copies = Array.from({ length: 30 }, (_, i) => `"TEXT, a ${i % 10}!",${i % 2 ? "a" : "b"}`);
  const data = await labelled({ a: 30, b: 30 }, copies);
  for (const seed of [1, 2, 3]) {
    const { split } = divideData(data, { validation: 0.2, test: 0.2, seed });
    const parts = [split.train, split.validation, split.test].map((part) =>
      new Set(part.map((i) => data.texts[i]?.group))
    );
    const groups = parts.reduce((sum, { size }) => sum + size, 0);
    assertEquals(groups, new Set(data.texts.map(({ group }) => group)).size);
  }
  // Half of the ten texts with copies have copies of the other label.
  assertEquals(contradictions(data), 5);
});

Deno.test("divideData() names a label without a text to train with", async () => {
  const data = await labelled({ bad: 20, good: 20, odd: 1 });
  const seeds = Array.from({ length: 40 }, (_, seed) => seed);
  const errors = seeds.flatMap((seed) => {
    try {
      divideData(data, { validation: 0.4, test: 0.5, seed });
      return [];
    } catch (error) {
      assert(error instanceof InputError);
      return [error.message];
    }
  });
  assert(errors.length > 0);
  assertEquals(
    new Set(errors),
    new Set([
      'the label "odd" of a.csv must be that of enough different texts, so that some are left to ' +
      "train with, found 1. Add texts of this label, or hold out fewer texts with --validation and " +
      "--test.",
    ]),
  );
});

Deno.test("foldsOf() finds the fraction that is nearest to a share", () => {
  assertEquals(foldsOf(0.1, 100), { folds: 10, held: 1 });
  assertEquals(foldsOf(0.1 / 0.9, 100), { folds: 9, held: 1 });
  assertEquals(foldsOf(0.3, 100), { folds: 10, held: 3 });
  assertEquals(foldsOf(0.15, 100), { folds: 20, held: 3 });
  assertEquals(foldsOf(0.01, 100), { folds: 100, held: 1 });
  assertEquals(foldsOf(0.01, 12), { folds: 12, held: 1 });
  assertEquals(foldsOf(0.99, 3), { folds: 3, held: 2 });
});

Deno.test("dataDigest() depends on the texts, the labels and their order", async () => {
  const first = await labelled({ a: 3, b: 3 });
  const digests = [
    first,
    await labelled({ a: 3, b: 4 }),
    await labelled({ a: 3, c: 3 }),
    { ...first, texts: first.texts.toReversed() },
    { ...first, classes: first.classes.toReversed() },
  ].map(dataDigest);
  assertEquals(new Set(digests).size, digests.length);
  assertEquals(dataDigest({ ...first, id: "b.csv" }), digests[0]);
});

Deno.test("readData() reads the columns and labels, and names the row and the column of a mistake", async (t) => {
  const folder = await Deno.makeTempDir();
  const rows = Array.from({ length: 10 }, (_, i) => `text ${i},${i % 2 ? "good" : "bad"}`);
  const table = (...more: readonly string[]) => ["text,label", ...rows, ...more].join("\n");
  const path = `${folder}/a.csv`;
  const columns = { textColumn: "text", labelColumn: "label", labels: null };
  const read = (given: Partial<Parameters<typeof readData>[0]>) =>
    readData({ data: path, ...columns, ...given });
  const mistakes: readonly (readonly [
    name: string,
    content: string | Uint8Array<ArrayBuffer>,
    message: string,
    given?: Partial<Parameters<typeof readData>[0]>,
  ])[] = [
    ["a missing column", table(), 'columns of PATH must be some with "stars"', {
      labelColumn: "stars",
    }],
    ["a similar column", table(), 'Did you mean "label"?', { labelColumn: "labl" }],
    [
      "a label that was not announced",
      table("text,god"),
      '"label" in row 12 of PATH must be one of',
      {
        labels: ["bad", "good"],
      },
    ],
    [
      "one class only",
      table().replaceAll(",good", ",bad"),
      'column "label" of PATH must be of at least two labels, found "bad"',
    ],
    ["an empty text", table(" ,good"), '"text" in row 12 of PATH must be a text that is not empty'],
    ["an empty label", table("text,"), '"label" in row 12 of PATH must be a label that is not'],
    ["a row with too many fields", table("a, b,good"), "row 12 of PATH must be of 2 fields"],
    [
      "three rows",
      ["text,label", ...rows.slice(0, 3)].join("\n"),
      "PATH must be a file of at least 10 labelled texts, found 3",
    ],
    [
      "copies",
      ["text,label", ...rows.slice(0, 9), ...rows.slice(0, 9)].join("\n"),
      "texts of PATH must be at least 10 different ones, found 9. Texts with the same words count",
    ],
    ["not UTF-8", Uint8Array.of(0x74, 0xe9, 0x0a), "PATH must be UTF-8 at byte 1"],
    ["a folder", "", "--train must be a readable file", { data: folder }],
    ["no file", "", '--train must be a readable file, found "no such file"', {
      data: "nowhere.csv",
    }],
  ];
  for (const [name, content, message, given = {}] of mistakes) {
    await t.step(name, async () => {
      if (typeof content === "string") await Deno.writeTextFile(path, content);
      else await Deno.writeFile(path, content);
      await assertRejects(() => read(given), InputError, message.replace("PATH", path));
    });
  }
  await t.step("what is right", async () => {
    await Deno.writeTextFile(path, table("more,neutral"));
    assertEquals((await read({})).classes, ["bad", "good", "neutral"]);
    const { classes } = await read({ labels: ["neutral", "good", "bad"] });
    assertEquals(classes, ["neutral", "good", "bad"]);
    await Deno.writeTextFile(
      `${folder}/a.jsonl`,
      rows.map((row, i) => JSON.stringify({ row, i })).join("\n"),
    );
    const data = await read({ data: `${folder}/a.jsonl`, textColumn: "row", labelColumn: "i" });
    assertEquals(data.classes.length, 10);
  });
  await Deno.remove(folder, { recursive: true });
});
