import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { cutAt, cuts, editedBytes, editedJson, editedText, jsonText } from "./generators.ts";

const valid = { format: "a-1", numbers: [1, 2.5], nested: { name: "é", list: [{ x: null }] } };
const sample = <T>(arbitrary: fc.Arbitrary<T>, numRuns = 500) =>
  fc.sample(arbitrary, { seed: 3, numRuns });

Deno.test("editedJson() generates valid values and edited ones", () => {
  const texts = sample(editedJson(fc.constant(valid))).map((value) => JSON.stringify(value));
  const same = texts.filter((text) => text === JSON.stringify(valid)).length;
  assert(same > 50 && same < 250, `${same} of 500 have no edit`);
  assert(new Set(texts).size > 200);
});

Deno.test("editedJson() treats __proto__ as a name like any other", () => {
  const texts = sample(editedJson(fc.constant(valid)), 5000).map((value) => JSON.stringify(value));
  assert(texts.some((text) => text.includes('"__proto__":')));
  assertEquals(Reflect.ownKeys(Object.prototype).includes("format"), false);
});

Deno.test("jsonText() generates JSON, also deeply nested, and some texts that are not JSON", () => {
  const texts = sample(jsonText(fc.constant(valid)), 2000);
  const parsed = texts.filter((text) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  });
  assert(parsed.length > 1500 && parsed.length < 2000, `${parsed.length} of 2000 are JSON`);
  assert(texts.some((text) => text.includes("[".repeat(9000))));
});

Deno.test("editedText() and editedBytes() generate the same inputs for the same seed", () => {
  const text = () => sample(editedText(fc.constant("the whale")), 50);
  assertEquals(text(), text());
  const bytes = () => sample(editedBytes(fc.constant(Uint8Array.of(1, 2, 3))), 50);
  assertEquals(bytes(), bytes());
});

Deno.test("cutAt() returns parts that together are the whole", () => {
  fc.assert(fc.property(fc.string(), cuts, (text, shares) => {
    assertEquals(cutAt(text, shares).join(""), text);
  }));
});
