import { InputError, isPlainObject } from "../../core/errors.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { positiveInteger } from "../../core/shapes.ts";
import { copyGroups, type LabelledTexts } from "./labelled_texts.ts";
import { type TableRow, tableRows } from "./table_rows.ts";
import { readUtf8 } from "./utf8.ts";

/** The format of a file of labelled texts: comma or tab separated, or a JSON object a line. */
export type LabelledTextFormat = "csv" | "tsv" | "jsonl";

/** Options of {@link readLabelledTexts}. */
export interface ReadLabelledTextsOptions {
  /** The column of the texts; `"text"` by default. */
  readonly text?: string;
  /** The column of the labels; `"label"` by default. */
  readonly label?: string;
  /** The column that says from which collection a text comes; without it there is one collection. */
  readonly source?: string;
  /** The format; by default the end of the name decides: `.csv`, `.tsv`, `.jsonl` or `.ndjson`. */
  readonly format?: LabelledTextFormat;
  /** The labels that may occur, in the order of the classes; by default all that occur, sorted. */
  readonly classes?: readonly string[];
  /** The fewest texts; 10 by default. */
  readonly minimum?: number;
}

const names: OptionNames<ReadLabelledTextsOptions> = {
  text: true,
  label: true,
  source: true,
  format: true,
  classes: true,
  minimum: true,
};

/** A row of a file: its fields by column, and its number for messages. */
type Row = TableRow<unknown>;

/**
 * Reads labelled texts from the bytes of a file: CSV (RFC 4180) or TSV with a header, or a JSON
 * object on each line. Other columns are ignored, and so are empty lines. Labels may be numbers or
 * booleans in JSON; white space around a label is removed. The classes are sorted: by number if all
 * labels are numbers, otherwise by code unit.
 *
 * Rows are numbered as a spreadsheet does, so that the header is row 1 and the first text row 2; in
 * JSON the number is that of the line.
 *
 * @param name The name of the file, for messages.
 * @param bytes The bytes, at once or in pieces.
 * @param options The columns, the format and what must be there.
 * @returns The texts in the order of the file.
 * @throws {InputError} If the bytes are not UTF-8, a column is missing, a text or a label is empty,
 * a label is unknown, there is one class only, there are fewer than `minimum` texts, a row does not
 * fit its format, or an option is wrong. The message names the row and the column.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readLabelledTexts } from "./read_labelled_texts.ts";
 *
 * const file = new TextEncoder().encode('stars,review\n5,"Good, and cheap."\n1,It broke.\n');
 * const { classes, texts } = await readLabelledTexts("reviews.csv", file, {
 *   text: "review",
 *   label: "stars",
 *   minimum: 2,
 * });
 * assertEquals(classes, ["1", "5"]);
 * assertEquals(texts[0], { text: "Good, and cheap.", label: 1, source: "reviews.csv", group: 0 });
 * ```
 */
export async function readLabelledTexts(
  name: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  options: ReadLabelledTextsOptions = {},
): Promise<LabelledTexts> {
  checkOptions("readLabelledTexts", options, names);
  if (typeof name !== "string") throw new InputError("name", "a string", name);
  const { text = "text", label = "label", source, minimum = 10 } = options;
  for (const [option, column] of Object.entries({ text, label, source })) {
    if (option === "source" && column === undefined) continue;
    if (typeof column !== "string") throw new InputError(option, "the name of a column", column);
  }
  positiveInteger("minimum", minimum);
  const columns = source === undefined ? [text, label] : [text, label, source];
  const rows = await rowsOf(name, bytes, formatOf(name, options.format), columns);
  const records = rows.map((row) => ({
    row,
    text: textField(row, text),
    label: labelField(row, label),
    source: source === undefined ? name : labelField(row, source),
  }));
  if (records.length < minimum) {
    throw new InputError(name, `a file of at least ${minimum} labelled texts`, records.length);
  }
  const classes = classesOf(name, label, records.map((record) => record.label), options.classes);
  const groups = copyGroups(records.map((record) => record.text));
  return {
    id: name,
    title: name,
    origin: name,
    licence: null,
    classes,
    texts: records.map((record, i) => {
      const known = classes.indexOf(record.label);
      if (known < 0) {
        const wanted = `one of ${classes.map((one) => `"${one}"`).join(", ")}`;
        throw new InputError(`"${label}" in ${record.row.place}`, wanted, record.label);
      }
      return { text: record.text, label: known, source: record.source, group: groups[i] ?? i };
    }),
  };
}

