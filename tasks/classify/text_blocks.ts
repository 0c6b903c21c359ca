import { InputError } from "../../src/core/errors.ts";
import { readTextColumn } from "../../src/data/text/read_labelled_texts.ts";
import { decodeUtf8 } from "../../src/data/text/utf8.ts";
import { readFile } from "../cli/user_files.ts";
import type { TextSource } from "./classify_options.ts";

/** The largest number of texts of a block, which are predicted together. */
const MOST = 256;

/**
 * Yields the texts to predict in blocks. The lines of standard input are yielded as they arrive, so
 * that a person or a program can wait for each answer.
 *
 * @param input Standard input, and whether a person types there.
 * @throws {InputError} If a text is empty or not UTF-8; the message names the line or the row. A file
 *   is checked before its first block.
 */
export async function* textBlocks(
  source: TextSource,
  input: { readonly readable: AsyncIterable<Uint8Array>; readonly typed: boolean },
): AsyncGenerator<readonly string[]> {
  if (source.from === "flags") return yield* blocksOf(source.texts);
  if (source.from === "input") {
    for await (const lines of textLines("standard input", input.readable, input.typed)) {
      yield* blocksOf(lines);
    }
    return;
  }
  const { path } = source;
  if (source.from === "table") {
    const file = await readFile(path, "--file");
    return yield* blocksOf(await readTextColumn(path, file, source.textColumn));
  }
  // The texts are checked before the first one is predicted.
  const lines = await Array.fromAsync(textLines(path, await readFile(path, "--file"), false));
  if (lines.length === 0) throw new InputError(path, "a file with a text on each line", "no line");
  yield* blocksOf(lines.flat());
}

/** Yields texts in blocks. */
export function* blocksOf<T>(texts: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < texts.length; at += MOST) yield texts.slice(at, at + MOST);
}

/** Yields the lines of each piece of a text that arrives. */
async function* textLines(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  skipsEmpty: boolean,
): AsyncGenerator<readonly string[]> {
  let rest = "";
  let number = 0;
  const checked = (lines: readonly string[]): string[] =>
    lines.flatMap((line) => {
      number += 1;
      const text = line.replace(/\r$/, "");
      if (text.trim() !== "") return [text];
      if (skipsEmpty) return [];
      throw new InputError(`line ${number} of ${name}`, "a text that is not empty", text);
    });
  for await (const piece of decodeUtf8(name, chunks)) {
    const [first = "", ...others] = piece.split("\n");
    const lines = [rest + first, ...others];
    rest = lines.pop() ?? "";
    if (lines.length > 0) yield checked(lines);
  }
  if (rest !== "") yield checked([rest]);
}
