import { InputError } from "../../core/errors.ts";
import type { Corpus } from "./corpus.ts";
import { paragraphs } from "./paragraphs.ts";
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
