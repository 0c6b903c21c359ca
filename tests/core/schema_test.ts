import { assertEquals } from "@std/assert";
import { idSchema, textSchema } from "../../src/core/schema.ts";

Deno.test("idSchema accepts lower-case letters and digits with single hyphens between them", () => {
  const passes = (id: string) => idSchema.safeParse(id).success;
  assertEquals(["a", "lag-20", "2d"].filter(passes), ["a", "lag-20", "2d"]);
  assertEquals(["", "A", "a b", "-a", "a-", "a--b", "a_b", "a\n"].filter(passes), []);
});

Deno.test("textSchema refuses the empty text", () => {
  assertEquals(["", "x"].map((text) => textSchema.safeParse(text).success), [false, true]);
});
