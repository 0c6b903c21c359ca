import { assertEquals } from "@std/assert";
import { intervalCells, intervalLayer } from "../../src/harness/intervals.ts";

Deno.test("intervalCells() is one cell of all seeds", () => {
  assertEquals(intervalCells([1, 4]), [[1, 4]]);
});

Deno.test("intervalLayer() names its series if there are several", () => {
  const layer = { mark: "interval", table: "t", x: "value", low: "low", high: "high", y: "gate" };
  assertEquals(intervalLayer("t", "gate"), { ...layer, mark: "interval" });
  assertEquals(intervalLayer("t", "gate", "network").series, "network");
});
