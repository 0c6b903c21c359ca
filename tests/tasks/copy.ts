/** Copies a file or a folder. */
export async function copy(from: URL, to: string): Promise<void> {
  const info = await Deno.stat(from).catch(() => null);
  if (info === null) return;
  if (info.isFile) return await Deno.copyFile(from, to);
  await Deno.mkdir(to, { recursive: true });
  for await (const { name } of Deno.readDir(from)) {
    await copy(new URL(`${from.href}/${name}`), `${to}/${name}`);
  }
}
