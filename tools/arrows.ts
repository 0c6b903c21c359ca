/**
 * Checks that each room of the code imports only the rooms that its arrows permit, and that there
 * are no circles of imports.
 *
 * @module
 */
import { helpText, parseCommandLine, type Usage } from "../tasks/cli/command_line.ts";
import { filesBelow, placeBelow } from "../tasks/cli/files.ts";
import { DONE, FAILED, main } from "../tasks/cli/main.ts";
import { importsOf, root, specifiersOf } from "../tasks/cli/project.ts";

const usage: Usage = {
  command: "deno task arrows",
  summary: "Checks which room imports which, and that no file imports itself through others.",
  flags: [],
  more:
    `The rooms and their arrows are in CONTRIBUTING.md. Exits with 1 if an import goes against an
arrow, if a file imports itself through others, or if no file uses a permitted arrow.`,
  examples: [],
};

/** The arrows of each room: the other rooms, or single files, that it may import. */
export type Arrows = Readonly<Record<string, readonly string[]>>;

/** The rooms that experiments compute with. */
const measuring = [
  "src/core",
  "src/statistics",
  "src/data",
  "src/kernels",
  "src/model",
  "src/training",
  "src/generation",
  "src/analysis",
  "src/harness",
];

/** The rooms that compute results, which the bench and the tests import. */
const computing = [...measuring, "src/classification", "src/experiments"];

/**
 * The rooms of this project and their arrows. A file belongs to the room with the longest path that
 * its own path begins with. Subfolders that are not listed are part of their room.
 */
const arrows: Arrows = {
  "src/platform": [],
  "src/core": ["src/platform"],
  "src/result": ["src/platform", "src/core"],
  "src/statistics": ["src/core", "src/result"],
  "src/data": ["src/core"],
  "src/classification": [
    "src/core",
    "src/statistics",
    "src/data",
    "src/model",
    "src/training",
    "src/analysis",
  ],
  "src/forecasting": ["src/core", "src/statistics"],
  "src/kernels": ["src/platform", "src/core"],
  "src/model": ["src/platform", "src/core", "src/kernels"],
  "src/training": ["src/core", "src/kernels", "src/model"],
  "src/generation": ["src/core", "src/data", "src/model"],
  "src/analysis": ["src/core", "src/statistics", "src/kernels", "src/model"],
  "src/harness": ["src/platform", "src/core", "src/result", "src/statistics"],
  "src/experiments": ["src/platform", "src/result", ...measuring, "src/classification"],
  "src/report": ["src/platform", "src/core", "src/result"],
  "mod.ts": ["src/core", "src/kernels", "src/model", "src/training", "src/harness"],
  "src/data.ts": ["src/data"],
  "src/text.ts": ["src/data", "src/model", "src/training", "src/generation"],
  "src/analysis.ts": ["src/analysis"],
  "src/statistics.ts": ["src/result", "src/statistics"],
  "src/classification.ts": ["src/classification"],
  "src/forecasting.ts": ["src/forecasting"],
  "src/experiments.ts": [
    "src/platform",
    "src/core",
    "src/result",
    "src/harness",
    "src/experiments",
  ],
  "src/report.ts": ["src/result", "src/report"],
  "tasks/fallback": [],
  "tasks/cli": ["src/platform", "src/core", "src/harness", "src/report"],
  "tasks/site": ["src/platform", "src/core", "src/result", "src/report", "tasks/cli"],
  "tasks/report": [
    "src/platform",
    "src/core",
    "src/result",
    "src/statistics",
    "src/harness",
    "src/experiments",
    "src/report",
    "tasks/cli",
    "tasks/site",
  ],
  "tasks/classify": [
    "src/platform",
    "src/core",
    "src/data",
    "src/training",
    "src/generation",
    "src/classification",
    "src/report",
    "tasks/cli",
  ],
  "tasks/generate": ["src/core", "src/data", "src/generation", "tasks/cli", "tasks/train"],
  "tasks/preview": ["src/experiments", "tasks/cli", "tasks/report"],
  "tasks/readme": ["src/core", "src/result", "src/report", "tasks/cli"],
  "tasks/train": [
    "src/platform",
    "src/core",
    "src/data",
    "src/model",
    "src/training",
    "src/generation",
    "src/report",
    "tasks/cli",
  ],
  "tasks/verify": [
    "src/platform",
    "src/core",
    "src/result",
    "src/harness",
    "src/experiments",
    "src/report",
    "tasks/cli",
    "tasks/site",
  ],
  "tasks": [
    "src/core",
    "src/result",
    "src/harness",
    "src/experiments",
    "tasks/cli",
    "tasks/report",
    "tasks/classify",
    "tasks/generate",
    "tasks/preview",
    "tasks/readme",
    "tasks/train",
    "tasks/verify",
  ],
  "tools": ["src/core", "src/kernels", "tasks/cli"],
  "bench": [...computing, "tasks/cli"],
  "tests": [
    "src/platform",
    "src/result",
    ...computing,
    "src/forecasting",
    "src/report",
    "mod.ts",
    "src/data.ts",
    "src/text.ts",
    "src/analysis.ts",
    "src/statistics.ts",
    "src/classification.ts",
    "src/forecasting.ts",
    "src/experiments.ts",
    "src/report.ts",
    "tasks/fallback",
    "tasks/cli",
    "tasks/site",
    "tasks/report",
    "tasks/classify",
    "tasks/generate",
    "tasks/preview",
    "tasks/readme",
    "tasks/train",
    "tasks/verify",
    "tasks",
    "tools",
    "bench",
  ],
};

