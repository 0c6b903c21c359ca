import { assert, assertEquals } from "@std/assert";
import { describe, InputError, MissingError } from "../../src/core/errors.ts";

Deno.test("InputError states the wanted and the found value", () => {
  const error = new InputError("hiddenSize", "a positive integer", -3);
  assert(error instanceof Error);
  assertEquals(error.name, "InputError");
  assertEquals(error.message, "hiddenSize must be a positive integer, found -3");
});

Deno.test("InputError ends with its help", () => {
  const error = new InputError("backend", "auto or cpu", "gpu", "See the README.");
  assertEquals(error.message, 'backend must be auto or cpu, found "gpu". See the README.');
});

Deno.test("MissingError has its name and its message unchanged", () => {
  const error = new MissingError("No adapter.");
  assert(error instanceof Error);
  assertEquals([error.name, error.message], ["MissingError", "No adapter."]);
});

Deno.test("describe() writes any value on one short line", () => {
  assertEquals(describe("a\nb"), '"a\\nb"');
  assertEquals(describe(NaN), "NaN");
  assertEquals(describe(undefined), "undefined");
  assertEquals(describe(null), "null");
  assertEquals(describe(true), "true");
  assertEquals(describe([1, "b", [null]]), '[1, "b", [null]]');
  assertEquals(describe({ a: 1 }), '{"a":1}');
  assertEquals(describe([]), "[]");
  assertEquals(describe(Array(100).fill(7)), "an array of 100");
  assertEquals(describe("x".repeat(100)), `"${"x".repeat(57)}..."`);
  assertEquals(describe({ long: "x".repeat(100) }).length, 60);
});

Deno.test("describe() names values that JSON cannot represent by their class", () => {
  assertEquals(describe(5n), "5n");
  assertEquals(describe({ id: 5n }), "an object");
  const circular: Record<string, unknown> = {};
  circular["self"] = circular;
  assertEquals(describe(circular), "an object");
  assertEquals(describe(new Map()), "an instance of Map");
  assertEquals(describe(new (class Net {})()), "an instance of Net");
  assertEquals(describe(new (class {})()), "an instance of a class without a name");
  assertEquals(describe(Float32Array.of(1, 2)), "a Float32Array of 2");
  assertEquals(describe(Int16Array.of(1, 2, 3)), "an Int16Array of 3");
  assertEquals(describe(Uint8Array.of(1)), "a Uint8Array of 1");
  assertEquals(describe(BigInt64Array.of(1n)), "a BigInt64Array of 1");
  assertEquals(describe(class Net {}), "the class Net");
  assertEquals(describe(function fit() {}), "the function fit");
  assertEquals(describe(() => {}), "the function without a name");
  assertEquals(describe(Symbol("x")), "Symbol(x)");
  assertEquals(describe(Array(1e6).fill(0n)), "an array of 1000000");
});

Deno.test("describe() stays short for nested arrays and escapes, and keeps each escape whole", () => {
  let deep: unknown = [];
  for (let i = 0; i < 9000; i++) deep = [deep];
  assertEquals(describe(deep), "[[[[[[[[an array of 1]]]]]]]]");
  const surrogates = describe("\ud83d".repeat(30));
  assertEquals(surrogates, `"${"\\ud83d".repeat(9)}..."`);
  assertEquals(describe("\n".repeat(40)), `"${"\\n".repeat(28)}..."`);
});
