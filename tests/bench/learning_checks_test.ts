import { assertEquals } from "@std/assert";
import { CHECKED_EPOCHS, learnedTheSame, learningChecks } from "./learning_checks.ts";

Deno.test("checks are the first seed's first epochs, and its means at the end", () => {
  const curve = Array.from({ length: CHECKED_EPOCHS + 1 }, (_, i) => 2 ** -i);
  const end = 2 ** -CHECKED_EPOCHS;
  const outcomes = [
    { curves: [curve, curve.map(() => 7)], tests: [1, 7] },
    { curves: [curve.map((loss) => 4 * loss)], tests: [4] },
  ];
  const wanted = [curve, curve.map((loss) => 4 * loss)].flatMap((losses) => losses.slice(0, -1));
  assertEquals(learningChecks(outcomes), [...wanted, 2 * end, 2]);
});

Deno.test("epochs must agree closely, the ends roughly, and nothing agrees with NaN", () => {
  const reference = [2, 1, 0.1, 0.4];
  assertEquals(learnedTheSame([2, 1.0005, 0.12, 0.33], reference), true);
  assertEquals(learnedTheSame([2, 1.002, 0.1, 0.4], reference), false);
  assertEquals(learnedTheSame([2, 1, 0.13, 0.4], reference), false);
  assertEquals(learnedTheSame([2, 1, 0.1, 0.29], reference), false);
  assertEquals(learnedTheSame([2, 1, 0.1, NaN], reference), false);
  assertEquals(learnedTheSame([1, 0.1, 0.4], reference), false);
});
