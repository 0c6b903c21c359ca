import { InputError } from "../../core/errors.ts";

/**
 * The text of UTF-8 bytes, a piece for each chunk. A byte order mark at the start is left out.
 *
 * @param name What the bytes are, for messages.
 * @throws {InputError} On a NUL byte, which no text has, and on bytes that are no UTF-8, with the
 * place of the first.
 */
export async function* decodeUtf8(
  name: string,
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  let begun: Uint8Array = new Uint8Array(0); // The bytes of a character that is not complete yet.
  let place = 0; // Where they are in the whole.
  const decode = (bytes: Uint8Array): string => {
    const text = decoded(bytes);
    if (text === null || bytes.includes(0)) throw wrongByte(name, bytes, place);
    const marked = place === 0 && text.startsWith("\uFEFF");
    place += bytes.length;
    return marked ? text.slice(1) : text;
  };
  for await (const chunk of chunks) {
    const bytes = joined(begun, chunk);
    const whole = bytes.length - incomplete(bytes);
    begun = bytes.slice(whole);
    if (whole > 0) yield decode(bytes.subarray(0, whole));
  }
  if (begun.length > 0) yield decode(begun);
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decoded(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null; // The decoder does not say where; that is looked for.
  }
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

/** How many bytes at the end begin a character that they do not complete: 0 to 3. */
function incomplete(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xC0) === 0x80) continue; // It continues a character that began before.
    const length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return length > back ? back : 0;
  }
  return 0;
}

function wrongByte(name: string, bytes: Uint8Array, place: number): InputError {
  const invalid = firstInvalid(bytes);
  const nul = bytes.indexOf(0);
  if (nul >= 0 && nul < invalid) {
    const help = "It seems to be a binary file.";
    return new InputError(name, "text without NUL bytes", `one at byte ${place + nul}`, help);
  }
  const found = `0x${(bytes[invalid] ?? 0).toString(16).padStart(2, "0")}`;
  return new InputError(name, `UTF-8 at byte ${place + invalid}`, found, "Save it as UTF-8.");
}

/** Where the bytes are no longer UTF-8; their number where all are. */
function firstInvalid(bytes: Uint8Array): number {
  // The longest start that decodes: halved until one byte decides.
  let [good, bad] = [0, bytes.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    const start = bytes.subarray(0, middle);
    if (decoded(start.subarray(0, middle - incomplete(start))) === null) bad = middle;
    else good = middle;
  }
  return decoded(bytes) === null ? Math.max(good - incomplete(bytes.subarray(0, good)), 0) : good;
}
