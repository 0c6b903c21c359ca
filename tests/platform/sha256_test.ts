import { createHash } from "node:crypto";
import { assertEquals } from "@std/assert";
import { sha256, sha256Bytes } from "../../src/platform/sha256.ts";

Deno.test("sha256() gives the digests of FIPS 180-2 and of Node", () => {
  assertEquals(
    sha256("abc"),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  for (const length of [0, 1, 55, 56, 63, 64, 65, 1000, 100_003]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37) % 251);
    assertEquals(sha256(bytes), createHash("sha256").update(bytes).digest("hex"));
  }
});

Deno.test("sha256() encodes texts as UTF-8 and joins its parts", () => {
  const text = "\u00fc\u{1F600}";
  const joined = createHash("sha256").update(text).update("b").digest("hex");
  assertEquals(sha256(text, "b"), joined);
  assertEquals(sha256(new TextEncoder().encode(text), "b"), joined);
  assertEquals([...sha256Bytes(text, "b").slice(0, 2)], [
    parseInt(joined.slice(0, 2), 16),
    parseInt(joined.slice(2, 4), 16),
  ]);
});
