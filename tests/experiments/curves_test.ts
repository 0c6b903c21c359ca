import { assertEquals } from "@std/assert";
import { Random } from "../../src/core/random.ts";
import { curveColumns, curveRows } from "../../src/experiments/curves.ts";

Deno.test("a curve has a row for each point, behind the given cells", () => {
  const curves = [[1, 2], [1, 4], [1, 8], [1, 2], [1, 4]];
  const rows = curveRows([0, 10], curves, { random: new Random(1) }, ["a"]);
  assertEquals(rows.map((row) => row.length), [5, 5]);
  assertEquals(rows[0], ["a", 0, 1, 1, 1]);
  assertEquals(rows[1]?.slice(0, 3), ["a", 10, 4]);
});

Deno.test("a point without a geometric mean in some seed is a gap, not an error", () => {
  const rows = curveRows([0, 1, 2], [[1, 0, 4], [1, 2, 4]], {
    random: new Random(1),
    statistic: "geometric-mean",
  });
  assertEquals(rows.map((row) => row[1] === null), [false, true, false]);
});

Deno.test("a value that is not finite is a gap", () => {
  const rows = curveRows([0, 1], [[1, NaN], [1, 2]], { random: new Random(1) });
  assertEquals(rows[1], [1, null, null, null]);
});

Deno.test("columns carry the unit where there is one", () => {
  assertEquals(curveColumns({ label: "time", unit: "ms" }).map(({ unit }) => unit), [
    "ms",
    "ms",
    "ms",
  ]);
  assertEquals("unit" in (curveColumns({ label: "loss" })[0] ?? {}), false);
});
