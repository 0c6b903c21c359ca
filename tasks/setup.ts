/**
 * Writes `.unroll/import_map.json`, which every other task runs with: the imports of deno.json as
 * they are where JSR answers; where it does not, the modules in `tasks/fallback/` in the place of
 * the `jsr:` packages that they stand in for (`tasks/fallback/cli/parse-args.ts` is
 * `@std/cli/parse-args`). JSR is asked once a day, for 2 s at most.
 *
 * It imports nothing, so that it runs before anything can be resolved.
 *
 * @module
 */
const root = new URL("../", import.meta.url);
const folder = new URL(".unroll/", root);
const answerFile = new URL("jsr.json", folder);

/** Imports by name, as deno.json and an import map have them. */
type Imports = Readonly<Record<string, string>>;

/** The specifiers that `tasks/fallback/` stands in for, with the path of each. */
async function standIns(jsr: readonly string[]): Promise<Imports> {
  const found: Record<string, string> = {};
  for (const name of jsr) {
    const path = `tasks/fallback/${name.slice(name.indexOf("/") + 1)}`;
    if (await isFile(new URL(`${path}.ts`, root))) found[name] = `../${path}.ts`;
    for await (const entry of entries(new URL(`${path}/`, root))) {
      const part = entry.name.replace(/\.ts$/, "");
      found[`${name}/${part}`] = `../${path}/${entry.name}`;
    }
  }
  return found;
}

async function isFile(url: URL): Promise<boolean> {
  return await Deno.stat(url).then((info) => info.isFile, () => false);
}

async function* entries(url: URL): AsyncIterable<Deno.DirEntry> {
  try {
    yield* Deno.readDir(url);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Whether every specifier loads from JSR, as far as 2 s tell. */
async function probe(specifiers: readonly string[]): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), 2000);
  });
  const loads = Promise.all(specifiers.map((specifier) => import(specifier)));
  const answer = await Promise.race([loads.then(() => true, () => false), late]);
  clearTimeout(timer);
  return answer;
}

async function remembered(question: string): Promise<boolean | null> {
  try {
    const kept = JSON.parse(await Deno.readTextFile(answerFile));
    return kept.question === question && typeof kept.answers === "boolean" ? kept.answers : null;
  } catch {
    return null; // No answer was kept, or it cannot be read: ask again.
  }
}

/** The import map: subpaths spelt out, as import maps want them, and stand-ins last. */
function importMap(imports: Imports, replaced: Imports): string {
  const map: Record<string, string> = {};
  for (const [name, target] of Object.entries(imports)) {
    map[name] = target;
    map[`${name}/`] = `${target.replace(/^(npm|jsr):/, "$1:/")}/`;
  }
  return JSON.stringify({ imports: { ...map, ...replaced } }, null, 2) + "\n";
}

/** Writes whole or not at all, and only what differs. */
async function write(url: URL, text: string): Promise<void> {
  if (await Deno.readTextFile(url).catch(() => null) === text) return;
  const draft = new URL(`${url.href}.${Deno.pid}`);
  await Deno.writeTextFile(draft, text);
  await Deno.rename(draft, url);
}

async function main(): Promise<void> {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  const imports: Imports = config.imports;
  const jsr = Object.keys(imports).filter((name) => imports[name]?.startsWith("jsr:"));
  const fallback = await standIns(jsr);
  const specifiers = Object.keys(fallback).map((name) => {
    const owner = jsr.find((one) => name === one || name.startsWith(`${one}/`)) ?? name;
    return `${imports[owner]}${name.slice(owner.length)}`;
  });
  await Deno.mkdir(folder, { recursive: true });
  const question = `${new Date().toISOString().slice(0, 10)} ${specifiers.join(" ")}`;
  const kept = await remembered(question);
  const answers = kept ?? await probe(specifiers);
  await write(answerFile, JSON.stringify({ question, answers }) + "\n");
  await write(new URL("import_map.json", folder), importMap(imports, answers ? {} : fallback));
  const said = answers
    ? `JSR answers: ${jsr.join(" and ")} come from there`
    : `JSR does not answer: ${
      jsr.join(" and ")
    } come from tasks/fallback, over what Deno has built in`;
  console.error(`${said}${kept === null ? "" : " (asked today)"}.`);
}

try {
  await main();
} catch (error) {
  console.error(
    `Cannot prepare .unroll/import_map.json: ${error instanceof Error ? error.message : error}`,
  );
  Deno.exit(2);
}
Deno.exit(0); // A probe that is late may still be waiting for the network.
