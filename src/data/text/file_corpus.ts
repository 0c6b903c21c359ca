import { InputError } from "../../core/errors.ts";
import type { Corpus } from "./corpora.ts";
import { decodeUtf8 } from "./utf8.ts";

/**
 * Creates a corpus from a file of UTF-8 text. The documents are the paragraphs, which are separated
 * by blank lines. A paragraph of more than 10,000 UTF-16 code units is cut after the last white
 * space of the 1,000 code units before this limit. If these have no white space, it is cut between
 * two graphemes. If
 * the file has only one paragraph, its lines are the documents.
 *
 * Each pass over the documents reads the file again, one part at a time.
 *
 * A pass over the documents throws an {@link InputError} if the file has no text, is not UTF-8, or
 * has a NUL byte.
 *
 * @param name The name of the file, for messages.
 * @param open Opens the file from its start.
 * @returns The corpus.
 * @throws {InputError} If `name` is not a string or `open` is not a function.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fileCorpus } from "./file_corpus.ts";
 *
 * const file = new Blob(["Call me Ishmael.\n\nSome years\nago.\n"]);
 * const corpus = fileCorpus("whale.txt", () => Promise.resolve(file.stream()));
 * assertEquals(await Array.fromAsync(corpus.documents()), ["Call me Ishmael.", "Some years\nago."]);
 * ```
 */
export function fileCorpus(
  name: string,
  open: () => Promise<ReadableStream<Uint8Array>>,
): Corpus {
  if (typeof name !== "string") throw new InputError("name", "a string", name);
  if (typeof open !== "function") {
    const help = "An example is async () => (await Deno.open(name)).readable";
    throw new InputError("open", "a function that opens the file", open, help);
  }
  return {
    id: name,
    title: name,
    source: name,
    licence: null,
    async *documents() {
      let [first, count] = ["", 0];
      for await (const paragraph of paragraphs(decodeUtf8(name, checked(await open())))) {
        count += 1;
        // The first paragraph may be the only one.
        if (count === 1) {
          first = paragraph;
          continue;
        }
        if (count === 2) yield first;
        yield paragraph;
      }
      if (count === 0) throw new InputError(name, "a text", "nothing but white space");
      if (count === 1) yield* first.split(/\r\n?|\n/).filter((line) => line.trim() !== "");
    },
  };
}

/** Returns the opened value. Throws unless the value is a stream. */
function checked(opened: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const given: unknown = opened;
  if (typeof given === "object" && given !== null && Symbol.asyncIterator in given) return opened;
  throw new InputError("the result of open", "a stream of bytes", given);
}

/** The largest number of UTF-16 code units of a paragraph; longer paragraphs are cut. */
export const longestParagraph = 10_000;

/** The number of code units after the limit that are read before a paragraph is cut. */
const outlook = 200;

const blankLines = /\n[^\S\n]*\n/;
const blankStart = /^(?:[^\S\n]*\n)+/;

/**
 * Splits a text into paragraphs at blank lines. A paragraph of more than `longest` code units is
 * cut at the index that {@link cutIndex} returns. Blank lines before a paragraph and white space
 * after it are removed. One piece and one paragraph are in memory at a time. The paragraphs do not
 * depend on where the pieces begin.
 *
 * @param pieces The text in pieces.
 * @param longest The largest number of UTF-16 code units of a paragraph.
 * @returns The paragraphs that are not empty.
 */
export async function* paragraphs(
  pieces: AsyncIterable<string>,
  longest: number = longestParagraph,
): AsyncGenerator<string> {
  const view = longest + outlook;
  let text = "";
  for await (const piece of pieces) {
    text += piece;
    let start = 0;
    // Only a whole view is split, so that the paragraphs do not depend on the pieces.
    while (text.length - start >= view) {
      const { paragraph, end } = firstOf(text.slice(start, start + view), longest);
      if (paragraph !== "") yield paragraph;
      start += end;
    }
    text = text.slice(start);
  }
  while (text !== "") {
    const { paragraph, end } = firstOf(text.slice(0, view), longest);
    if (paragraph !== "") yield paragraph;
    text = text.slice(end);
  }
}

/** Returns the first paragraph of the start of a text, and the index at which the next begins. */
function firstOf(view: string, longest: number): { paragraph: string; end: number } {
  const blank = blankLines.exec(view);
  if (blank) {
    const paragraph = trimmed(view.slice(0, blank.index));
    if (paragraph.length <= longest) return { paragraph, end: blank.index + blank[0].length };
  }
  const end = view.length <= longest ? view.length : cutIndex(view, longest);
  return { paragraph: trimmed(view.slice(0, end)), end };
}

function trimmed(paragraph: string): string {
  return paragraph.replace(blankStart, "").trimEnd();
}

/** The number of code units before the limit that are searched for white space. */
const nearby = 1000;

/** The number of code units on each side of the limit that are searched for a grapheme boundary. */
const cluster = 100;

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const lastSpace = /\s(?=\S*$)/;

/**
 * Returns the index at which to cut a text: after the last white space of the 1,000 code units
 * before `most`, or between two graphemes if these units have no white space.
 *
 * @param text A text of more than `most` UTF-16 code units.
 * @param most The largest index.
 * @returns The index in code units.
 */
export function cutIndex(text: string, most: number): number {
  const near = Math.max(0, most - nearby);
  const space = lastSpace.exec(text.slice(near, most));
  if (space) return near + space.index + 1;
  const start = Math.max(0, most - cluster);
  const part = segmenter.segment(text.slice(start, most + cluster)).containing(most - start);
  // A grapheme that is longer than the search is cut, but not between two surrogates.
  if (part && part.index > 0) return start + part.index;
  const code = text.charCodeAt(most);
  return most > 1 && code >= 0xDC00 && code <= 0xDFFF ? most - 1 : most;
}
