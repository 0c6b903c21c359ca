import { assert, assertEquals, assertThrows } from "@std/assert";
import { sha256 } from "../../../src/platform/sha256.ts";
import { InputError } from "../../../src/core/errors.ts";
import { stableStringify } from "../../../src/core/json.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../src/model/parameters/safetensors.ts";
import { assertMistakes, call, type Mistake } from "../../mistakes.ts";

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

/** A file that is written by hand after the description of the format. */
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

Deno.test("decodeSafetensors() reads what encodeSafetensors() wrote, bit for bit", () => {
  const bytes = encodeSafetensors(contents);
  const found = decodeSafetensors(bytes, "file");
  assertEquals(found, contents);
  const bits = (data: Float32Array) => [...new Uint32Array(data.slice().buffer)];
  for (const [name, { data }] of Object.entries(contents.tensors)) {
    assertEquals(bits(found.tensors[name]?.data ?? new Float32Array()), bits(data));
  }
  assertEquals(encodeSafetensors(found), bytes);
});

Deno.test("encodeSafetensors() begins the numbers at a multiple of eight bytes, as other readers expect", () => {
  const bytes = encodeSafetensors(contents);
  assertEquals(new DataView(bytes.buffer).getUint32(0, true) % 8, 0);
});

Deno.test("decodeSafetensors() reads a file of another program, without a digest", () => {
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

/**
 * Headers that the reference implementation reads, over two numbers, with the names in their order.
 */
const read: Readonly<Record<string, readonly [header: unknown, names: string[]]>> = {
  "tensors without numbers, in any order": [
    { b: one([1], 4, 8), none: one([0, 3], 4, 4), a: one([1], 0, 4), end: one([2, 0], 8, 8) },
    ["a", "none", "b", "end"],
  ],
  "no metadata": [{ a: one([2], 0, 8), __metadata__: null }, ["a"]],
  "fields that it does not know": [
    { a: { ...one([2], 0, 8), note: { by: ["x", { y: 1e5 }] }, stride: null } },
    ["a"],
  ],
  "fields that are nested as deep as it reads": [
    `{"a":{"dtype":"F32","u":${"[".repeat(125)}${
      "]".repeat(125)
    },"shape":[2],"data_offsets":[0,8]}}`,
    ["a"],
  ],
  "white space around the header": [`\n ${JSON.stringify({ a: one([2], 0, 8) })}\t `, ["a"]],
  "a shape whose product is 0 before it is too large": [
    { a: one([2], 0, 8), b: one([0, 2 ** 40, 2 ** 40], 8, 8) },
    ["a", "b"],
  ],
  "names that objects have by themselves": [
    { constructor: one([1], 0, 4), toString: one([1], 4, 8) },
    ["constructor", "toString"],
  ],
};

for (const [what, [header, names]] of Object.entries(read)) {
  Deno.test(`decodeSafetensors() reads ${what}, and what it read is written again`, () => {
    const found = decodeSafetensors(handmade(header, [1, 2]), "file");
    assertEquals(Object.keys(found.tensors), names);
    const numbers = Object.values(found.tensors).flatMap(({ data }) => [...data]);
    assertEquals([numbers, found.metadata], [[1, 2], {}]);
    assertEquals(decodeSafetensors(encodeSafetensors(found), "file"), found);
  });
}

Deno.test("decodeSafetensors() includes unknown fields in the digest", () => {
  const header = { a: { ...one([1], 0, 4), note: "this" } };
  const numbers = handmade({}, [7]).subarray(10);
  const digest = sha256(stableStringify({ __metadata__: {}, ...header }), numbers);
  const sealed = { __metadata__: { sha256: digest }, ...header };
  assertEquals(decodeSafetensors(handmade(sealed, [7]), "file").tensors["a"]?.shape, [1]);
  const changed = { ...sealed, a: { ...header.a, note: "that" } };
  assertThrows(
    () => decodeSafetensors(handmade(changed, [7]), "file"),
    InputError,
    "file must be unchanged since it was written",
  );
});

/** An object with a key such as `__proto__`, which has another meaning in an object literal. */
const named = <T>(name: string, value: T): Record<string, T> => Object.fromEntries([[name, value]]);

Deno.test("encodeSafetensors() refuses names, texts and shapes that could not be read again", () => {
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
    const message = `a tensor's name must be a name that the format permits, found "${name}"`;
    refuse(named("tensors", named(name, entry)), message);
  }
  for (const name of ["sha256", "__proto__"]) {
    const message = `a name in metadata must be a name that the format permits, found "${name}"`;
    refuse(named("metadata", named(name, "text")), message);
  }
  const half = "whale \ud83d";
  refuse(
    named("tensors", named(half, entry)),
    "a tensor's name must be a name that the format permits",
  );
  refuse(named("metadata", named(half, "text")), "a name in metadata must be a name that");
  refuse(
    named("metadata", named("note", half)),
    "note in metadata must be well-formed text, found",
  );
});

Deno.test("decodeSafetensors() refuses a header with a name that would be lost", () => {
  const empty = JSON.stringify(one([0], 0, 0));
  const lost = "its header has a name twice, or __proto__";
  for (
    const header of [
      `{"a":${empty},"a":${empty}}`,
      `{"a":${empty},"\\u0061":${empty}}`,
      '{"a":{"dtype":"F32","shape":[0],"shape":[0],"data_offsets":[0,0]}}',
      '{"__metadata__":{"format":"pt","format":"pt"}}',
      '{"__metadata__":{},"__metadata__":{}}',
      '{"__metadata__":null,"__metadata__":{"a":"b"}}',
      '{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"u":{"v":1,"v":2}}}',
      '{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0],"u":[{"__proto__":1}]}}',
      '{"__metadata__":{"__proto__":"text"}}',
      `{"__proto__":${empty}}`,
    ]
  ) {
    assertThrows(() => decodeSafetensors(handmade(header, []), "file"), InputError, lost);
  }
});

Deno.test("decodeSafetensors() refuses a file that was cut at any place", () => {
  const bytes = encodeSafetensors(contents);
  for (let length = 0; length < bytes.length; length++) {
    assertThrows(() => decodeSafetensors(bytes.subarray(0, length), "file"), InputError, "file");
  }
});

Deno.test("decodeSafetensors() refuses a file with any byte changed", () => {
  const bytes = encodeSafetensors(contents);
  const unseen = [...bytes.keys()].filter((place) => {
    const changed = bytes.slice();
    changed[place] = (changed[place] ?? 0) ^ 1;
    try {
      // If the name of the digest is changed, the file counts as one without a digest but with one
      // more text.
      assertEquals(decodeSafetensors(changed, "file").tensors, contents.tensors);
      return true;
    } catch (error) {
      assert(error instanceof InputError, String(error));
      return false;
    }
  });
  assertEquals(unseen.length, "sha256".length);
});

Deno.test("decodeSafetensors() says what is wrong with files of other kinds", () => {
  const wrong: (readonly [Uint8Array, string])[] = [
    [new Uint8Array(0), 'file must be a whole safetensors file, found "it ends before its header"'],
    [new TextEncoder().encode("no such file"), "it does not begin with a header's length"],
    [handmade("{", []), "its header is not a JSON object"],
    [handmade([], []), "its header is not a JSON object"],
    [handmade({ a: 1 }, []), "its header does not describe tensors"],
    [handmade({ __metadata__: { a: 1 } }, []), "its header does not describe tensors"],
    [handmade({ __metadata__: [] }, []), "its header does not describe tensors"],
    [handmade({ a: { ...one([1], 0, 4), shape: [-0.5] } }, [1]), "does not describe tensors"],
    [
      handmade('{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}', []),
      "not describe tensors",
    ],
    [handmade({ a: one([2 ** 40, 2 ** 40, 0], 0, 0) }, []), "a has wrong data_offsets"],
    [handmade({ a: one([2 ** 51, 2 ** 51], 0, 4) }, [1]), "a has wrong data_offsets"],
    [handmade({ a: one(Array(100).fill(2 ** 50), 0, 4) }, [1]), "a has wrong data_offsets"],
    [handmade({ a: one([1], 4, 0), b: one([1], 0, 4) }, [1]), "a has wrong data_offsets"],
    [handmade({ a: one([2 ** 50], 0, 2 ** 52) }, [1]), "it ends before a"],
    [handmade({ a: one([0], 0, 0), b: one([0], 4, 4) }, [1]), "b has wrong data_offsets"],
    [handmade("\ufeff{}", []), "its header is not a JSON object"],
    [handmade('{"a\\ud800":1}', []), "its header has half a surrogate pair"],
    [handmade('{"a":{"u":1e999}}', []), "its header has an infinite number"],
    [handmade(`{"a":${"[".repeat(127)}${"]".repeat(127)}}`, []), "is nested more than 127 deep"],
    [handmade("[".repeat(1e7) + "]".repeat(1e7), []), "its header is nested more than 127 deep"],
    [handmade(`{"a":${JSON.stringify(one(Array(3e5).fill(1), 0, 4))}}`, []), "it ends before a"],
    [handmade({ a: one([2], 0, 4, "F16") }, [1]), 'a in file must be of dtype F32, found "F16"'],
    [handmade({ a: one([2], 0, 4) }, [1]), "a has wrong data_offsets"],
    [handmade({ a: one([1], 4, 8) }, [1, 2]), "a has wrong data_offsets"],
    [handmade({ a: one([1], 0, 4), b: one([1], 0, 4) }, [1]), "b has wrong data_offsets"],
    [handmade({ a: one([2], 0, 8) }, [1]), "it ends before a"],
    [handmade({ a: one([1], 0, 4) }, [1], 1), "it continues after its last tensor"],
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

Deno.test("encodeSafetensors() refuses values of other types", async () => {
  const encode = (contents?: unknown) => call(null, encodeSafetensors, contents);
  const a = { shape: [2], data: Float32Array.of(1, 2) };
  const tensor = (entry: unknown): Mistake[0] => () => encode({ tensors: { a: entry } });
  await assertMistakes([
    [
      () => encode(),
      "fields of a safetensors file must be an object such as { tensors, metadata }",
    ],
    [() => encode({}), "tensors must be an object of { shape, data } by name, found undefined"],
    [() => encode(Promise.resolve({ tensors: {} })), "Await it first"],
    [() => encode({ "head.bias": a }), 'one of tensors, metadata, found "head.bias"'],
    [() => encode({ tensors: Promise.resolve({ a }) }), "tensors must be", "Await it first"],
    [() => encode({ tensors: new Map([["a", a]]) }), "found an instance of Map"],
    [() => encode({ tensors: [a] }), "tensors must be an object of { shape, data } by name"],
    [tensor(a.data), "a must be a shape with a Float32Array as data, found a Float32Array of 2"],
    [tensor(null), "found null"],
    [tensor({ ...a, shape: 2 }), "a must be a shape with a Float32Array as data"],
    [tensor({ ...a, shape: ["2"] }), "shape of a must be integers of 0 or more"],
    [tensor({ ...a, shape: new Array(1) }), "shape of a must be"],
    [tensor({ ...a, shape: [-1, -2] }), "shape of a must be"],
    [tensor({ ...a, shape: [2 ** 40, 2 ** 40, 0] }), "whose product is below 2^53"],
    [tensor({ ...a, data: Float64Array.of(1, 2) }), "Float32Array.from(data) converts it"],
    [tensor({ ...a, data: Uint8Array.of(1, 2) }), "found a Uint8Array of 2. Float32Array.from"],
    [tensor({ ...a, data: [1, 2] }), "data of a must be a Float32Array, found [1, 2]"],
    [() => encode({ tensors: { a }, metadata: { epoch: 1 } }), "epoch in metadata must be a text"],
    [() => encode({ tensors: { a }, metadata: null }), "metadata must be an object of texts"],
    [() => encode({ tensors: { a }, metadata: new Map() }), "metadata must be an object of texts"],
  ]);
  const found = decodeSafetensors(encodeSafetensors({ tensors: { a } }), "file");
  assertEquals(found, { tensors: { a }, metadata: {} });
});

Deno.test("decodeSafetensors() refuses values that are not bytes", async () => {
  const decode = (bytes: unknown) => call(null, decodeSafetensors, bytes, "weights");
  const { buffer } = encodeSafetensors(contents);
  await assertMistakes([
    [
      () => decode(buffer),
      "weights must be a file's bytes in a Uint8Array",
      "new Uint8Array(buffer)",
    ],
    [() => decode("text"), 'in a Uint8Array, found "text"'],
    [() => decode(undefined), "found undefined"],
    [() => decode(Promise.resolve(new Uint8Array(buffer))), "Await it first"],
    [() => decode([...new Uint8Array(buffer)]), "in a Uint8Array"],
  ]);
});