/**
 * Reads the texts of a column of a file that {@link readLabelledTexts} reads; they need no labels.
 *
 * @param name The name of the file, for messages; its end decides the format.
 * @param bytes The bytes, at once or in pieces.
 * @param column The column of the texts.
 * @returns The texts in the order of the file.
 * @throws {InputError} If the bytes are not UTF-8, the column is missing, a text is empty, or a row
 * does not fit its format. The message names the row and the column.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readTextColumn } from "./read_labelled_texts.ts";
 *
 * const file = new TextEncoder().encode('id,review\n1,"Good, and cheap."\n2,It broke.\n');
 * assertEquals(await readTextColumn("a.csv", file, "review"), ["Good, and cheap.", "It broke."]);
 * ```
 */
export async function readTextColumn(
  name: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  column: string,
): Promise<string[]> {
  if (typeof name !== "string") throw new InputError("name", "a string", name);
  if (typeof column !== "string") throw new InputError("column", "a string", column);
  const rows = await rowsOf(name, bytes, formatOf(name, undefined), [column]);
  return rows.map((row) => textField(row, column));
}

/**
 * Whether the end of a file's name is that of a format of labelled texts.
 *
 * @param name The name of the file.
 * @returns `true` for `.csv`, `.tsv`, `.jsonl` and `.ndjson`.
 */
export function isTableName(name: string): boolean {
  return formatOfName(name) !== undefined;
}

async function rowsOf(
  name: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
  format: LabelledTextFormat,
  columns: readonly string[],
): Promise<Row[]> {
  const content = await readUtf8(name, bytes);
  return format === "jsonl" ? jsonRows(name, content) : tableRows(name, content, format, columns);
}

const formats: Readonly<Record<string, LabelledTextFormat>> = {
  csv: "csv",
  tsv: "tsv",
  jsonl: "jsonl",
  ndjson: "jsonl",
};

function formatOf(name: string, given: unknown): LabelledTextFormat {
  if (given === "csv" || given === "tsv" || given === "jsonl") return given;
  if (given !== undefined) throw new InputError("format", '"csv", "tsv" or "jsonl"', given);
  const format = formatOfName(name);
  if (format !== undefined) return format;
  throw new InputError("the name of the data", "one that ends in .csv, .tsv or .jsonl", name);
}

function formatOfName(name: string): LabelledTextFormat | undefined {
  const end = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return Object.hasOwn(formats, end) ? formats[end] : undefined;
}

function jsonRows(name: string, content: string): Row[] {
  return content.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    const place = `line ${i + 1} of ${name}`;
    const value = parsed(line);
    if (!isPlainObject(value)) throw new InputError(place, "a JSON object", value ?? line);
    return [{ place, fields: new Map(Object.entries(value)) }];
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function textField({ place, fields }: Row, column: string): string {
  const text = fields.get(column);
  const what = `"${column}" in ${place}`;
  if (text === undefined) throw missing(what, fields);
  if (typeof text !== "string") throw new InputError(what, "a text", text);
  if (text.trim() === "") throw new InputError(what, "a text that is not empty", text);
  return text;
}

function labelField({ place, fields }: Row, column: string): string {
  const value = fields.get(column);
  const what = `"${column}" in ${place}`;
  if (value === undefined) throw missing(what, fields);
  const isSimple = typeof value === "string" || typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value));
  if (!isSimple) throw new InputError(what, "a text or a number", value);
  const label = String(value).trim();
  if (label === "") throw new InputError(what, "a label that is not empty", value);
  return label;
}

function missing(what: string, fields: ReadonlyMap<string, unknown>): InputError {
  return new InputError(what, "there", `only ${[...fields.keys()].join(", ")}`);
}

function classesOf(
  name: string,
  column: string,
  labels: readonly string[],
  given: readonly string[] | undefined,
): readonly string[] {
  if (given !== undefined) {
    const list: unknown = given;
    const fits = Array.isArray(list) && list.length >= 2 && new Set(list).size === list.length &&
      list.every((one) => typeof one === "string");
    if (!fits) throw new InputError("classes", "at least two different labels", given);
    return given;
  }
  const found = [...new Set(labels)];
  const [only] = found;
  if (found.length < 2) {
    throw new InputError(`column "${column}" of ${name}`, "of at least two labels", only);
  }
  const isNumeric = found.every((label) => Number.isFinite(Number(label)));
  if (isNumeric) return found.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
  return found.sort();
}
