import { assertEquals } from "@std/assert";
import { findCycle, packagesOf, wrongArrows, wrongPackages } from "../../tasks/arrows.ts";

Deno.test("packagesOf names packages without scheme, version and subpath", () => {
  const source = `
    import { z } from "zod";
    import { f } from "npm:/@tensorflow/tfjs@4.22.0/dist/f.js";
    import { g } from "@tensorflow/tfjs-core";
    const h = await import("pure-rand/distribution/uniformInt");
    import { createHash } from "node:crypto";
    import { a } from "./a.ts";
  `;
  assertEquals(packagesOf(source), [
    "zod",
    "@tensorflow/tfjs",
    "@tensorflow/tfjs-core",
    "pure-rand",
    "node:crypto",
  ]);
});

Deno.test("wrongArrows names an import against the arrows", () => {
  const imports = new Map([
    ["src/core/a.ts", ["src/model/b.ts"]],
    ["src/report/page.ts", ["src/core/a.ts"]],
    ["src/report/figure.ts", ["src/analysis/spectrum.ts"]],
    ["src/training/loop.ts", ["src/kernels/adam.ts", "src/analysis/decay.ts"]],
    ["src/analysis/gates.ts", ["src/kernels/lstm.ts"]],
    ["src/generation/beams.ts", ["src/model/stream.ts", "src/training/fit.ts"]],
    ["src/model/stream.ts", ["src/generation/beams.ts"]],
    ["src/experiments/texts.ts", ["src/generation/beams.ts"]],
    ["tasks/report.ts", ["src/report/page.ts"]],
  ]);
  assertEquals(wrongArrows(imports), [
    "src/core/a.ts imports src/model/b.ts; core may import core, platform",
    "src/report/figure.ts imports src/analysis/spectrum.ts; " +
    "report may import report, platform, core, result",
    "src/training/loop.ts imports src/analysis/decay.ts; " +
    "training may import training, core, data, kernels, model",
    "src/analysis/gates.ts imports src/kernels/lstm.ts; analysis may import analysis, core, statistics, model",
    "src/generation/beams.ts imports src/training/fit.ts; " +
    "generation may import generation, core, data, kernels, model",
    "src/model/stream.ts imports src/generation/beams.ts; model may import model, platform, core, kernels",
  ]);
});

Deno.test("wrongPackages names a package that a report must do without", () => {
  const packages = ["@tensorflow/tfjs-core", "mathjs", "ml-matrix", "zod", "jsdom"];
  const rooms = new Map([["src/report/a.ts", packages], ["src/analysis/b.ts", packages]]);
  assertEquals(wrongPackages(rooms), [
    "src/report/a.ts imports @tensorflow/tfjs-core; report may not",
    "src/report/a.ts imports mathjs; report may not",
    "src/report/a.ts imports ml-matrix; report may not",
  ]);
});

Deno.test("findCycle gives a circle of imports from its start to its start", () => {
  const circle = new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]]);
  assertEquals(findCycle(circle), ["b", "c", "b"]);
  assertEquals(findCycle(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])), null);
});
