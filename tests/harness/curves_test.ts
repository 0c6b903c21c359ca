import { assertEquals } from "@std/assert";
import { curveColumns, curveLayers, curveRows } from "../../src/harness/curves.ts";

Deno.test("curveRows() gives each point the values of all seeds, behind the given cells", () => {
  assertEquals(curveRows([0, 10], [[1, 2], [3, 4], [5, 6]], ["a"]), [
    ["a", 0, [1, 3, 5]],
    ["a", 10, [2, 4, 6]],
  ]);
});

Deno.test("curveRows() gives null where a curve is too short", () => {
  assertEquals(curveRows([0, 1], [[1], [3, 4]]), [[0, [1, 3]], [1, [null, 4]]]);
});

Deno.test("curveColumns() names the statistic, and the unit if there is one", () => {
  assertEquals(curveColumns({ label: "time", unit: "ms" }, "geometric-mean"), [
    { name: "value", label: "time", unit: "ms", statistic: "geometric-mean" },
  ]);
  assertEquals(curveColumns({ label: "loss" }), [
    { name: "value", label: "loss", statistic: "mean" },
  ]);
});

Deno.test("curveLayers() draws the columns that a recorded curve has", () => {
  assertEquals(curveLayers("t", "x", "s").map((layer) => layer.mark), ["band", "line"]);
});
