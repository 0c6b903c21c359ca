import { z } from "zod";
import { sha256 } from "../../platform/sha256.ts";
import { helpFor } from "../../core/arguments.ts";
import { InputError, isPlainObject } from "../../core/errors.ts";
import { countKeys, nesting, stableStringify } from "../../core/json.ts";
import { checkOptions, type OptionNames } from "../../core/options.ts";
import { checkStateDict, exactSizeOf, type StateDict } from "./state_dict.ts";

/** The contents of a safetensors file. */
export interface Safetensors {
  /** Float32 arrays by name. */
  readonly tensors: StateDict;
  /** Texts by name, the `__metadata__` of the file. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The contents to write into a safetensors file; `metadata` is empty by default. */
export type SafetensorsContents = Pick<Safetensors, "tensors"> & Partial<Safetensors>;

const names: OptionNames<SafetensorsContents> = { tensors: true, metadata: true };

/** The size in bytes of the header's length, at the start of the file. */
const PREFIX = 8;

/** The largest number of bytes of a header, which is also the reference implementation's limit. */
const LONGEST_HEADER = 100_000_000;

const size = z.int().min(0).refine((value) => !Object.is(value, -0));

/** The schema of a header; zod removes other fields of a tensor. */
const header = z.record(
  z.string(),
  z.object({
    dtype: z.string(),
    shape: z.array(size),
    data_offsets: z.tuple([size, size]),
  }),
);

const texts = z.record(z.string(), z.string()).nullable();

/**
 * The largest number of levels of arrays and objects in a header, which is also the limit of the
 * reference implementation.
 */
const MOST_LEVELS = 127;

/** The name of the digest in the metadata. The digest is that of the rest of the file. */
const DIGEST = "sha256";

/** The name of the metadata in the header. */
const METADATA = "__metadata__";

/** The name that zod removes from every record. */
const LOST = "__proto__";

/**
 * Encodes tensors as a safetensors file: a header in JSON and the numbers. The metadata gets a
 * SHA-256 digest of the rest. Equal contents have equal bytes.
 *
 * Source: the format of Hugging Face's safetensors, https://github.com/huggingface/safetensors,
 * which PyTorch and JAX read and write.
 *
 * @param contents The tensors and, optionally, texts.
 * @returns The bytes of the file.
 * @throws {InputError} If a field is unknown or of another type, if data is not a Float32Array of
 * the shape's size, if a tensor has the name `__metadata__`, a text the name `sha256` or either of
 * them the name `__proto__`, if a name or text has an unpaired surrogate, or if names and texts
 * take more than 100 MB.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
 *
 * const bias = { shape: [2], data: new Float32Array([1, 2]) };
 * const bytes = encodeSafetensors({ tensors: { bias }, metadata: { format: "pt" } });
 * assertEquals(decodeSafetensors(bytes, "model.safetensors").tensors, { bias });
 * ```
 */
export function encodeSafetensors(contents: SafetensorsContents): Uint8Array<ArrayBuffer> {
  checkOptions("a safetensors file", contents, names, "field");
  const { tensors, metadata = {} } = contents;
  checkStateDict("tensors", tensors);
  if (!isPlainObject(metadata)) {
    throw new InputError("metadata", "an object of texts by name", metadata, helpFor(metadata));
  }
  checkNames("a name in metadata", metadata, DIGEST);
  checkNames("a tensor's name", tensors, METADATA);
  for (const [name, text] of Object.entries(metadata)) {
    if (typeof text !== "string") {
      throw new InputError(`${name} in metadata`, "a text", text, "String(value) makes one");
    }
    if (!text.isWellFormed()) throw new InputError(`${name} in metadata`, "well-formed text", text);
  }
  let end = 0;
  const entries = Object.entries(tensors).map(([name, { shape, data }]) => {
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }] as const;
  });
  const numbers = new Uint8Array(end);
  let at = 0;
  for (const { data } of Object.values(tensors)) {
    numbers.set(littleEndian(data), at);
    at += data.byteLength;
  }
  const described = Object.fromEntries(entries);
  const sealed = { ...metadata, [DIGEST]: digestOf(metadata, described, numbers) };
  const json = stableStringify({ [METADATA]: sealed, ...described });
  const text = new TextEncoder().encode(json);
  if (text.length > LONGEST_HEADER) {
    throw new InputError("metadata and names of tensors", "100 MB or less in all", text.length);
  }
  // The header is padded with spaces, so that the numbers begin at a multiple of 8 bytes.
  const start = PREFIX + Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(0x20, PREFIX, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - PREFIX), true);
  bytes.set(text, PREFIX);
  bytes.set(numbers, start);
  return bytes;
}

function checkNames(what: string, named: object, taken: string): void {
  const wrong = Object.keys(named).find((name) =>
    name === taken || name === LOST || !name.isWellFormed()
  );
  if (wrong !== undefined) throw new InputError(what, "a name that the format permits", wrong);
}

/** Returns the digest of everything except itself. */
function digestOf(metadata: Safetensors["metadata"], described: object, numbers: Uint8Array) {
  return sha256(stableStringify({ [METADATA]: metadata, ...described }), numbers);
}

