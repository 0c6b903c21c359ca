import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { cosineSchedule, type CosineScheduleOptions } from "../../src/training/cosine_schedule.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("cosineSchedule() rises, falls by half a cosine and stays at the floor", () => {
  const share = cosineSchedule({ steps: 12, warmUp: 4, floor: 0.1 });
  const found = Array.from({ length: 15 }, (_, step) => share(step));
  assertEquals(found.slice(0, 5), [0.25, 0.5, 0.75, 1, 1]);
  // By hand: 0.1 + 0.9 (1 + cos(pi k / 8)) / 2 at k = 2, 4, 6.
  const wanted = [0.1 + 0.45 * (1 + Math.SQRT1_2), 0.55, 0.1 + 0.45 * (1 - Math.SQRT1_2)];
  assertClose([found[6] ?? NaN, found[8] ?? NaN, found[10] ?? NaN], wanted, tolerance.rounding);
  assertEquals(found.slice(12), [0.1, 0.1, 0.1]);
  found.slice(4, 12).forEach((value, i, all) => assert(value > (all[i + 1] ?? 0.1)));
});

Deno.test("cosineSchedule() refuses counts and floors out of range", () => {
  const wrong: (readonly [CosineScheduleOptions, string])[] = [
    [{ steps: 0 }, "steps must be a positive integer, found 0"],
    [{ steps: 5, warmUp: 5 }, "warmUp must be an integer from 0 to 4, found 5"],
    [{ steps: 5, floor: 2 }, "floor must be in [0, 1], found 2"],
  ];
  for (const [options, message] of wrong) {
    assertThrows(() => cosineSchedule(options), InputError, message);
  }
});
