import { assertEquals } from "@std/assert";
import { namesNo, parseBinding, splitTarget } from "../../../src/report/markdown/binding.ts";

Deno.test("parseBinding() reads a kind, a target and a field", () => {
  const { kind, target, field } = parseBinding(" metric:half-life.low ");
  assertEquals([kind, target, field], ["metric", "half-life", "low"]);
  const claims = parseBinding("claims");
  assertEquals([claims.kind, claims.target, claims.field], ["claims", "", undefined]);
});

Deno.test("splitTarget() splits a target at its first slash", () => {
  const { experiment, inner } = splitTarget(parseBinding("claim:lstm-gates/forget.verdict"));
  assertEquals([experiment, inner.target, inner.field], ["lstm-gates", "forget", "verdict"]);
});

Deno.test("namesNo() lists the known names", () => {
  const binding = parseBinding("metric:sigma");
  assertEquals(
    namesNo(binding, "metric", ["a", "b"]).message,
    "{{metric:sigma}} names no metric; there are: a, b",
  );
  assertEquals(
    namesNo(binding, "metric", []).message,
    "{{metric:sigma}} names no metric; there are none",
  );
});
