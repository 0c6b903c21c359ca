import { assertAlmostEquals, assertEquals } from "@std/assert";
import { compare } from "../../src/harness/compare.ts";

Deno.test("compare() counts the numbers of equal trees and finds no difference", () => {
  const tree = { a: [1, 2, { b: 3 }], c: "text", d: null };
  assertEquals(compare(tree, structuredClone(tree)), { numbers: 3, differences: [] });
});

Deno.test("compare() names each number that differs, the largest difference first", () => {
  const { differences } = compare({ a: [1, 2], b: 10 }, { a: [1, 2.002], b: 11 });
  assertEquals(differences.map(({ path }) => path), ["b", "a.1"]);
  assertEquals([differences[1]?.stated, differences[1]?.found], [2, 2.002]);
  assertAlmostEquals(differences[1]?.relative ?? 0, 0.002 / 2.002, 1e-12);
});

Deno.test("compare() lists differences of other values before those of numbers, in the order of the tree", () => {
  const { differences } = compare(
    { a: "x", b: 1, c: "y", d: 1, e: "z", f: 1 },
    { a: "-", b: 2, c: "-", d: 9, e: "-", f: 1.5 },
  );
  assertEquals(differences.map(({ path }) => path).join(""), "acedbf");
});

Deno.test("compare() applies the tolerance only to numbers", () => {
  assertEquals(compare([1, 2], [1.001, 2], 0.01).differences, []);
  assertEquals(compare(["supported"], ["refuted"], 0.5).differences.length, 1);
});

Deno.test("compare() finds values that are missing, added or of another type", () => {
  const { differences } = compare({ a: 1, b: [1] }, { b: [1, 2], c: null });
  assertEquals(differences.map(({ path }) => path).sort(), ["a", "b.1", "c"]);
  assertEquals(compare({ a: 1 }, { a: "1" }).differences.length, 1);
});
