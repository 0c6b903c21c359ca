import { assert, assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { sentimentSentences } from "../../../src/data/text/sentiment_sentences.ts";
import { sentiment } from "../../../src/experiments/sentiment/experiment.ts";
import { openTexts, smallerSplit, type Texts } from "../../../src/experiments/sentiment/texts.ts";
import { fileOf, jsonLines, measure, plainRows, type Row, valuesOf, within } from "./running.ts";

/** Opens the texts of a run. */
function opened(set: Record<string, unknown>, content?: string): Promise<Texts> {
  return within("cpu", set, openTexts, content === undefined ? {} : fileOf(content));
}

/** Opens rows as JSON lines. */
function ofRows(rows: readonly Row[], set: Record<string, unknown> = {}): Promise<Texts> {
  return opened({ data: "a.jsonl", maxTexts: 1000, ...set }, jsonLines(rows));
}

Deno.test("openTexts() has all sentences, in ten folds that are stratified by class and source", async () => {
  const { data, folds, bySource } = await opened({ maxTexts: 20_000, folds: 10 });
  assertEquals(data.texts, (await sentimentSentences()).texts);
  assertEquals(folds.map(({ test }) => test.length), Array(10).fill(300));
  assertEquals(folds.map(({ validation }) => validation.length), Array(10).fill(300));
  assertEquals(
    folds.flatMap(({ test }) => test).toSorted((a, b) => a - b),
    [...data.texts.keys()],
  );
  for (const { test } of folds) {
    for (const source of ["amazon", "imdb", "yelp"]) {
      for (const label of [0, 1]) {
        const own = test.filter((i) => {
          return data.texts[i]?.source === source && data.texts[i]?.label === label;
        });
        assert(Math.abs(own.length - 50) <= 1, `${source}, ${label}: ${own.length}`);
      }
    }
  }
  // Each source is tested by a model of the two others.
  assertEquals(bySource.map(({ testSource, trainSources }) => [testSource, ...trainSources]), [
    ["amazon", "imdb", "yelp"],
    ["imdb", "amazon", "yelp"],
    ["yelp", "amazon", "imdb"],
  ]);
});

Deno.test("openTexts() draws at most maxTexts with the shares of classes and sources", async () => {
  const { data } = await opened({ maxTexts: 90 });
  const counts = new Map<string, number>();
  for (const { source, label } of data.texts) {
    const key = `${source} ${label}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  assertEquals([data.texts.length, ...counts.values()], [90, ...Array(6).fill(15)]);
  // The draw depends neither on the seeds of the run nor on the number of folds.
  const again = await opened({ maxTexts: 90, folds: 4 });
  assertEquals(again.data.texts, data.texts);
});

Deno.test("smallerSplit() draws nested parts of the wanted size from a fold", async () => {
  await within("cpu", { maxTexts: 300 }, async (context) => {
    const texts = await openTexts(context);
    for (const fold of texts.folds) {
      const sizes = [30, 60, 120];
      const splits = sizes.map((size) => smallerSplit(texts, fold, size, context));
      for (const [s, size] of sizes.entries()) {
        const split = splits[s];
        assert(split);
        // A half is for validation, as in each of three folds.
        assertEquals([split.train.length, split.validation.length], [size / 2, size / 2]);
        assertEquals(split.test, fold.test);
        const larger = splits[s + 1] ?? fold;
        assertEquals(split.train.filter((i) => !larger.train.includes(i)), []);
        assertEquals(split.validation.filter((i) => !larger.validation.includes(i)), []);
        const positive = split.train.filter((i) => texts.data.texts[i]?.label === 1).length;
        assert(Math.abs(positive - size / 4) <= 3, `${positive} of ${size / 2}`);
      }
      // The whole fold is not a smaller one.
      assertEquals(smallerSplit(texts, fold, 200, context), null);
      assertEquals(smallerSplit(texts, fold, 1000, context), null);
    }
  });
});

Deno.test("smallerSplit() gives null if the training part lacks a class or common words", async () => {
  const classes = Array.from({ length: 14 }, (_, c) => `class ${c}`);
  const rows = plainRows(140, classes);
  const run = (set: Record<string, unknown>, size: number) =>
    within("cpu", { data: "a.jsonl", maxTexts: 140, ...set }, async (context) => {
      const texts = await openTexts(context);
      return texts.folds.map((fold) => smallerSplit(texts, fold, size, context)?.train.length);
    }, fileOf(jsonLines(rows)));
  assertEquals(await run({}, 24), [undefined, undefined, undefined]);
  assertEquals(await run({}, 80), [40, 40, 40]);
  // The word "the" is in every text of the training part of a fold, 46 or 47, but not in 45 of 40.
  assertEquals(await run({ minCount: 45 }, 80), [undefined, undefined, undefined]);
});

Deno.test("openTexts() reads CSV, TSV and JSON lines with the named columns", async () => {
  const rows = plainRows(60, ["bad", "good"]);
  const table = (separator: string) =>
    [
      ["id", "stars", "review", "shop"],
      ...rows.map(({ text, label }, i) => {
        return [String(i), label, `"${text}"`, `shop ${i % 2}`];
      }),
    ].map((fields) => fields.join(separator)).join("\n");
  const lines = rows.map(({ text, label }, i) => {
    return { review: text, stars: label, shop: `shop ${i % 2}` };
  });
  const columns = { text: "review", label: "stars", source: "shop" };
  const found = [
    await opened({ data: "a.csv", ...columns }, table(",")),
    await opened({ data: "a.tsv", ...columns }, table("\t")),
    await ofRows(lines, columns),
  ];
  for (const { data } of found) {
    assertEquals(data.classes, ["bad", "good"]);
    assertEquals(data.texts.length, 60);
    assertEquals(data.texts, found[0]?.data.texts);
    assertEquals(data.texts[3], {
      ...{ text: "the word3 sign1 mark1 number3", label: 1, source: "shop 1", group: 3 },
    });
  }
  const named = valuesOf({ data: "a.csv" });
  assertEquals(sentiment.files?.(named), ["a.csv"]);
  assertEquals(sentiment.files?.(valuesOf()), []);
});

Deno.test("openTexts() tests no sources if there is one, there are eleven, or one is too small", async () => {
  const rows = plainRows(240, ["a", "b"]);
  const withSources = (sourceOf: (i: number) => string) =>
    ofRows(rows.map((row, i) => ({ ...row, source: sourceOf(i) })), { source: "source" });
  const number = async (sourceOf: (i: number) => string) =>
    (await withSources(sourceOf)).bySource.length;
  assertEquals(await number((i) => `s${(i >> 1) % 2}`), 2);
  assertEquals(await number((i) => `s${(i >> 1) % 3}`), 3);
  assertEquals(await number((i) => `s${(i >> 1) % 10}`), 10);
  assertEquals(await number(() => "s"), 0);
  assertEquals(await number((i) => `s${(i >> 1) % 11}`), 0);
  assertEquals(await number((i) => i < 19 ? "small" : "large"), 0);
  assertEquals(await number((i) => i < 20 ? "small" : "large"), 2);
  // A source with one class cannot train the other.
  assertEquals(await number((i) => `s${i % 2}`), 0);
  // Copies of the tested source do not train, so this source has no texts of its own.
  const copies = [...rows.slice(0, 60), ...rows.slice(0, 60)];
  const twice = copies.map((row, i) => ({ ...row, source: i < 60 ? "one" : "other" }));
  assertEquals((await ofRows(twice, { source: "source" })).bySource, []);
});

Deno.test("openTexts() names what is wrong with a file before anything is trained", async () => {
  const rows = plainRows(60, ["a", "b"]);
  const csv = (lines: readonly string[]) => ["text,label", ...lines].join("\n");
  const lines = rows.map(({ text, label }) => `${text},${label}`);
  const rare = (count: number): Row[] => [
    ...rows,
    ...Array.from({ length: count }, (_, i) => ({ text: `rare word${i}`, label: "rare" })),
  ];
  const wrong: (readonly [string, string, Record<string, unknown>, string])[] = [
    [
      "a.csv",
      csv(lines).replace("label", "lable"),
      {},
      'columns of a.csv must be some with "label"',
    ],
    [
      "a.csv",
      csv([...lines.slice(0, 4), " ,a", ...lines]),
      {},
      '"text" in row 6 of a.csv must be a text that is not empty, found " "',
    ],
    [
      "a.jsonl",
      jsonLines([...rows, { text: "x y", label: "" }]),
      {},
      '"label" in line 61 of a.jsonl must be a label that is not empty',
    ],
    [
      "a.csv",
      csv(lines.map((line) => line.replace(",b", ",a"))),
      {},
      "must be of at least two labels",
    ],
    [
      "a.csv",
      csv(lines.slice(0, 59)),
      {},
      "a.csv must be a file of at least 60 labelled texts, found 59",
    ],
    ["a.txt", csv(lines), {}, "must be one that ends in .csv, .tsv or .jsonl"],
    ["a.csv", csv([...lines, "one,two,a"]), {}, "row 62 of a.csv must be of 2 fields"],
    ["a.csv", csv(lines), { source: "shop" }, 'columns of a.csv must be some with "shop"'],
    [
      "a.jsonl",
      jsonLines(rare(2)),
      {},
      'the texts of the class "rare" in a.jsonl must be at least 3 different ones, one for each fold, found 2',
    ],
    // Copies are one text.
    [
      "a.jsonl",
      jsonLines([...rare(2), { text: "Rare word1!", label: "rare" }]),
      {},
      "must be at least 3 different ones, one for each fold, found 2",
    ],
    ["a.jsonl", jsonLines(rare(9)), { folds: 10 }, "one for each fold, found 9"],
    [
      "a.jsonl",
      jsonLines(rows.map(({ label }, i) => ({ text: "!".repeat(i + 1), label }))),
      {},
      "the texts of a.jsonl must be some with words",
    ],
    [
      "a.jsonl",
      jsonLines(rows.map(({ label }, i) => ({ text: `first${i} second${i}`, label }))),
      {},
      "minCount must be at most 1, the count of the most common word of a training part, found 2",
    ],
    [
      "a.jsonl",
      jsonLines(rows.map(({ label }, i) => ({ text: `word${i % 15}`, label }))),
      { minCount: 1 },
      "the texts of a.jsonl must be some of two or more words in every fold",
    ],
  ];
  for (const [data, content, set, message] of wrong) {
    const options = { ...fileOf(content), onProgress: () => assert(false, message) };
    await assertRejects(() => measure("cpu", { data, ...set }, options), InputError, message);
  }
  const latin = Uint8Array.of(...new TextEncoder().encode(csv(lines)), 0xe9);
  const notUtf8 = () => measure("cpu", { data: "a.csv" }, fileOf(latin));
  await assertRejects(notUtf8, InputError, "a.csv must be UTF-8 at byte");
  await assertRejects(() => measure("cpu", { data: "a.csv" }), InputError, "readFile");
});

Deno.test("openTexts() says if maxTexts is too small for a class", async () => {
  const rare = [{ text: "one", label: "rare" }, { text: "two", label: "rare" }];
  const rows = [...plainRows(2000, ["a", "b"]), ...rare, { text: "three", label: "rare" }];
  await assertRejects(
    () => ofRows(rows, { maxTexts: 60 }),
    InputError,
    'maxTexts must be large enough for 3 different texts of the class "rare", found 60',
  );
});

Deno.test("sentiment refuses parameters that contradict each other", async () => {
  const wrong: (readonly [Record<string, unknown>, string])[] = [
    [{ text: "review" }, 'text must be left out without a file, found "review"'],
    [{ source: "shop" }, 'source must be left out without a file, found "shop"'],
    [{ sizes: [40, 30] }, "sizes must be in ascending order"],
    [{ sizes: [30, 30] }, "sizes must be in ascending order"],
  ];
  for (const [set, message] of wrong) {
    await assertRejects(() => measure("cpu", set), InputError, message);
  }
});
