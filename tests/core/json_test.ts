import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { countKeys, MAX_DEPTH, nesting, stableStringify } from "../../src/core/json.ts";

Deno.test("stableStringify() gives equal values equal bytes", () => {
  const one = { b: [1, { d: null, c: true }], a: "x" };
  const other = { a: "x", b: [1, { c: true, d: null }] };
  assertEquals(stableStringify(one), '{"a":"x","b":[1,{"c":true,"d":null}]}');
  assertEquals(stableStringify(other), stableStringify(one));
  assertEquals(JSON.parse(stableStringify(one)), one);
});

Deno.test("stableStringify() sorts keys by code unit and leaves out undefined values", () => {
  assertEquals(
    stableStringify({ b: 1, B: 2, "10": 3, "9": 4, é: 5, a: undefined }),
    // Keys that are integers come first, as in any object.
    '{"9":4,"10":3,"B":2,"b":1,"é":5}',
  );
});

Deno.test("stableStringify() indents on request", () => {
  assertEquals(stableStringify({ b: [1], a: 2 }, 2), '{\n  "a": 2,\n  "b": [\n    1\n  ]\n}');
});

Deno.test("stableStringify() names the place of a value that JSON cannot represent", () => {
  const refuse = (value: unknown, message: string) =>
    assertThrows(() => stableStringify(value), InputError, message);
  refuse({ rows: [[1], [2, NaN]] }, "$.rows[1][1] must be a finite number, found NaN");
  refuse(-Infinity, "$ must be a finite number, found -Infinity");
  refuse(
    [() => 1],
    "$[0] must be a value that JSON can represent, found the function without a name",
  );
  refuse({ a: { b: 1n } }, "$.a.b must be a value that JSON can represent, found 1n");
  refuse([undefined], "$[0] must be a value that JSON can represent, found undefined");
  refuse(new Array(2), "$[0] must be a value that JSON can represent, found undefined");
  refuse({ a: new Map() }, "$.a must be a value that JSON can represent, found an instance of Map");
  refuse(JSON.parse('{"a":{"__proto__":1}}'), "a key of $.a must be another name");
});

/** Nested arrays or nested objects. */
function nested(levels: number, wrap: (inner: unknown) => unknown = (inner) => [inner]): unknown {
  let value: unknown = [];
  for (let level = 1; level < levels; level++) value = wrap(value);
  return value;
}

Deno.test("stableStringify() refuses deep and circular values, and names the place", () => {
  const deepest = nested(MAX_DEPTH);
  assertEquals(JSON.parse(stableStringify(deepest)), deepest);
  const circle: unknown[] = [];
  circle.push(circle);
  for (
    const value of [nested(MAX_DEPTH + 1), nested(50_000), nested(9_000, (a) => ({ a })), circle]
  ) {
    const error = assertThrows(() => stableStringify(value, 0, "part"), InputError);
    assertMatch(error.message, /^part.{1,60}\.\.\. must be nested at most 200 deep, found /);
  }
});

Deno.test("countKeys() counts keys, whatever characters keys and texts contain", () => {
  const cases: [string, number][] = [
    ["[1, null]", 0],
    ['":"', 0],
    ['{"a" : [{"b": 1}, {"b": 2}], "c": "d:e"}', 4],
    ['{"a": 1, "\\u0061": 2, "a": 3}', 3],
    ['{"a\\":\\\\": ":\\"\\\\:", "\\\\": 1}', 2],
  ];
  for (const [json, keys] of cases) {
    JSON.parse(json);
    assertEquals(countKeys(json), keys, json);
  }
});

Deno.test("nesting() counts levels, whatever characters texts contain", () => {
  const cases: readonly (readonly [json: string, levels: number])[] = [
    ["1", 0],
    ['"[{"', 0],
    ["[]", 1],
    ['{"a":[1,[2],{"b":3}],"c":[[]]}', 3],
    ['["\\"[[[", "\\\\", [0]]', 2],
    [`${"[".repeat(1e6)}${"]".repeat(1e6)}`, 1e6],
  ];
  for (const [json, levels] of cases) {
    JSON.parse(json);
    assertEquals(nesting(json), levels, json.slice(0, 40));
  }
});
