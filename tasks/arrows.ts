/**
 * Checks that the rooms of `src/` import only what they may, and that no file imports itself by
 * way of others.
 *
 * @module
 */
import { helpText, parseCommandLine, type Usage } from "./command_line.ts";
import { filesBelow, placeBelow } from "./files.ts";
import { importsOf, specifiersOf } from "./imports.ts";
import { DONE, FAILED, main } from "./main.ts";
import { root } from "./project.ts";

const usage: Usage = {
  command: "deno task arrows",
  summary: "Checks which room of src/ imports which, and that no file imports itself by others.",
  flags: [],
  more: "The rooms and their arrows are in CONTRIBUTING.md. Exit 1 if an import goes against one.",
  examples: [],
};

/** The rooms that each room may import, besides itself. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  platform: [],
  core: ["platform"],
  result: ["platform", "core"],
  data: ["core"],
  kernels: ["platform", "core"],
  model: ["platform", "core", "kernels"],
  // A step is the kernels': losses and the optimizer are there, beside the recurrence.
  training: ["core", "data", "kernels", "model"],
  generation: ["core", "data", "kernels", "model"],
  statistics: ["core", "result"],
  analysis: ["core", "statistics", "model"],
  experiments: [
    "platform",
    "core",
    "result",
    "data",
    "kernels",
    "model",
    "training",
    "generation",
    "statistics",
    "analysis",
  ],
  // A report is built from saved JSON and from nothing that computes it.
  report: ["platform", "core", "result"],
};

/** The packages that a room may not import: a report is made without what computes results. */
const closed: Readonly<Record<string, RegExp>> = {
  report: /^(@tensorflow\/.*|mathjs|ml-matrix)$/,
};

/** A file's relative imports, or its packages, by path. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** The packages that a source text imports, without scheme, version and subpath. */
export function packagesOf(source: string): string[] {
  return specifiersOf(source).filter((specifier) => !specifier.startsWith(".")).map((specifier) =>
    /^(?:(?:npm|jsr):)?\/?((?:@[^/]+\/)?[^/@]+)/.exec(specifier)?.[1] ?? specifier
  );
}

/** The imports that go against the arrows, as lines. */
export function wrongArrows(imports: Imports): string[] {
  const wrong: string[] = [];
  for (const [path, targets] of imports) {
    const [, room = ""] = /^src\/(\w+)\//.exec(path) ?? [];
    if (room === "") continue;
    const allowed = [room, ...(arrows[room] ?? [])];
    for (const target of targets) {
      const fits = target === "deno.json" ||
        allowed.some((one) => target === `src/${one}` || target.startsWith(`src/${one}/`));
      if (!fits) wrong.push(`${path} imports ${target}; ${room} may import ${allowed.join(", ")}`);
    }
  }
  return wrong;
}

/** The packages that a room imports and may not, as lines. */
export function wrongPackages(packages: Imports): string[] {
  return [...packages].flatMap(([path, names]) => {
    const [, room = ""] = /^src\/(\w+)\//.exec(path) ?? [];
    return names.filter((name) => closed[room]?.test(name))
      .map((name) => `${path} imports ${name}; ${room} may not`);
  });
}

/** The first circle of imports, as a path that comes back to its start; `null` without one. */
export function findCycle(imports: Imports): string[] | null {
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] | null => {
    const at = trail.indexOf(path);
    if (at >= 0) return [...trail.slice(at), path];
    if (done.has(path)) return null;
    for (const target of imports.get(path) ?? []) {
      const cycle = visit(target, [...trail, path]);
      if (cycle) return cycle;
    }
    done.add(path);
    return null;
  };
  for (const path of imports.keys()) {
    const cycle = visit(path, []);
    if (cycle) return cycle;
  }
  return null;
}

/** Checks every file, and says what is wrong. */
async function checkAll(): Promise<number> {
  const imports = new Map<string, string[]>();
  const packages = new Map<string, string[]>();
  for (const folder of ["src/", "tasks/", "tests/"]) {
    for (const path of await filesBelow(new URL(folder, root), folder)) {
      if (!path.endsWith(".ts")) continue;
      const source = await Deno.readTextFile(placeBelow(root, path));
      imports.set(path, importsOf(path, source));
      packages.set(path, packagesOf(source));
    }
  }
  const cycle = findCycle(imports);
  const wrong = [
    ...wrongArrows(imports),
    ...wrongPackages(packages),
    ...(cycle ? [`A circle of imports: ${cycle.join(" -> ")}`] : []),
  ];
  for (const line of wrong) console.error(line);
  if (wrong.length > 0) return FAILED;
  console.log(`Arrows: ${imports.size} files, none imports what it may not, no circles`);
  return DONE;
}

if (import.meta.main) {
  await main(async () => {
    const { help } = parseCommandLine(Deno.args, usage);
    if (!help) return await checkAll();
    console.log(helpText(usage));
    return DONE;
  });
}
