import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import {
  readLabelledTexts,
  type ReadLabelledTextsOptions,
  readTextColumn,
} from "../../../src/data/text/read_labelled_texts.ts";
import { assertMistakes, call } from "../../mistakes.ts";

const encoder = new TextEncoder();

function read(name: string, text: string, options: ReadLabelledTextsOptions = {}) {
  return readLabelledTexts(name, encoder.encode(text), { minimum: 2, ...options });
}

Deno.test("readLabelledTexts() reads quoted fields, other columns and a byte order mark", async () => {
  const text = '\uFEFFid,label,text,shop\r\n1,no,"Bad, ""really"" bad.\r\nNever again.",a\r\n' +
    "\r\n2, yes ,Good,b\r\n";
  const { classes, texts } = await read("d.csv", text, { source: "shop" });
  assertEquals(classes, ["no", "yes"]);
  assertEquals(texts, [
    { text: 'Bad, "really" bad.\r\nNever again.', label: 0, source: "a", group: 0 },
    { text: "Good", label: 1, source: "b", group: 1 },
  ]);
});

Deno.test("readLabelledTexts() reads TSV and JSON lines alike", async () => {
  const tsv = await read("d", "stars\ttext\n10\tgood\n9\tbad\n", { format: "tsv", label: "stars" });
  const lines = '{"stars": 10, "text": "good"}\n\n{"text": "bad", "stars": 9, "more": [1]}';
  const json = await read("d", lines, { format: "jsonl", label: "stars" });
  assertEquals(json, tsv);
  assertEquals(tsv.classes, ["9", "10"]); // By number.
  assertEquals((await read("D.NDJSON", lines, { label: "stars" })).classes, ["9", "10"]);
});

Deno.test("readLabelledTexts() reads bytes in pieces", async () => {
  const bytes = encoder.encode("text,label\ncafé,a\nthé,b\n");
  async function* pieces() {
    for (const byte of bytes) yield await Promise.resolve(Uint8Array.of(byte));
  }
  const { texts } = await readLabelledTexts("d.csv", pieces(), { minimum: 2 });
  assertEquals(texts.map(({ text }) => text), ["café", "thé"]);
});

Deno.test("readLabelledTexts() gives copies one group and more than two classes their order", async () => {
  const { classes, texts } = await read("d.csv", "text,label\nA b,z\na. B!,y\nc,x\n");
  assertEquals(classes, ["x", "y", "z"]);
  assertEquals(texts.map(({ group, label }) => [group, label]), [[0, 2], [0, 1], [1, 0]]);
  const known = await read("d.csv", "text,label\na,z\nb,y\n", { classes: ["z", "y", "x"] });
  assertEquals([known.classes, known.texts.map(({ label }) => label)], [["z", "y", "x"], [0, 1]]);
});

Deno.test("readLabelledTexts() names the row and the column of a mistake", async () => {
  const csv = (text: string, options?: ReadLabelledTextsOptions) => () =>
    read("d.csv", text, options);
  const json = (text: string) => () => read("d.jsonl", text);
  await assertMistakes([
    [csv("txt,label\na,1\n"), 'columns of d.csv must be some with "text"', 'Did you mean "txt"?'],
    [csv("text,x\na,1\n"), 'columns of d.csv must be some with "label", found ["text", "x"]'],
    [csv("text,label,text\na,1,b\n"), 'column "text" of d.csv must be there once, found 2'],
    [csv(""), 'columns of d.csv must be some with "text", found []'],
    [csv("text,label\na,1\n ,2\n"), '"text" in row 3 of d.csv must be a text that is not empty'],
    [csv("text,label\na,1\nb,\n"), '"label" in row 3 of d.csv must be a label that is not empty'],
    [csv("text,label\na, or b,1\n"), "row 2 of d.csv must be of 2 fields, as the header, found 3"],
    [csv('text,label\na,1\n"b,2\nc,1\n'), "row 3 of d.csv must be closed by a quotation mark"],
    [
      csv("text,label\na,1\nb,1\n"),
      'column "label" of d.csv must be of at least two labels',
      '"1"',
    ],
    [csv("text,label\na,1\nb,2\n", { minimum: 3 }), "a file of at least 3 labelled texts, found 2"],
    [
      csv("text,label\na,no\nb,maybe\n", { classes: ["no", "yes"] }),
      '"label" in row 3 of d.csv must be one of "no", "yes", found "maybe"',
    ],
    [json('{"text": "a", "label": 1}\n{"text": "b"'), "line 2 of d.jsonl must be a JSON object"],
    [json('{"text": "a", "label": 1}\n[1]'), "line 2 of d.jsonl must be a JSON object, found [1]"],
    [json('\n{"text": "a"}'), '"label" in line 2 of d.jsonl must be there', "only text"],
    [json('{"text": 5, "label": 1}'), '"text" in line 1 of d.jsonl must be a text, found 5'],
    [json('{"text": "a", "label": null}'), '"label" in line 1', "a text or a number, found null"],
  ]);
});

Deno.test("readTextColumn() reads texts without labels, and names the row of a mistake", async () => {
  const read = (name: string, text: string, column = "text") =>
    readTextColumn(name, new TextEncoder().encode(text), column);
  assertEquals(await read("a.csv", '\uFEFFtext,x\n"a, b",1\nc,2\n'), ["a, b", "c"]);
  assertEquals(await read("a.tsv", "x\treview\n1\ta\n", "review"), ["a"]);
  assertEquals(await read("a.jsonl", '{"text":"a"}\n\n{"text":"b","x":1}\n'), ["a", "b"]);
  assertEquals(await read("a.csv", "text\n"), []);
  const wrong: readonly (readonly [name: string, text: string, message: string])[] = [
    ["a.csv", "text,x\na,1\n ,2\n", '"text" in row 3 of a.csv must be a text that is not empty'],
    ["a.csv", "txt\na\n", 'columns of a.csv must be some with "text"'],
    ["a.jsonl", '{"text":"a"}\n{"x":1}', '"text" in line 2 of a.jsonl must be there'],
    ["a.txt", "text\na\n", "the name of the data must be one that ends in .csv, .tsv or .jsonl"],
  ];
  for (const [name, text, message] of wrong) {
    await assertRejects(() => read(name, text), InputError, message);
  }
});

Deno.test("readLabelledTexts() refuses bytes that are not UTF-8 and wrong options", async () => {
  const latin1 = Uint8Array.of(...encoder.encode("text,label\ncaf"), 0xE9, 0x2C, 0x31);
  const bytes = encoder.encode("text,label\na,1\nb,2\n");
  await assertMistakes([
    [() => readLabelledTexts("d.csv", latin1), 'd.csv must be UTF-8 at byte 14, found "0xe9"'],
    [() => readLabelledTexts("d.csv", bytes), "d.csv must be a file of at least 10 labelled texts"],
    [() => readLabelledTexts("d.txt", bytes), "one that ends in .csv, .tsv or .jsonl"],
    [() => call(null, readLabelledTexts, "d.csv", "text,label"), "bytes must be a Uint8Array or"],
    [() => call(null, readLabelledTexts, "d.csv", bytes, { txt: "a" }), "Did you mean text?"],
    [() => call(null, readLabelledTexts, "d.csv", bytes, { format: "xml" }), "format must be"],
    [() => call(null, readLabelledTexts, "d.csv", bytes, { minimum: 0 }), "minimum must be"],
    [
      () => call(null, readLabelledTexts, "d.csv", bytes, { minimum: 2, classes: ["1"] }),
      "classes must be at least two different labels",
    ],
  ]);
});