/**
 * The packages that a room may not import: the report must not need the packages that compute
 * results.
 */
const closed: Readonly<Record<string, RegExp>> = {
  "src/report": /^(@tensorflow\/.*|mathjs|ml-matrix)$/,
};

/** The relative imports or the packages of each file, by path. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/**
 * Lists the packages that a source text imports.
 *
 * @param source The source text.
 * @returns Their names without scheme, version and subpath.
 */
export function packagesOf(source: string): string[] {
  return specifiersOf(source).filter((specifier) => !specifier.startsWith(".")).map((specifier) =>
    /^(?:(?:npm|jsr):)?\/?((?:@[^/]+\/)?[^/@]+)/.exec(specifier)?.[1] ?? specifier
  );
}

/** Finds the room of a path: the longest of `rooms` that contains it; `undefined` if none does. */
function roomOf(path: string, rooms: readonly string[]): string | undefined {
  return rooms.filter((room) => path === room || path.startsWith(`${room}/`))
    .toSorted((a, b) => b.length - a.length)[0];
}

/**
 * Finds the imports that no arrow permits, and the arrows that no import uses.
 *
 * @param imports The relative imports of each file.
 * @param permitted The arrows.
 * @returns A line for each, the imports first.
 */
export function wrongArrows(imports: Imports, permitted: Arrows): string[] {
  const rooms = Object.keys(permitted);
  const wrong: string[] = [];
  const used = new Set<string>();
  for (const [path, targets] of imports) {
    const room = roomOf(path, rooms);
    if (room === undefined) {
      wrong.push(`${path} is in no room; the rooms are ${rooms.join(", ")}`);
      continue;
    }
    const allowed = permitted[room] ?? [];
    for (const target of targets) {
      const other = roomOf(target, rooms);
      // Every room may import data outside of the rooms, such as deno.json and fixtures.
      if (other === undefined || other === room) continue;
      const arrow = allowed.find((one) => one === other || one === target);
      if (arrow === undefined) {
        wrong.push(`${path} imports ${target}; ${room} may import ${allowed.join(", ") || "none"}`);
      } else used.add(`${room} -> ${arrow}`);
    }
  }
  const unused = Object.entries(permitted).flatMap(([room, allowed]) =>
    allowed.map((arrow) => `${room} -> ${arrow}`).filter((arrow) => !used.has(arrow))
  );
  return [...wrong, ...unused.map((arrow) => `${arrow} is permitted, and no file uses it`)];
}

/**
 * Finds the imports of packages that a room may not import.
 *
 * @param packages The packages of each file.
 * @returns A line for each.
 */
export function wrongPackages(packages: Imports): string[] {
  return [...packages].flatMap(([path, names]) => {
    const room = roomOf(path, Object.keys(closed)) ?? "";
    return names.filter((name) => closed[room]?.test(name))
      .map((name) => `${path} imports ${name}; ${room} may not`);
  });
}

/**
 * Finds the first circle of imports.
 *
 * @param imports The relative imports of each file.
 * @returns The files of the circle, from the first file back to itself; `null` if there is no
 *   circle.
 */
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

/** Checks every file, and shows the problems. */
async function checkAll(): Promise<number> {
  const imports = new Map<string, string[]>();
  const packages = new Map<string, string[]>();
  const folders = ["src/", "tasks/", "tools/", "bench/", "tests/"];
  const below = folders.map((folder) => filesBelow(new URL(folder, root), folder));
  for (const path of ["mod.ts", ...(await Promise.all(below)).flat()]) {
    if (!path.endsWith(".ts")) continue;
    const source = await Deno.readTextFile(placeBelow(root, path));
    imports.set(path, importsOf(path, source));
    packages.set(path, packagesOf(source));
  }
  const cycle = findCycle(imports);
  const wrong = [
    ...wrongArrows(imports, arrows),
    ...wrongPackages(packages),
    ...(cycle ? [`A circle of imports: ${cycle.join(" -> ")}`] : []),
  ];
  for (const line of wrong) console.error(line);
  if (wrong.length > 0) return FAILED;
  console.log(`Arrows: ${imports.size} files import only what they may, without circles`);
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
