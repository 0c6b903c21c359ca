import { InputError } from "../../core/errors.ts";

/**
 * Decodes UTF-8 piece by piece, as the chunks of bytes arrive. A byte order mark at the start is
 * removed.
 *
 * @param name The name of the bytes, for messages.
 * @param chunks The bytes.
 * @returns The pieces of text.
 * @throws {InputError} If the bytes are not UTF-8, or if there is a NUL byte, as in a binary file.
 * The message names the first such byte and its line.
 */
export async function* decodeUtf8(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  let rest: Uint8Array = new Uint8Array(0); // The bytes of an incomplete character.
  let offset = 0; // The number of bytes before them.
  let lines = 0; // The number of line ends among those.
  const decode = (bytes: Uint8Array): string => {
    const text = decoded(bytes);
    if (text === null || bytes.includes(0)) throw wrongByte(name, bytes, { offset, lines });
    const marked = offset === 0 && text.startsWith("\uFEFF");
    offset += bytes.length;
    lines += lineEnds(bytes);
    return marked ? text.slice(1) : text;
  };
  for await (const chunk of chunks) {
    const bytes = joined(rest, chunk);
    const whole = bytes.length - incomplete(bytes);
    rest = bytes.slice(whole);
    if (whole > 0) yield decode(bytes.subarray(0, whole));
  }
  if (rest.length > 0) yield decode(rest);
}

/**
 * Decodes UTF-8 as {@link decodeUtf8} does, to one text.
 *
 * @param name The name of the bytes, for messages.
 * @param bytes The bytes, at once or in pieces.
 * @returns The text.
 * @throws {InputError} If `bytes` has another type, the bytes are not UTF-8, or there is a NUL byte.
 */
export async function readUtf8(
  name: string,
  bytes: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<string> {
  const stream = bytes instanceof Uint8Array ? piecesOf(bytes) : bytes;
  const given: unknown = stream;
  if (typeof given !== "object" || given === null || !(Symbol.asyncIterator in given)) {
    throw new InputError("bytes", "a Uint8Array or a stream of them", bytes);
  }
  let text = "";
  for await (const piece of decodeUtf8(name, stream)) text += piece;
  return text;
}

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

const LINE_FEED = 0x0A;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null; // The decoder does not say at which byte.
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** Returns the number of bytes at the end that belong to an incomplete character, 0 to 3. */
function incomplete(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xC0) === 0x80) continue; // A continuation byte.
    const length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

/** Counts the line feeds of bytes. */
function lineEnds(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) {
    count += 1;
  }
  return count;
}

/** Returns the error that names the first wrong byte; `before` counts what lies before the bytes. */
function wrongByte(
  name: string,
  bytes: Uint8Array,
  before: { readonly offset: number; readonly lines: number },
): InputError {
  const { offset, lines } = before;
  const invalid = firstInvalid(bytes);
  const nul = bytes.indexOf(0);
  if (nul >= 0 && nul < invalid) {
    const help = "It seems to be a binary file.";
    return new InputError(
      name,
      "text without NUL bytes",
      `a NUL byte at byte ${offset + nul}`,
      help,
    );
  }
  const found = `0x${(bytes[invalid] ?? 0).toString(16).padStart(2, "0")}`;
  const line = lines + lineEnds(bytes.subarray(0, invalid)) + 1;
  const help = `Save it as UTF-8. The byte is in line ${line}.`;
  return new InputError(name, `UTF-8 at byte ${offset + invalid}`, found, help);
}

/** Returns the index of the first byte that is not UTF-8; the number of bytes if all are valid. */
function firstInvalid(bytes: Uint8Array): number {
  // A binary search for the longest start that decodes.
  let [good, bad] = [0, bytes.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const start = bytes.subarray(0, middle);
    if (decoded(start.subarray(0, middle - incomplete(start))) === null) bad = middle;
    else good = middle;
  }
  return decoded(bytes) === null ? Math.max(good - incomplete(bytes.subarray(0, good)), 0) : good;
}
