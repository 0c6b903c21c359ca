import { InputError } from "../../core/errors.ts";
import type { Corpus } from "./corpora.ts";
import { decodeUtf8 } from "./utf8.ts";

/**
 * A file of UTF-8 text. Its paragraphs, which blank lines part, are the documents; one longer than
 * 10,000 characters is cut, at white space where there is any near. Where all is one paragraph, its
 * lines are. The file is read anew for each
 * pass and never held as a whole.
 *
 * Passes fail with an {@link InputError} on bytes that are no UTF-8, on NUL bytes, each with the
 * place of the first, and on a file without text.
 *
 * @param name The file, as the user knows it.
 * @param open Opens it from the start.
 * @returns The corpus.
 * @throws {InputError} If the name is not a string or `open` is not a function.
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
        // The first waits, since it may be the only one.
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

/** What was opened, if it can be read as a stream. */
function checked(opened: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const given: unknown = opened;
  if (typeof given === "object" && given !== null && Symbol.asyncIterator in given) return opened;
  throw new InputError("what open gives", "a stream of bytes", given);
}

/** The most UTF-16 code units of a paragraph that stays whole. */
export const longestParagraph = 10_000;

/** How far past {@link longestParagraph} a text is looked at, for where to cut it. */
const outlook = 200;

const blankLines = /\n[^\S\n]*\n/;
const blankStart = /^(?:[^\S\n]*\n)+/;

/**
 * The paragraphs of a text that comes in pieces: what blank lines part. One longer than `longest`
 * is cut, where white space is near at it. Blank lines before and white space after a paragraph
 * are left out. No more than a piece and a paragraph are held at a time, and where the pieces part
 * makes no difference.
 *
 * @param longest In UTF-16 code units.
 */
export async function* paragraphs(
  pieces: AsyncIterable<string>,
  longest: number = longestParagraph,
): AsyncGenerator<string> {
  const view = longest + outlook;
  let text = "";
  for await (const piece of pieces) {
    text += piece;
    let place = 0;
    // Decided only where a whole view is there, so that it is the same for any pieces.
    while (text.length - place >= view) {
      const { paragraph, end } = firstOf(text.slice(place, place + view), longest);
      if (paragraph !== "") yield paragraph;
      place += end;
    }
    text = text.slice(place);
  }
  while (text !== "") {
    const { paragraph, end } = firstOf(text.slice(0, view), longest);
    if (paragraph !== "") yield paragraph;
    text = text.slice(end);
  }
}

/** The first paragraph of what is in view, and where the next begins. */
function firstOf(view: string, longest: number): { paragraph: string; end: number } {
  const blank = blankLines.exec(view);
  if (blank) {
    const paragraph = trimmed(view.slice(0, blank.index));
    if (paragraph.length <= longest) return { paragraph, end: blank.index + blank[0].length };
  }
  const end = view.length <= longest ? view.length : cutPlace(view, longest);
  return { paragraph: trimmed(view.slice(0, end)), end };
}

function trimmed(paragraph: string): string {
  return paragraph.replace(blankStart, "").trimEnd();
}

/** How far before its end a text is cut for the sake of white space. */
const nearby = 1000;

/** How far the characters that belong together are looked for. */
const cluster = 100;

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const lastSpace = /\s(?=\S*$)/;

/**
 * Where to cut a text at `most` code units or before: after the last white space where there is
 * some within 1,000, else between two characters as a reader sees them.
 *
 * @param text Longer than `most`.
 */
export function cutPlace(text: string, most: number): number {
  const near = Math.max(0, most - nearby);
  const space = lastSpace.exec(text.slice(near, most));
  if (space) return near + space.index + 1;
  const start = Math.max(0, most - cluster);
  const part = segmenter.segment(text.slice(start, most + cluster)).containing(most - start);
  // A character that fills all that was looked at is cut, if not between two surrogates.
  if (part && part.index > 0) return start + part.index;
  const code = text.charCodeAt(most);
  return most > 1 && code >= 0xDC00 && code <= 0xDFFF ? most - 1 : most;
}
