/** Texts from bytes to batches: UTF-8, documents, tokenizers, windows and streams. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { InputError } from "../../../src/core/errors.ts";
import type { Json } from "../../../src/core/json.ts";
import { Random } from "../../../src/core/random.ts";
import { fileCorpus } from "../../../src/data/text/file_corpus.ts";
import { paragraphs } from "../../../src/data/text/file_corpus.ts";
import { readLabelledTexts } from "../../../src/data/text/read_labelled_texts.ts";
import { splitDocuments } from "../../../src/data/text/split.ts";
import { streamBatches } from "../../../src/data/text/token_batches.ts";
import { textRules, type TokenKind } from "../../../src/data/text/text_rules.ts";
import { Tokenizer } from "../../../src/data/text/tokenizer.ts";
import { decodeUtf8 } from "../../../src/data/text/utf8.ts";
import { END, PAD, START } from "../../../src/data/text/vocabulary.ts";
import { windowBatches } from "../../../src/data/text/windows.ts";
import { windows } from "../../../src/data/text/windows.ts";
import { cutAt, cuts, editedBytes, jsonText, oddNumber, oddText, prose } from "../generators.ts";
import { inputTarget, type Target } from "../target.ts";

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  prose.map((text) => new TextEncoder().encode(text)),
  editedBytes(prose.map((text) => new TextEncoder().encode(text))),
  fc.uint8Array({ maxLength: 12 }),
);

const utf8 = inputTarget({
  name: "utf8",
  inputs: fc.record({ bytes, cuts }),
  errors: [InputError],
  async read({ bytes, cuts }) {
    const whole = await read([bytes]).catch((error: unknown) => error);
    const parts = await read(cutAt(bytes, cuts)).catch((error: unknown) => error);
    // The ends of chunks must not change the text or the error.
    if (whole instanceof Error || parts instanceof Error) {
      assert(whole instanceof Error && parts instanceof Error, "chunks decide what is an error");
      assertEquals(parts.message, whole.message);
      throw whole;
    }
    return { whole, parts };
  },
  check({ whole, parts }, { bytes }) {
    assertEquals(parts, whole);
    assertEquals(whole, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  },
});

async function read(chunks: readonly Uint8Array[]): Promise<string> {
  return (await Array.fromAsync(decodeUtf8("bytes", each(chunks)))).join("");
}

/** Texts without blanks at the ends, so that every character must be in the output. */
const documents = inputTarget({
  name: "paragraphs",
  inputs: fc.record({ text: prose, cuts, longest: fc.integer({ min: 2, max: 40 }) }),
  errors: [InputError],
  async read({ text, cuts, longest }) {
    const well = text.toWellFormed().replaceAll("\0", "");
    const blob = new Blob([well]);
    const corpus = fileCorpus("file", () => Promise.resolve(blob.stream()));
    return {
      well,
      whole: await Array.fromAsync(paragraphs(each([well]), longest)),
      parts: await Array.fromAsync(paragraphs(each(cutAt(well, cuts)), longest)),
      file: well.trim() === "" ? [] : await Array.fromAsync(corpus.documents()),
    };
  },
  check({ well, whole, parts, file }, { longest }) {
    assertEquals(parts, whole);
    for (const paragraph of whole) {
      assert(paragraph.trim() !== "", "a paragraph is empty");
      assert(paragraph.length <= longest + 1, `${paragraph.length} code units of ${longest}`);
      assert(paragraph.isWellFormed(), "a character is cut in two");
    }
    const letters = (texts: readonly string[]) => texts.join("").replace(/\s/g, "");
    assertEquals(letters(whole), letters([well]));
    if (file.length > 0) assertEquals(letters(file), letters([well.replace(/^\ufeff/, "")]));
  },
});

const kind = fc.constantFrom<TokenKind>("words", "characters", "plain-words");

/** JSON of tokenizers, with the tokens of texts. */
const tokenizerJson: fc.Arbitrary<Json> = fc.tuple(kind, fc.array(oddText, { maxLength: 6 })).map(
  ([kind, texts]) => {
    const { normal, tokens } = textRules[kind];
    const own = [...new Set(texts.flatMap((text) => tokens(normal(text)).slice(0, 5)))];
    return {
      format: "unroll-tokenizer-1",
      kind,
      statistics: { total: 10, distinct: 5, covered: 0.5 },
      tokens: ["<PAD>", "<UNK>", "<START>", "<END>", ...own],
    };
  },
);

const tokenizers = inputTarget({
  name: "tokenizers",
  inputs: fc.record({ json: jsonText(tokenizerJson), text: prose }),
  errors: [InputError, SyntaxError],
  read: ({ json }) => Tokenizer.fromJson(JSON.parse(json)),
  check(tokenizer, { text }) {
    const again = Tokenizer.fromJson(tokenizer.toJson());
    assertEquals(again.toJson(), tokenizer.toJson());
    checkTokenizer(tokenizer, text);
  },
});

function checkTokenizer(tokenizer: Tokenizer, text: string): void {
  const { normal } = textRules[tokenizer.kind];
  const ids = tokenizer.encode(text);
  const { size } = tokenizer.vocabulary;
  assert(ids.every((id) => id >= 0 && id < size), "an id that does not exist");
  assertEquals(ids.length, tokenizer.split(text).length);
  const unknown = tokenizer.unknown(text);
  const special = tokenizer.split(text).some((token) => /^<(PAD|UNK|START|END)>$/.test(token));
  if (unknown.length === 0 && !special) assertEquals(tokenizer.decode(ids), normal(text));
  const document = [...tokenizer.encodeDocument(text)];
  assertEquals(document, [START, ...ids, END]);
  // The pieces of a stream must add up to the output of decode.
  let streamed = "";
  for (const id of ids) streamed += tokenizer.piece(id, streamed === "");
  assertEquals(streamed, tokenizer.decode(ids));
  assertEquals(normal(normal(text)), normal(text));
}

