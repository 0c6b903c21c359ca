import { assert, assertEquals } from "@std/assert";
import air from "../../../src/data/series/air_passengers.json" with { type: "json" };
import co2 from "../../../src/data/series/mauna_loa_co2.json" with { type: "json" };
import births from "../../../src/data/series/us_births.json" with { type: "json" };
import { airPassengers, maunaLoaCo2, usBirths } from "../../../src/data/series/known_series.ts";
import { timeLabel } from "../../../src/data/series/time_axis.ts";
import { sha256 as sha256Of } from "../../../src/platform/sha256.ts";

const files = { air, co2, births };

/** The checksums of the numbers as fixtures/series.py read them from their sources. */
const checksums: Readonly<Record<keyof typeof files, string>> = {
  air: "fe529825b8393b6873a1be3d9c484cbd0c7e6853b6ca082612f406a762e2de4e",
  co2: "123b3c193db56cf2e0a5124f11d2bac600eccc6bc86a5914fe3aa823b06b54fd",
  births: "f0dd2918206ea0ad85fea4382c0b2d8ac2747541be5d5fa37b8731d2d8c2203a",
};

for (const name of ["air", "co2", "births"] as const) {
  Deno.test(`the numbers of ${name} are those of their source`, () => {
    const { years, sha256 } = files[name];
    const text = years.flat().map((value) => value ?? "").join(",");
    assertEquals([sha256Of(text), sha256], [checksums[name], checksums[name]]);
  });
}

Deno.test("maunaLoaCo2() has 741 of 746 months, and names the others", async () => {
  const { values, gaps, axis } = await maunaLoaCo2();
  assertEquals(values.filter((value) => !Number.isNaN(value)).length, 741);
  assertEquals([timeLabel(axis, 0), timeLabel(axis, 745), values[745]], [
    "1958-03",
    "2020-04",
    416.18,
  ]);
  assertEquals(gaps.map(({ from, to }) => [from, to]), [
    ["1958-06", "1958-06"],
    ["1958-10", "1958-10"],
    ["1964-02", "1964-04"],
  ]);
});

Deno.test("airPassengers() has 144 months with a sum of 40,363", async () => {
  const { values, axis, gaps } = await airPassengers();
  assertEquals([values.length, values.reduce((sum, one) => sum + one, 0)], [144, 40_363]);
  assertEquals([timeLabel(axis, 0), timeLabel(axis, 143), gaps], ["1949-01", "1960-12", []]);
});

Deno.test("usBirths() begins on a Saturday, and fewer are born at weekends", async () => {
  const { values, axis } = await usBirths();
  assertEquals(new Date(timeLabel(axis, 0)).getUTCDay(), 6);
  const weekdays = Array.from({ length: 7 }, (_, day) => {
    const same = values.filter((_, i) => i % 7 === day);
    return same.reduce((sum, one) => sum + one, 0) / same.length;
  });
  const [saturday = NaN, sunday = NaN, ...others] = weekdays;
  assert(Math.max(saturday, sunday) < 0.8 * Math.min(...others));
});
