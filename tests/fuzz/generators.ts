/**
 * Numbers, texts and bytes that often cause errors, and edits of valid inputs. Most inputs are
 * valid ones with a few edits, so that they pass the first checks.
 *
 * @module
 */
import fc from "fast-check";
import type { Json } from "../../src/core/json.ts";

/** Numbers at the limits of number types. */
const extremes: readonly number[] = [
  ...[0, -0, 1, -1, 2, 0.5, NaN, Infinity, -Infinity, 5e-324, -5e-324],
  ...[2.2250738585072014e-308, 1.7976931348623157e308, -1.7976931348623157e308, 1e-200, 1e200],
  ...[2 ** 24, 2 ** 24 + 1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53],
  ...[1.1920928955078125e-7, 3.4028234663852886e38, 1e-45, 0.1 + 0.2, 1 - 2 ** -53, 1 + 2 ** -52],
];

/** Any number; often an extreme one. */
export const oddNumber: fc.Arbitrary<number> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...extremes) },
  { weight: 3, arbitrary: fc.integer({ min: -20, max: 200 }) },
  { weight: 2, arbitrary: fc.double({ min: -10, max: 10, noNaN: true }) },
  { weight: 1, arbitrary: fc.double() },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -330, max: 309 }))
      .map(([digit, power]) => Number(`${digit}e${power}`)),
  },
);

/** Any finite number; often an extreme one. */
export const finiteNumber: fc.Arbitrary<number> = oddNumber.map((value) =>
  Number.isFinite(value) ? value : 0
);

/** Pieces of text with a meaning in JSON, HTML, TeX, Markdown, CSV, shells or terminals. */
const pieces: readonly string[] = [
  ...["", " ", "\n", "\r\n", "\r", "\t", "\0", "\u001b[31m", "\u0007", "\u007f", "\u0085"],
  ...["\u00a0", "\u200b", "\u200d", "\ufeff", "\u2028", "\u202e", "\u2066", "\ufffe", "\uffff"],
  ...["\ud800", "\udc00", "😀", "👩‍👩‍👧", "é", "ﬀ", "İ", "ß", "e\u0301\u0323", "漢字", "ไทย"],
  ...["__proto__", "constructor", "toString", "null", "undefined", "NaN", "true", "valueOf"],
  ...["<script>alert(1)</script>", '<img src=x onerror="x()">', "]]>", "<!--", "&amp;", "&#0;"],
  ...['"', "'", "\\", "`", "${x}", "$", "$$", "\\$", "\\frac{1}{", "{{", "}}", "|", "*", "_", "#"],
  ...["=1+1", "+1", "-1", "@x", "＝1", ",", ";", "../", "/", ".", "%2e", "%", "--", "-", "=", ":"],
  ...["0", "1e999", "-0", "0x10", "1_000", "１２", "<PAD>", "<UNK>", "<START>", "<END>"],
];

/** Any text; often with pieces that have a meaning. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...pieces),
  fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4 })), { maxLength: 8 })
    .map((parts) => parts.join("")),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.tuple(fc.constantFrom(...pieces), fc.integer({ min: 2, max: 400 }))
    .map(([piece, times]) => piece.repeat(times)),
);

/** A text of words, lines and paragraphs, with some unusual pieces. */
export const prose: fc.Arbitrary<string> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom("the ", "whale ", "Ship. ", "a", "\n", "\n\n", " ") },
    { weight: 1, arbitrary: oddText },
  ),
  { maxLength: 40 },
).map((parts) => parts.join(""));

/** A placeholder for nested arrays that are too deep for recursive functions. */
const DEEP = "deep: 9000";

/** Any value of JSON, of unusual texts and numbers. */
export const oddJson: fc.Arbitrary<Json> = fc.oneof(
  { weight: 4, arbitrary: fc.oneof(oddText, finiteNumber, fc.boolean(), fc.constant(null)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Json>([], {}, [null], [[]], "", 0, -1, 1.5, 1e300, 2 ** 40),
  },
  { weight: 1, arbitrary: fc.array(oddText, { maxLength: 4 }) },
  { weight: 1, arbitrary: fc.dictionary(oddText, oddText, { maxKeys: 3, noNullPrototype: true }) },
  { weight: 1, arbitrary: fc.constant(DEEP) },
);

/** A value of JavaScript that a caller without types may pass by mistake. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddNumber,
  oddText,
  oddJson,
  fc.constantFrom<unknown>(
    ...[undefined, null, true, 10n, () => 1, class Layer {}, new Date(NaN), /x/, new Map()],
    ...[new Float32Array(2), new Int32Array(1), [], {}, [[1]], { value: 1 }, new Set([1])],
  ),
  fc.array(oddNumber, { maxLength: 4 }),
);

/** An edit of a list of letters, bytes or lines. Its positions are shares of the length. */
interface Edit<Part> {
  readonly kind: "cut" | "drop" | "repeat" | "insert" | "replace" | "swap";
  readonly place: number;
  readonly length: number;
  readonly times: number;
  readonly part: Part;
}

function edits<Part>(part: fc.Arbitrary<Part>): fc.Arbitrary<readonly Edit<Part>[]> {
  const kind = fc.constantFrom(
    ...["cut", "drop", "repeat", "insert", "replace", "swap"] as const,
  );
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  const length = fc.integer({ min: 1, max: 12 });
  const times = fc.oneof(
    { weight: 9, arbitrary: fc.constant(2) },
    fc.integer({ max: 300, min: 2 }),
  );
  // Often there is no edit, so that valid inputs are tried, too.
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant([]) },
    {
      weight: 4,
      arbitrary: fc.array(fc.record({ kind, place, length, times, part }), {
        minLength: 1,
        maxLength: 4,
      }),
    },
  );
}

