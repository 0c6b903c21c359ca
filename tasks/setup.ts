/**
 * Writes `.unroll/import_map.json`, with which every task runs: the imports of deno.json and of
 * `tools/imports.json` and, if JSR does not answer, the modules of `tasks/fallback/` in place of its
 * packages.
 *
 * The map is written once, and again if those imports change. This module runs before
 * anything can be resolved, so it imports no package, and it runs no code from JSR. Deno compares
 * each package with its digest in deno.lock when a task loads it.
 *
 * @module
 */
const root = new URL("../", import.meta.url);
const folder = new URL(".unroll/", root);
const file = new URL("import_map.json", folder);

/** The time that JSR has to answer, in milliseconds. */
const PATIENCE = 2000;

/** Modules by the name that imports them. */
type Imports = Readonly<Record<string, string>>;

/** The modules that replace JSR's packages, relative to the import map. */
const fallback: Imports = {
  "@std/assert": "../tasks/fallback/assert.ts",
  "@std/cli/parse-args": "../tasks/fallback/parse_args.ts",
  "@std/cli/unicode-width": "../tasks/fallback/unicode_width.ts",
};

/**
 * Writes the import map unless it is up to date.
 *
 * @returns A line for the user if the map was written; `null` if it was up to date.
 */
async function writeImportMap(): Promise<string | null> {
  const imports = { ...await readImports("deno.json"), ...await readImports("tools/imports.json") };
  const [jsr, npm] = [packagesOf(imports, "jsr:"), packagesOf(imports, "npm:")];
  const maps = [importMap({ ...jsr, ...npm }), importMap(npm, fallback)] as const;
  const found = await Deno.readTextFile(file).catch(() => "");
  if (maps.includes(found)) return null;
  const answers = await jsrAnswers(Object.values(jsr));
  await Deno.mkdir(folder, { recursive: true });
  // A rename replaces the map at once: another task may be reading it.
  const draft = new URL(`${file.href}.${Deno.pid}`);
  await Deno.writeTextFile(draft, answers ? maps[0] : maps[1]);
  await Deno.rename(draft, file);
  const names = Object.keys(jsr).join(" and ");
  return answers
    ? `JSR answers: ${names} come from there.`
    : `JSR does not answer: tasks/fallback/ replaces ${names}.`;
}

/** The imports of a configuration or an import map of the project. */
async function readImports(path: string): Promise<Imports> {
  return JSON.parse(await Deno.readTextFile(new URL(path, root))).imports;
}

/** The address of JSR: Deno's variable `JSR_URL` if it is set. */
export function registry(): string {
  const variable = "JSR_URL";
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return (state === "granted" ? Deno.env.get(variable) : undefined) ?? "https://jsr.io/";
}

/** The imports whose target begins with a scheme. */
function packagesOf(imports: Imports, scheme: "jsr:" | "npm:"): Imports {
  return Object.fromEntries(
    Object.entries(imports).filter(([, target]) => target.startsWith(scheme)),
  );
}

/** The text of an import map of packages and their subpaths, and of further modules. */
function importMap(packages: Imports, modules: Imports = {}): string {
  const subpaths = Object.entries(packages).map(([name, target]) => [
    `${name}/`,
    `${target.replace(":", ":/")}/`,
  ]);
  const imports = { ...packages, ...Object.fromEntries(subpaths), ...modules };
  return JSON.stringify({ imports }, null, 2) + "\n";
}

/** Whether JSR describes each package within {@link PATIENCE}. */
async function jsrAnswers(targets: readonly string[]): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), PATIENCE);
  const descriptions = targets.map((target) => {
    const path = target.replace("jsr:", "").replace(/@([^@]*)$/, "/$1_meta.json");
    return import(new URL(path, registry()).href, { with: { type: "text" } });
  });
  const all = Promise.all(descriptions).then(() => true, () => false);
  return await Promise.race([all, late]).finally(() => clearTimeout(timer));
}

/**
 * Prepares a task: writes the import map if it is not up to date. An error is one line on standard
 * error.
 *
 * @param say Shows a line about a map that was written.
 * @returns Whether the task can run.
 */
export async function setUp(say: (line: string) => void = () => {}): Promise<boolean> {
  try {
    const line = await writeImportMap();
    if (line !== null) say(line);
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    console.error(`error: cannot write .unroll/import_map.json: ${why}`);
    return false;
  }
}

if (import.meta.main) {
  // Exits although a late answer may still be on its way.
  Deno.exit(await setUp(console.error) ? 0 : 2);
}
