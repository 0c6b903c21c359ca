/**
 * Writes `.unroll/import_map.json`, which every other task runs with: the imports of deno.json as
 * they are if JSR answers; if it does not, the modules in `tasks/fallback/` in the place of its
 * packages (`tasks/fallback/assert.ts` is `@std/assert`, and `tasks/fallback/cli/parse-args.ts` is
 * `@std/cli/parse-args`). JSR has 2 s to answer; if it does not, it is asked again the next day.
 *
 * It runs before anything can be resolved, so it imports no package, and it runs no code of JSR: it
 * reads the descriptions of the packages that deno.lock names, and compares their digests. Deno
 * compares them again, and those of the files, when a task loads them.
 *
 * @module
 */
const root = new URL("../", import.meta.url);
const folder = new URL(".unroll/", root);
const mapFile = new URL("import_map.json", folder);
const silenceFile = new URL("jsr.json", folder);

/** Imports by name, as deno.json and an import map have them. */
type Imports = Readonly<Record<string, string>>;

/** The modules of `tasks/fallback/` by the names that they are imported by. */
async function standIns(jsr: readonly string[]): Promise<Imports> {
  const found: Record<string, string> = {};
  for (const name of jsr) {
    const path = `tasks/fallback/${name.slice(name.indexOf("/") + 1)}`;
    const info = await Deno.stat(new URL(`${path}.ts`, root)).catch(() => null);
    if (info?.isFile) found[name] = `../${path}.ts`;
    for (const module of await namesIn(new URL(`${path}/`, root))) {
      found[`${name}/${module.replace(/\.ts$/, "")}`] = `../${path}/${module}`;
    }
  }
  return found;
}

/** The names of what is in a folder, sorted; none if there is no such folder. */
async function namesIn(url: URL): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(url)).catch(() => []);
  return entries.map(({ name }) => name).sort();
}

/** The digests of JSR packages in deno.lock by name and version; none without a lock file. */
async function lockedPackages(): Promise<Imports> {
  const text = await Deno.readTextFile(new URL("deno.lock", root)).catch(() => "{}");
  const packages: Readonly<Record<string, { readonly integrity: string }>> = JSON.parse(text).jsr ??
    {};
  return Object.fromEntries(
    Object.entries(packages).map(([name, { integrity }]) => [name, integrity]),
  );
}

/** Where JSR is: Deno's own variable, if it may be read and is set. */
export function registry(): string {
  const variable = "JSR_URL";
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return (state === "granted" ? Deno.env.get(variable) : undefined) ?? "https://jsr.io/";
}

/**
 * Whether JSR answers for every package, as far as 2 s tell.
 *
 * @throws {WrongPackage} If it serves another package than the lock file names.
 */
async function ask(packages: Imports): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), 2000);
  });
  const names = Object.keys(packages);
  const descriptions = Promise.all(names.map(describePackage)).catch(() => null);
  const found = await Promise.race([descriptions, late]);
  clearTimeout(timer);
  for (const [i, text] of found?.entries() ?? []) {
    const name = names[i] ?? "";
    const digest = await sha256(text);
    if (digest !== packages[name]) throw new WrongPackage(name, packages[name] ?? "", digest);
  }
  // Without a lock file nothing says which packages are the right ones.
  return found !== null && names.length > 0;
}

/** The description of a package, `@std/cli@1.0.0`, as text: nothing of it runs. */
async function describePackage(name: string): Promise<string> {
  const path = name.replace(/@([^@]*)$/, "/$1_meta.json");
  const url = new URL(path, registry()).href;
  const description: { readonly default: string } = await import(url, { with: { type: "text" } });
  return description.default;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

/** Thrown if JSR serves another package than deno.lock names. */
class WrongPackage extends Error {
  constructor(name: string, wanted: string, found: string) {
    super(
      `JSR serves another ${name} than deno.lock names: its digest must be ${wanted}, ` +
        `found ${found}. Nothing of it was run`,
    );
  }
}

/** Whether this question got no answer before. */
async function remembered(question: string): Promise<boolean> {
  try {
    return JSON.parse(await Deno.readTextFile(silenceFile)).question === question;
  } catch {
    return false; // Nothing was kept, or it cannot be read: ask again.
  }
}

/** The import map: imports with their subpaths, which an import map wants apart, and stand-ins. */
function importMap(imports: Imports, standIns: Imports = {}): string {
  const subpaths = Object.entries(imports).map(([name, target]) => [
    `${name}/`,
    `${target.replace(/^(npm|jsr):/, "$1:/")}/`,
  ]);
  const all = { ...imports, ...Object.fromEntries(subpaths), ...standIns };
  return JSON.stringify({ imports: all }, null, 2) + "\n";
}

/** Writes whole or not at all, and only what differs. */
async function write(url: URL, text: string): Promise<void> {
  if (await Deno.readTextFile(url).catch(() => null) === text) return;
  const draft = new URL(`${url.href}.${Deno.pid}`);
  await Deno.writeTextFile(draft, text);
  await Deno.rename(draft, url);
}

/**
 * Writes the import map.
 *
 * @returns What is said of it in a line, and whether it can be used.
 */
export async function prepare(): Promise<{ readonly line: string; readonly ready: boolean }> {
  try {
    return { line: await writeImportMap(), ready: true };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const what = error instanceof WrongPackage ? "" : "cannot prepare .unroll/import_map.json: ";
    return { line: `error: ${what}${why}`, ready: false };
  }
}

async function writeImportMap(): Promise<string> {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const imports: Imports = config.imports;
  const jsr = Object.keys(imports).filter((name) => imports[name]?.startsWith("jsr:"));
  const others = Object.entries(imports).filter(([name]) => !jsr.includes(name));
  const packages = await lockedPackages();
  const today = new Date().toISOString().slice(0, 10);
  const question = `${today} ${registry()} ${JSON.stringify(packages)}`;
  const silent = await remembered(question);
  const answers = !silent && await ask(packages);
  const ofJsr = importMap(imports);
  const withStandIns = importMap(Object.fromEntries(others), await standIns(jsr));
  let map = answers ? ofJsr : withStandIns;
  try {
    await Deno.mkdir(folder, { recursive: true });
    await write(mapFile, map);
    if (!answers) await write(silenceFile, JSON.stringify({ question }) + "\n");
  } catch (error) {
    // In a checkout that is read only, a map of these packages is as good as on the day it was made.
    map = await Deno.readTextFile(mapFile).catch(() => "");
    if (map !== ofJsr && map !== withStandIns) throw error;
  }
  const said = answers ? "JSR answers" : `JSR does not answer${silent ? " (asked today)" : ""}`;
  const place = map === withStandIns ? "tasks/fallback" : answers ? "there" : "Deno's cache";
  return `${said}: ${jsr.join(" and ")} come from ${place}.`;
}

if (import.meta.main) {
  const { line, ready } = await prepare();
  console.error(line);
  // A question that is late may still be waiting for the network.
  Deno.exit(ready ? 0 : 2);
}
