import { sha256 as digestOf } from "@noble/hashes/sha2.js";

/** Encodes texts as UTF-8. */
const encoder = new TextEncoder();

/**
 * Computes the SHA-256 digest of texts and bytes, one after the other.
 *
 * The digest is computed in JavaScript, since browsers offer only an asynchronous one.
 *
 * @param parts Bytes, and texts, which are encoded as UTF-8.
 * @returns The 32 bytes of the digest.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sha256Bytes } from "./sha256.ts";
 *
 * assertEquals(sha256Bytes("a", "b"), sha256Bytes("ab"));
 * ```
 */
export function sha256Bytes(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const hash = digestOf.create();
  for (const part of parts) hash.update(typeof part === "string" ? encoder.encode(part) : part);
  return hash.digest();
}

/**
 * Computes the SHA-256 digest of texts and bytes, one after the other, in hexadecimal.
 *
 * @param parts Bytes, and texts, which are encoded as UTF-8.
 * @returns 64 hexadecimal digits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sha256 } from "./sha256.ts";
 *
 * assertEquals(sha256("").slice(0, 8), "e3b0c442");
 * ```
 */
export function sha256(...parts: readonly (string | Uint8Array)[]): string {
  return Array.from(sha256Bytes(...parts), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
