import { assertEquals, assertThrows } from "@std/assert";
import { countKeys, nesting, stableStringify } from "../../src/core/json.ts";

Deno.test("stableStringify gives equal values equal bytes", () => {
  const one = { b: [1, { d: null, c: true }], a: "x" };
  const other = { a: "x", b: [1, { c: true, d: null }] };
  assertEquals(stableStringify(one), '{"a":"x","b":[1,{"c":true,"d":null}]}');
  assertEquals(stableStringify(other), stableStringify(one));
  assertEquals(JSON.parse(stableStringify(one)), one);
});

Deno.test("stableStringify sorts by code unit and leaves out what is undefined", () => {
  assertEquals(
    stableStringify({ b: 1, B: 2, "10": 3, "9": 4, é: 5, a: undefined }),
    // Keys that are whole numbers come first, as objects keep them.
    '{"9":4,"10":3,"B":2,"b":1,"é":5}',
  );
});

Deno.test("stableStringify indents on demand", () => {
  assertEquals(stableStringify({ b: [1], a: 2 }, 2), '{\n  "a": 2,\n  "b": [\n    1\n  ]\n}');
});

Deno.test("stableStringify names the place of what JSON cannot hold", () => {
  const refuse = (value: unknown, message: string) =>
    assertThrows(() => stableStringify(value), TypeError, message);
  refuse({ rows: [[1], [2, NaN]] }, "$.rows[1][1] must be a finite number, found NaN");
  refuse(-Infinity, "$ must be a finite number, found -Infinity");
  refuse([() => 1], "$[0] must be a value that JSON can hold, found function");
  refuse({ a: { b: 1n } }, "$.a.b must be a value that JSON can hold, found bigint");
  refuse([undefined], "$[0] must be a value that JSON can hold, found undefined");
});

Deno.test("countKeys counts keys, whatever stands in them and in texts", () => {
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

Deno.test("nesting counts levels, whatever stands in texts", () => {
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
