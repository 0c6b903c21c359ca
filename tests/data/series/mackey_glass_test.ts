import { assertEquals, assertThrows } from "@std/assert";
import reference from "../../../fixtures/forecasting.json" with { type: "json" };
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { mackeyGlass } from "../../../src/data/series/mackey_glass.ts";
import { assertClose, tolerance } from "../../tolerance.ts";

for (const { start, values } of reference.mackey_glass) {
  Deno.test(`mackeyGlass() from ${start} is SciPy's solution of the first 100 units of time`, () => {
    assertClose(mackeyGlass({ length: 101, start }), values, tolerance.integration);
  });
}

Deno.test("mackeyGlass() takes every interval, after the transient", () => {
  const all = mackeyGlass({ length: 41, start: 1.2, interval: 0.5 });
  const some = mackeyGlass({ length: 3, start: 1.2, interval: 6, transient: 8 });
  assertEquals([...some], [all[16], all[28], all[40]]);
});

Deno.test("mackeyGlass() draws its start from the source", () => {
  const draw = (seed: number) => mackeyGlass({ length: 5, random: new Random(seed) });
  assertEquals(draw(1), draw(1));
  assertEquals(draw(1)[4] === draw(2)[4], false);
});

Deno.test("mackeyGlass() refuses other options", () => {
  const random = new Random(1);
  const wrong = [
    { length: 5 },
    { length: 5, start: 1, random },
    { length: 0, random },
    { length: 5, start: -1 },
    { length: 5, random, delay: 0.05 },
    { length: 5, random, interval: 0.25 },
    { length: 5, random, transient: -1 },
    { length: 1e9, random },
  ];
  for (const options of wrong) assertThrows(() => mackeyGlass(options), InputError);
});