/** Makes one edit of a list. */
function edited<Item>(items: readonly Item[], edit: Edit<readonly Item[]>): readonly Item[] {
  const at = Math.floor(edit.place * items.length);
  const [before, rest] = [items.slice(0, at), items.slice(at)];
  const [taken, after] = [rest.slice(0, edit.length), rest.slice(edit.length)];
  switch (edit.kind) {
    case "cut":
      return before;
    case "drop":
      return [...before, ...after];
    case "repeat":
      return [...before, ...Array.from({ length: edit.times }, () => taken).flat(), ...after];
    case "insert":
      return [...before, ...edit.part, ...rest];
    case "replace":
      return [...before, ...edit.part, ...after];
    case "swap":
      return [...after, ...taken, ...before];
  }
}

/**
 * Generates valid texts with a few edits.
 *
 * @param valid Generates valid texts.
 */
export function editedText(valid: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const part = oddText.map((text) => text.split(""));
  return fc.tuple(valid, edits(part)).map(([text, made]) =>
    made.reduce<readonly string[]>(edited, text.split("")).join("")
  );
}

/**
 * Generates valid bytes with a few edits.
 *
 * @param valid Generates valid bytes.
 */
export function editedBytes(valid: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  const part = fc.uint8Array({ maxLength: 8 }).map((bytes) => [...bytes]);
  return fc.tuple(valid, edits(part)).map(([bytes, made]) =>
    Uint8Array.from(made.reduce<readonly number[]>(edited, [...bytes]))
  );
}

/** An edit of one value inside a value of JSON. */
interface JsonEdit {
  readonly kind: "replace" | "remove" | "rename" | "add" | "repeat";
  readonly place: number;
  readonly value: Json;
  readonly name: string;
}

/**
 * Generates valid values of JSON with a few edits: a value is replaced, removed, added or renamed.
 *
 * @param valid Generates valid values.
 */
export function editedJson(valid: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  const edit = fc.record({
    kind: fc.constantFrom(...["replace", "replace", "remove", "rename", "add", "repeat"] as const),
    place: fc.nat(1_000_000),
    value: oddJson,
    name: oddText,
  });
  return fc.tuple(
    valid,
    fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, {
      weight: 4,
      arbitrary: fc.array(edit, { minLength: 1, maxLength: 3 }),
    }),
  ).map(([value, made]) => made.reduce(jsonEdited, value));
}

/** Generates the text of edited values of JSON. A few texts are edited, too. */
export function jsonText(valid: fc.Arbitrary<Json>): fc.Arbitrary<string> {
  const deep = "[".repeat(9000) + "]".repeat(9000);
  const text = editedJson(valid).map((value) =>
    JSON.stringify(value).replace(JSON.stringify(DEEP), deep)
  );
  return fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: editedText(text) });
}

function jsonEdited(value: Json, edit: JsonEdit): Json {
  const count = places(value);
  return at(value, edit.place % count, edit);
}

/** Counts the values inside a value, including the value itself. */
function places(value: Json): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>((sum, entry) => sum + places(entry), 1);
}

/** Edits the value that is reached after `left` others. */
function at(value: Json, left: number, edit: JsonEdit): Json {
  if (left === 0 || typeof value !== "object" || value === null) return edit.value;
  const entries: (readonly [string, Json])[] = [];
  let next = left - 1;
  let here = true;
  for (const [name, entry] of Object.entries(value)) {
    const size = places(entry);
    if (!here || next >= size) {
      entries.push([name, entry]);
      next -= here ? size : 0;
      continue;
    }
    here = false;
    if (next > 0 || edit.kind === "replace") entries.push([name, at(entry, next, edit)]);
    else if (edit.kind === "rename") entries.push([edit.name, entry]);
    else if (edit.kind === "add") entries.push([name, entry], [edit.name, edit.value]);
    else if (edit.kind === "repeat") entries.push([name, entry], [`${name} `, entry]);
  }
  // Object.fromEntries treats "__proto__" as a name like any other, as JSON.parse does.
  return Array.isArray(value) ? entries.map(([, entry]) => entry) : Object.fromEntries(entries);
}

/** Cuts a list at positions, which are shares of its length. */
export function cutAt<Part extends { readonly length: number; slice(a: number, b: number): Part }>(
  whole: Part,
  shares: readonly number[],
): Part[] {
  const ends = [...shares].sort((a, b) => a - b).map((share) => Math.floor(share * whole.length));
  return [...ends, whole.length].map((end, i) => whole.slice(ends[i - 1] ?? 0, end));
}

/** Generates shares of a length at which a list is cut. */
export const cuts: fc.Arbitrary<number[]> = fc.array(
  fc.double({ min: 0, max: 1, noNaN: true }),
  { maxLength: 6 },
);
