import { assertEquals } from "@std/assert";
import { findCycle, importsOf, wrongArrows } from "../../tasks/arrows.ts";

Deno.test("importsOf finds static, type, dynamic and re-exported imports, and no comments", () => {
  const source = `
    import { a } from "./a.ts";
    import type { B } from "../core/b.ts";
    export * from "../core/c.ts";
    const d = await import("./d.ts");
    import "zod";
    // import { e } from "./e.ts";
    /** import { f } from "./f.ts"; */
  `;
  assertEquals(importsOf("src/model/x.ts", source), [
    "src/model/a.ts",
    "src/core/b.ts",
    "src/core/c.ts",
    "src/model/d.ts",
  ]);
});

Deno.test("wrongArrows names an import against the arrows", () => {
  const imports = new Map([
    ["src/core/a.ts", ["src/model/b.ts"]],
    ["src/report/page.ts", ["src/analysis/statistics.ts", "src/core/a.ts"]],
    ["src/report/figure.ts", ["src/analysis/spectrum.ts"]],
    ["tasks/report.ts", ["src/report/page.ts"]],
  ]);
  assertEquals(wrongArrows(imports), [
    "src/core/a.ts imports src/model/b.ts; core may import core",
    "src/report/figure.ts imports src/analysis/spectrum.ts; " +
    "report may import report, core, analysis/statistics.ts",
  ]);
});

Deno.test("findCycle gives a circle of imports from its start to its start", () => {
  const circle = new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]]);
  assertEquals(findCycle(circle), ["b", "c", "b"]);
  assertEquals(findCycle(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])), null);
});