/**
 * Decodes a safetensors file of float32 tensors. If the metadata has a digest, it must be that of
 * the rest of the file.
 *
 * @param bytes The bytes of the file.
 * @param name The name of the file, for messages.
 * @returns The tensors, in the order of their bytes, and the metadata without the digest.
 * @throws {InputError} If `bytes` is not a Uint8Array, or is not a complete safetensors file, if a
 * tensor is not float32, if a name occurs twice, or if the digest differs.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { sha256 } from "../../platform/sha256.ts";
 * import { decodeSafetensors } from "./safetensors.ts";
 *
 * assertThrows(() => decodeSafetensors(new Uint8Array(3), "weights"), Error, "whole");
 * ```
 */
export function decodeSafetensors(bytes: Uint8Array, name: string): Safetensors {
  checkBytes(name, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < PREFIX) throw damaged(name, "it ends before its header");
  const long = view.getBigUint64(0, true);
  if (long > LONGEST_HEADER) throw damaged(name, "it does not begin with a header's length");
  const length = Number(long);
  if (PREFIX + length > bytes.length) throw damaged(name, "it ends within its header");
  const { [METADATA]: given = null, ...entries } = parseHeader(
    bytes.subarray(PREFIX, PREFIX + length),
    name,
  );
  const found = header.safeParse(entries);
  const named = texts.safeParse(given);
  if (!found.success || !named.success) {
    throw damaged(name, "its header does not describe tensors");
  }
  const { [DIGEST]: digest, ...metadata } = named.data ?? {};
  const start = PREFIX + length;
  let next = 0;
  const tensors = Object.entries(found.data)
    // A tensor without bytes comes before the tensor that begins at the same byte.
    .sort(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1])
    .map(([key, { dtype, shape, data_offsets: [begin, end] }]) => {
      if (dtype !== "F32") throw new InputError(`${key} in ${name}`, "of dtype F32", dtype);
      const count = exactSizeOf(shape);
      // There must be no gaps and no overlaps, so that every byte belongs to one tensor.
      if (begin !== next || end - begin !== 4 * count) {
        throw damaged(name, `${key} has wrong data_offsets`);
      }
      if (start + end > bytes.length) throw damaged(name, `it ends before ${key}`);
      next = end;
      return [key, { shape, data: floats(view, start + begin, count) }] as const;
    });
  if (start + next !== bytes.length) throw damaged(name, "it continues after its last tensor");
  const numbers = bytes.subarray(start);
  if (digest !== undefined && digest !== digestOf(metadata, entries, numbers)) {
    throw new InputError(name, "unchanged since it was written", "a file with another digest");
  }
  return { tensors: Object.fromEntries(tensors), metadata };
}

function checkBytes(name: string, bytes: unknown): void {
  if (bytes instanceof Uint8Array) return;
  const help = bytes instanceof ArrayBuffer ? "new Uint8Array(buffer) makes one" : undefined;
  throw new InputError(name, "a file's bytes in a Uint8Array", bytes, helpFor(bytes, help));
}

/**
 * Parses a header. The header must be an object without duplicate names, infinite numbers or
 * unpaired surrogates.
 */
function parseHeader(bytes: Uint8Array, name: string): Record<string, unknown> {
  const [text, json] = parseText(bytes, name);
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw damaged(name, "its header is not a JSON object");
  }
  const parts = partsOf(json);
  if (parts.some((part) => typeof part === "number" && !Number.isFinite(part))) {
    throw damaged(name, "its header has an infinite number");
  }
  const keys = parts.flatMap((part) => isPlainObject(part) ? Object.keys(part) : []);
  if (keys.length !== countKeys(text) || keys.includes(LOST)) {
    throw damaged(name, `its header has a name twice, or ${LOST}`);
  }
  const texts = [...keys, ...parts.filter((part) => typeof part === "string")];
  if (!texts.every((text) => text.isWellFormed())) {
    throw damaged(name, "its header has half a surrogate pair");
  }
  return { ...json };
}

function parseText(bytes: Uint8Array, name: string): [text: string, json: unknown] {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    if (nesting(text) <= MOST_LEVELS) return [text, JSON.parse(text)];
  } catch {
    throw damaged(name, "its header is not a JSON object");
  }
  throw damaged(name, `its header is nested more than ${MOST_LEVELS} deep`);
}

/** Returns a value of JSON and every value in it. */
function partsOf(value: unknown): unknown[] {
  const parts = [value];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (typeof part !== "object" || part === null) continue;
    for (const inner of Object.values(part)) parts.push(inner);
  }
  return parts;
}

function damaged(name: string, why: string): InputError {
  return new InputError(name, "a whole safetensors file", why);
}

function littleEndian(data: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(data.byteLength));
  data.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return new Uint8Array(view.buffer);
}

function floats(view: DataView, at: number, count: number): Float32Array {
  const data = new Float32Array(count);
  for (let i = 0; i < count; i++) data[i] = view.getFloat32(at + 4 * i, true);
  return data;
}
