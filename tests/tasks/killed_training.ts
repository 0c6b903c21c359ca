import type { ProjectCopy } from "./project_copy.ts";

/** Reads the files in the folder of a training, by name. */
export async function filesLeft(
  project: ProjectCopy,
  folder: string,
): Promise<Map<string, Uint8Array>> {
  const found = new Map<string, Uint8Array>();
  for await (const { name } of Deno.readDir(`${project.folder}/${folder}`)) {
    found.set(name, await Deno.readFile(`${project.folder}/${folder}/${name}`));
  }
  return new Map([...found].sort(([a], [b]) => a < b ? -1 : 1));
}

/** Waits until a training has written a newer checkpoint, and returns its time. */
export async function checkpointAfter(path: string, time: number): Promise<number> {
  for (;;) {
    const info = await Deno.stat(path).catch(() => null);
    const changed = info?.mtime?.getTime() ?? 0;
    if (changed > time) return changed;
    await new Promise((done) => setTimeout(done, 5));
  }
}
