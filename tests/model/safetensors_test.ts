import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/model/safetensors.ts";

const contents = {
  tensors: {
    "head.bias": { shape: [3], data: new Float32Array([1, -0, 1e-40]) },
    "head.weight": { shape: [2, 2], data: new Float32Array([0.5, NaN, Infinity, -3]) },
    "nothing": { shape: [0, 4], data: new Float32Array(0) },
    "scalar": { shape: [], data: new Float32Array([7]) },
    'a ":" in \\"': { shape: [1], data: new Float32Array([8]) },
  },
  metadata: { format: "pt", note: "naïve – ✓", 'state":\\': '{"a":"b\\\\","c":{}}' },
};

/** A file as the format's description has it, by hand. */
function handmade(header: unknown, numbers: ArrayLike<number>, tail = 0): Uint8Array {
  const text = new TextEncoder().encode(
    typeof header === "string" ? header : JSON.stringify(header),
  );
  const bytes = new Uint8Array(8 + text.length + 4 * numbers.length + tail);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, text.length, true);
  bytes.set(text, 8);
  Array.from(numbers).forEach((value, i) => {
    view.setFloat32(8 + text.length + 4 * i, value, true);
  });
  return bytes;
}

const one = (shape: number[], begin: number, end: number, dtype = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

Deno.test("what was written is read, bit for bit", () => {
  const bytes = encodeSafetensors(contents);
  const found = decodeSafetensors(bytes, "file");
  assertEquals(found, contents);
  const bits = (data: Float32Array) => [...new Uint32Array(data.slice().buffer)];
  for (const [name, { data }] of Object.entries(contents.tensors)) {
    assertEquals(bits(found.tensors[name]?.data ?? new Float32Array()), bits(data));
  }
  assertEquals(encodeSafetensors(found), bytes);
});

Deno.test("the numbers begin at a multiple of eight, as others expect", () => {
  const bytes = encodeSafetensors(contents);
  assertEquals(new DataView(bytes.buffer).getUint32(0, true) % 8, 0);
});

Deno.test("a file of others, without a digest, is read", () => {
  const bytes = handmade({
    __metadata__: { format: "pt" },
    b: one([2], 4, 12),
    a: one([1, 1], 0, 4),
  }, [1, 2, 3]);
  const { tensors, metadata } = decodeSafetensors(bytes, "file");
  assertEquals(metadata, { format: "pt" });
  assertEquals(tensors["a"], { shape: [1, 1], data: new Float32Array([1]) });
  assertEquals(tensors["b"], { shape: [2], data: new Float32Array([2, 3]) });
});

/** An object with a key that an object literal takes for something else. */
const named = <T>(name: string, value: T): Record<string, T> => Object.fromEntries([[name, value]]);

Deno.test("what could not be read again is not written", () => {
  const entry = { shape: [3], data: new Float32Array(3) };
  const refuse = (given: Partial<typeof contents>, message: string): unknown =>
    assertThrows(
      () => encodeSafetensors({ tensors: {}, metadata: {}, ...given }),
      InputError,
      message,
    );
  const short = { ...entry, data: new Float32Array(2) };
  refuse(named("tensors", { a: short }), "data of a must be 3 numbers, found 2");
  for (const name of ["__metadata__", "__proto__"]) {
    const message = `a tensor's name must be one that a file can hold, found "${name}"`;
    refuse(named("tensors", named(name, entry)), message);
  }
  for (const name of ["sha256", "__proto__"]) {
    const message = `a name in metadata must be one that a file can hold, found "${name}"`;
    refuse(named("metadata", named(name, "text")), message);
  }
});

Deno.test("a header with a name that would be lost is refused", () => {
  const empty = JSON.stringify(one([0], 0, 0));
  const lost = "its header has a name twice, or __proto__";
  for (
    const header of [
      `{"a":${empty},"a":${empty}}`,
      `{"a":${empty},"\\u0061":${empty}}`,
      '{"a":{"dtype":"F32","shape":[0],"shape":[0],"data_offsets":[0,0]}}',
      '{"__metadata__":{"format":"pt","format":"pt"}}',
      '{"__metadata__":{},"__metadata__":{}}',
      '{"__metadata__":{"__proto__":"text"}}',
      `{"__proto__":${empty}}`,
    ]
  ) {
    assertThrows(() => decodeSafetensors(handmade(header, []), "file"), InputError, lost);
  }
});

Deno.test("a file that was cut at any place is refused", () => {
  const bytes = encodeSafetensors(contents);
  for (let length = 0; length < bytes.length; length++) {
    assertThrows(() => decodeSafetensors(bytes.subarray(0, length), "file"), InputError, "file");
  }
});

Deno.test("a file with any byte changed is refused", () => {
  const bytes = encodeSafetensors(contents);
  const unseen = [...bytes.keys()].filter((place) => {
    const changed = bytes.slice();
    changed[place] = (changed[place] ?? 0) ^ 1;
    try {
      // Without the digest's name it is a file of others, with a text more.
      assertEquals(decodeSafetensors(changed, "file").tensors, contents.tensors);
      return true;
    } catch (error) {
      assert(error instanceof InputError, String(error));
      return false;
    }
  });
  assertEquals(unseen.length, "sha256".length);
});

Deno.test("files that are none are refused, each for what it is", () => {
  const wrong: (readonly [Uint8Array, string])[] = [
    [new Uint8Array(0), 'file must be a whole safetensors file, found "it ends before its header"'],
    [new TextEncoder().encode("no such file"), "it does not begin with a header's length"],
    [handmade("{", []), "its header is no JSON object"],
    [handmade([], []), "its header is no JSON object"],
    [handmade({ a: 1 }, []), "its header does not describe tensors"],
    [handmade({ __metadata__: { a: 1 } }, []), "its header does not describe tensors"],
    [handmade({ a: one([2], 0, 4, "F16") }, [1]), 'a in file must be of dtype F32, found "F16"'],
    [handmade({ a: one([2], 0, 4) }, [1]), "a lies where it cannot"],
    [handmade({ a: one([1], 4, 8) }, [1, 2]), "a lies where it cannot"],
    [handmade({ a: one([1], 0, 4), b: one([1], 0, 4) }, [1]), "b lies where it cannot"],
    [handmade({ a: one([2], 0, 8) }, [1]), "it ends before a"],
    [handmade({ a: one([1], 0, 4) }, [1], 1), "it goes on after its last tensor"],
  ];
  for (const [bytes, message] of wrong) {
    assertThrows(() => decodeSafetensors(bytes, "file"), InputError, message);
  }
});

Deno.test("encodeSafetensors() refuses metadata of more than 100 MB, which could not be read again", () => {
  const metadata = { history: "x".repeat(100_000_000) };
  assertThrows(
    () => encodeSafetensors({ tensors: {}, metadata }),
    InputError,
    "metadata and names of tensors must be 100 MB or less in all, found 100000107",
  );
});