const vocabularies = inputTarget({
  name: "vocabularies",
  inputs: fc.record({
    texts: fc.array(prose, { maxLength: 5 }),
    text: prose,
    kind,
    minFrequency: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(1, 1, 2) }, {
      weight: 1,
      arbitrary: oddNumber,
    }),
    maxSize: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(5, 12, 1000) }, {
      weight: 1,
      arbitrary: oddNumber,
    }),
  }),
  errors: [InputError],
  read: ({ texts, kind, minFrequency, maxSize }) =>
    Tokenizer.build(texts, { kind, minFrequency, maxSize }),
  check(tokenizer, { text, texts, maxSize }) {
    const { covered, distinct, total } = tokenizer.statistics;
    const { vocabulary } = tokenizer;
    assert(vocabulary.size <= maxSize && covered >= 0 && covered <= 1);
    assert(distinct <= total && vocabulary.size - 4 <= distinct);
    assertEquals(new Set(vocabulary.tokens).size, vocabulary.size);
    for (const one of [text, ...texts]) checkTokenizer(tokenizer, one);
    assertEquals(Tokenizer.fromJson(tokenizer.toJson()).toJson(), tokenizer.toJson());
  },
});

// Sizes that fit into memory, and values that are not sizes.
const size = fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 6 }) }, {
  weight: 1,
  arbitrary: oddNumber.map((value) => value > 1e5 && value < 2 ** 53 ? 1e5 : value),
});

const textBatches = inputTarget({
  name: "text-batches",
  inputs: fc.record({
    documents: fc.array(fc.array(fc.integer({ min: 4, max: 90 }), { maxLength: 12 }), {
      maxLength: 5,
    }),
    ...{ length: size, batchSize: size, horizon: size },
    ...{ pad: fc.boolean(), overlap: fc.boolean() },
    validation: fc.oneof(fc.double({ min: 0.01, max: 0.9, noNaN: true }), oddNumber),
  }),
  errors: [InputError],
  read({ documents, length, batchSize, horizon, pad, overlap, validation }) {
    const sequences = documents.map((ids) => Int32Array.from(ids));
    const random = new Random(1);
    const options = { length, horizon, pad, overlap };
    const split = splitDocuments(documents.length, { validation, random });
    return {
      split,
      windowed: [...windowBatches(windows(sequences, options), { batchSize, random })],
      streamed: [...streamBatches(Int32Array.from(documents.flat()), { batchSize, length })],
    };
  },
  check({ split, windowed, streamed }, { documents, length, batchSize }) {
    const known = new Set([PAD, ...documents.flat()]);
    for (const { x, target } of [...windowed, ...streamed]) {
      assertEquals([x.shape, target.shape], [[length, batchSize], [length, batchSize]]);
      assert([...x.data, ...target.data].every((id) => known.has(id)), "an id of no document");
    }
    const all = [...split.training, ...split.validation].sort((a, b) => a - b);
    assertEquals(all, documents.map((_, i) => i));
    const tokens = streamed.length * length * batchSize;
    assert(tokens <= documents.flat().length, "a stream has more tokens than its documents");
  },
});

/** A field of a table, some with separators, quotation marks and ends of lines. */
const field = fc.oneof(
  fc.constantFrom("good", "bad", "1", "0", "a, b", 'say ""no""', "two\nlines", "", " "),
  oddText,
);

/** Tables and JSON lines of labelled texts, with a few edits. */
const labelledFile = fc.record({
  format: fc.constantFrom("csv", "tsv", "jsonl"),
  rows: fc.array(fc.tuple(field, fc.constantFrom("yes", "no", "3")), { maxLength: 6 }),
}).map(({ format, rows }) => {
  if (format === "jsonl") {
    return {
      format,
      text: rows.map(([text, label]) => JSON.stringify({ text, label })).join("\n"),
    };
  }
  const separator = format === "csv" ? "," : "\t";
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = rows.map(([text, label]) => [quoted(text), label].join(separator));
  return { format, text: [["text", "label"].join(separator), ...lines].join("\r\n") };
});

const labelledTexts = inputTarget({
  name: "labelled-texts",
  inputs: labelledFile.chain(({ format, text }) => {
    const valid = fc.constant(new TextEncoder().encode(text));
    return fc.record({
      format: fc.constant(format),
      bytes: fc.oneof(valid, editedBytes(valid)),
      cuts,
    });
  }),
  errors: [InputError],
  async read({ format, bytes, cuts }) {
    const options = { minimum: 2 };
    const whole = await readLabelledTexts(`d.${format}`, bytes, options);
    const parts = await readLabelledTexts(`d.${format}`, each(cutAt(bytes, cuts)), options);
    return { whole, parts };
  },
  check({ whole, parts }) {
    assertEquals(parts, whole);
    const { classes, texts } = whole;
    assert(texts.length >= 2 && new Set(classes).size === classes.length && classes.length >= 2);
    const labels = new Set(texts.map(({ label }) => label));
    assertEquals([...labels].sort((a, b) => a - b), [...classes.keys()]);
    assert(texts.every(({ text }) => text.trim() !== ""), "a text is empty");
    assert(classes.every((label) => label !== "" && label === label.trim()));
  },
});

/** Targets of this module. */
export const targets: readonly Target[] = [
  utf8,
  documents,
  tokenizers,
  vocabularies,
  textBatches,
  labelledTexts,
];
