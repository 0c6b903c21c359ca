/** Writes a file whole or not at all: a reader never sees half of it. */
export async function writeAtomic(
  path: string | URL,
  content: string | Uint8Array,
): Promise<void> {
  const draft = `${path instanceof URL ? path.href : path}.${Deno.pid}.draft`;
  const place = path instanceof URL ? new URL(draft) : draft;
  if (typeof content === "string") await Deno.writeTextFile(place, content);
  else await Deno.writeFile(place, content);
  await Deno.rename(place, path);
}

/** A file's text, or `null` where there is no such file. */
export async function readIfThere(path: string | URL): Promise<string | null> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || isNotADirectory(error)) return null;
    throw error;
  }
}

/** Every file below a folder, as sorted relative paths with slashes; none where it is missing. */
export async function filesBelow(folder: URL, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  try {
    for await (const entry of Deno.readDir(folder)) {
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory) {
        found.push(...await filesBelow(new URL(`${entry.name}/`, folder), `${path}/`));
      } else found.push(path);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return found.sort();
}

function isNotADirectory(error: unknown): boolean {
  return error instanceof Deno.errors.NotADirectory;
}
