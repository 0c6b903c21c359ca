import { assertEquals } from "@std/assert";
import { CallSize, MAX_CALL_STEPS } from "../../src/training/call_size.ts";

/** Returns the sizes of consecutive calls, given the milliseconds of a step in each. */
function sizes(calls: number, each: (step: number) => number, most?: number): number[] {
  const size = new CallSize(false, most);
  let done = 0;
  return Array.from({ length: calls }, () => {
    const { steps } = size;
    size.adjust(steps, steps * each(done));
    done += steps;
    return steps;
  });
}

Deno.test("CallSize.adjust() ignores the first call and then grows to calls of 50 ms", () => {
  assertEquals(sizes(4, (step) => step === 0 ? 900 : 0.01), [1, 1, MAX_CALL_STEPS, MAX_CALL_STEPS]);
  assertEquals(sizes(4, () => 5), [1, 1, 10, 10]);
  assertEquals(sizes(4, () => 0, 7), [1, 1, 7, 7]);
});

Deno.test("CallSize.adjust() stays at, or returns to, one step if a step takes more than 50 ms", () => {
  assertEquals(sizes(4, () => 400), [1, 1, 1, 1]);
  assertEquals(sizes(5, (step) => step < 20 ? 1 : 100), [1, 1, 50, 50, 1]);
});

Deno.test("CallSize.adjust() keeps the largest number of steps on WebGPU", () => {
  const size = new CallSize(true, 8);
  for (const milliseconds of [900, 400]) {
    assertEquals(size.steps, 8);
    size.adjust(8, milliseconds);
  }
  assertEquals(size.steps, 8);
});
