import { assertEquals } from "@std/assert";
import { unknownLine } from "../../../tasks/generate/unknown_line.ts";

Deno.test("words that a model does not know are named, some of them where they are many", () => {
  assertEquals(unknownLine([]), null);
  assertEquals(
    unknownLine(["zebra"]),
    'The model does not know "zebra" of the prompt, and takes <UNK> for it.',
  );
  assertEquals(
    unknownLine(Array.from({ length: 11 }, (_, i) => `w${i}`)),
    'The model does not know "w0", "w1", "w2", "w3", "w4", "w5", "w6", "w7" and 3 more of the ' +
      "prompt, and takes <UNK> for each.",
  );
  const long = unknownLine(["👩".repeat(100)]) ?? "";
  assertEquals(long.includes(`"${"👩".repeat(21)}..."`), true);
});
