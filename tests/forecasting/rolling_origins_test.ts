import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { rollingOrigins } from "../../src/forecasting/rolling_origins.ts";

Deno.test("rollingOrigins() ends with the series, and validates before the first test", () => {
  for (const horizon of [1, 3, 12]) {
    for (const step of [1, 2, 12]) {
      for (const validation of [0, 1, 4]) {
        const options = { length: 200, horizon, count: 5, step, validation };
        const { test, validation: choice } = rollingOrigins(options);
        assertEquals([test.length, choice.length], [5, validation]);
        assertEquals(test.at(-1)?.until, 200);
        for (const origins of [test, choice]) {
          origins.forEach(({ end, until }, i) => {
            assertEquals(until - end, horizon);
            if (i > 0) assertEquals(end - (origins[i - 1]?.end ?? 0), step);
          });
        }
        const last = choice.at(-1)?.until ?? 0;
        assert(validation === 0 || last === test[0]?.end, "no validation target is tested");
      }
    }
  }
});

Deno.test("rollingOrigins() moves a window of a given length", () => {
  const { test } = rollingOrigins({ length: 20, horizon: 2, count: 3, step: 1, window: 8 });
  assertEquals(test.map(({ start, end }) => [start, end]), [[8, 16], [9, 17], [10, 18]]);
});

Deno.test("rollingOrigins() says how long the series must be, and this length suffices", () => {
  const options = { horizon: 4, count: 3, step: 2, window: 10, validation: 2 };
  const error = assertThrows(() => rollingOrigins({ ...options, length: 20 }), InputError);
  const least = Number(/at least (\d+)/.exec(error.message)?.[1]);
  const { validation } = rollingOrigins({ ...options, length: least });
  assertEquals(validation[0]?.start, 0);
  assertThrows(() => rollingOrigins({ ...options, length: least - 1 }), InputError);
});

Deno.test("rollingOrigins() refuses other options", () => {
  const options = { length: 20, horizon: 2, count: 2 };
  for (
    const wrong of [{ horizon: 0 }, { count: 1.5 }, { step: 0 }, { window: 1 }, { validation: -1 }]
  ) {
    assertThrows(() => rollingOrigins({ ...options, ...wrong }), InputError);
  }
});
