import { assertEquals, assertRejects } from "@std/assert";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { decodeUtf8 } from "../../../src/data/text/utf8.ts";
import { chunks } from "./chunks.ts";
import { oddText } from "./odd_text.ts";

const encoder = new TextEncoder();

async function decode(bytes: Uint8Array, most: number, seed = 1): Promise<string> {
  const parts = await Array.fromAsync(decodeUtf8("x.txt", chunks(bytes, most, new Random(seed))));
  return parts.join("");
}

Deno.test("decodeUtf8() decodes characters that are split between chunks", async () => {
  const text = oddText(5000, new Random(1)).toWellFormed();
  for (const most of [1, 2, 3, 5, 100, 100_000]) {
    assertEquals(await decode(encoder.encode(text), most, most), text);
  }
  assertEquals(await decode(new Uint8Array(0), 1), "");
});

Deno.test("decodeUtf8() removes a byte order mark only at the start", async () => {
  const bytes = encoder.encode("\uFEFFa\uFEFFb");
  for (const most of [1, 2, 100]) assertEquals(await decode(bytes, most), "a\uFEFFb");
});

Deno.test("decodeUtf8() refuses bytes that are not UTF-8, and names the first", async () => {
  const before = "aß👍🏽".repeat(50);
  const size = encoder.encode(before).length;
  const wrong: readonly (readonly number[])[] = [
    [0xFF],
    [0x80, 0x41], // Continues nothing.
    [0xC3, 0x41], // Is not continued.
    [0xC0, 0xAF], // A longer form than needed.
    [0xE0, 0x80, 0x80],
    [0xED, 0xA0, 0x80], // Half a surrogate pair.
    [0xF4, 0x90, 0x80, 0x80], // Beyond the last plane.
    [0xF0, 0x9F, 0x91], // Cut off by the end.
  ];
  for (const bytes of wrong) {
    const all = Uint8Array.from([...encoder.encode(before), ...bytes]);
    const hex = `0x${bytes[0]?.toString(16)}`;
    const message = `x.txt must be UTF-8 at byte ${size}, found "${hex}". Save it as UTF-8.`;
    for (const most of [1, 3, 1000]) {
      await assertRejects(() => decode(all, most), InputError, message);
    }
    if (bytes.length > 2) continue;
    const going = Uint8Array.from([...all, ...encoder.encode("and on".repeat(50))]);
    await assertRejects(() => decode(going, 1000), InputError, message);
  }
});

Deno.test("decodeUtf8() names the line of a byte that is not UTF-8", async () => {
  const bytes = Uint8Array.of(...new TextEncoder().encode("a,b\n1,\u00E9\n"), 0x74, 0xE9, 0x0A);
  for (const size of [1, 3, 100]) {
    await assertRejects(() => decode(bytes, size), InputError, "The byte is in line 3.");
  }
});

Deno.test("decodeUtf8() names a NUL byte, unless an earlier byte is not UTF-8", async () => {
  const message = 'x.txt must be text without NUL bytes, found "a NUL byte at byte 3". ' +
    "It seems to be a binary file.";
  for (const most of [1, 100]) {
    const binary = Uint8Array.of(0x50, 0x4B, 0x03, 0x00, 0xFF, 0x00);
    await assertRejects(() => decode(binary, most), InputError, message);
  }
  const utf16 = Uint8Array.of(0xFF, 0xFE, 0x41, 0x00);
  await assertRejects(() => decode(utf16, 100), InputError, 'UTF-8 at byte 0, found "0xff"');
});
