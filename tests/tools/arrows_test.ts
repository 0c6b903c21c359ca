import { assertEquals } from "@std/assert";
import {
  type Arrows,
  findCycle,
  type Imports,
  packagesOf,
  wrongArrows,
  wrongPackages,
} from "../../tools/arrows.ts";

Deno.test("packagesOf() names packages without scheme, version and subpath", () => {
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

const arrows: Arrows = {
  "src/core": [],
  "src/model": ["src/core"],
  "src/report": ["src/core", "src/model/shapes.ts"],
  "tasks/cli": ["src/core"],
  "tasks": ["src/report", "tasks/cli"],
};

/** An import for each arrow. */
const right: Imports = new Map([
  ["src/core/a.ts", ["src/core/b.ts", "deno.json"]],
  ["src/model/cells/lstm.ts", ["src/core/a.ts", "src/model/model.ts"]],
  ["src/report/page.ts", ["src/model/shapes.ts", "src/core/a.ts"]],
  ["tasks/cli/main.ts", ["src/core/a.ts"]],
  ["tasks/report.ts", ["src/report/page.ts", "tasks/cli/main.ts"]],
]);

Deno.test("wrongArrows() accepts imports along the arrows of a room, also from its subfolders", () => {
  assertEquals(wrongArrows(right, arrows), []);
});

Deno.test("wrongArrows() names imports against the arrows", () => {
  const wrong = new Map([
    ["src/core/b.ts", ["src/model/cells/lstm.ts"]],
    ["src/report/figure.ts", ["src/model/model.ts"]],
    ["tasks/cli/files.ts", ["tasks/report.ts"]],
    ["scripts/a.ts", ["src/core/a.ts"]],
  ]);
  assertEquals(wrongArrows(new Map([...right, ...wrong]), arrows), [
    "src/core/b.ts imports src/model/cells/lstm.ts; src/core may import none",
    "src/report/figure.ts imports src/model/model.ts; " +
    "src/report may import src/core, src/model/shapes.ts",
    "tasks/cli/files.ts imports tasks/report.ts; tasks/cli may import src/core",
    "scripts/a.ts is in no room; the rooms are src/core, src/model, src/report, tasks/cli, tasks",
  ]);
});

Deno.test("wrongArrows() names arrows that no import uses", () => {
  const fewer = new Map([...right].filter(([path]) => path !== "tasks/report.ts"));
  assertEquals(wrongArrows(fewer, arrows), [
    "tasks -> src/report is permitted, and no file uses it",
    "tasks -> tasks/cli is permitted, and no file uses it",
  ]);
});

Deno.test("wrongPackages() names a package that a room may not import", () => {
  const packages = ["@tensorflow/tfjs-core", "mathjs", "ml-matrix", "zod", "jsdom"];
  const rooms = new Map([["src/report/a.ts", packages], ["src/analysis/b.ts", packages]]);
  assertEquals(wrongPackages(rooms), [
    "src/report/a.ts imports @tensorflow/tfjs-core; src/report may not",
    "src/report/a.ts imports mathjs; src/report may not",
    "src/report/a.ts imports ml-matrix; src/report may not",
  ]);
});

Deno.test("findCycle() returns a circle of imports, from its start back to its start", () => {
  const circle = new Map([["a", ["b"]], ["b", ["c"]], ["c", ["b"]]]);
  assertEquals(findCycle(circle), ["b", "c", "b"]);
  assertEquals(findCycle(new Map([["a", ["b", "c"]], ["b", ["c"]], ["c", []]])), null);
});
