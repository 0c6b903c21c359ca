import type { Page } from "../src/report/markdown/markdown.ts";
import { readIfThere } from "./files.ts";
import { root } from "./project.ts";

/** The pages in `reports/`: the index, the methods, and those of the experiments that have one. */
export async function readPages(experiments: readonly string[]): Promise<Map<string, Page>> {
  const pages = new Map<string, Page>();
  for (const name of ["index", "methods", ...experiments]) {
    const path = `reports/${name}.md`;
    const source = await readIfThere(new URL(path, root));
    if (source !== null) pages.set(name, { path, source });
  }
  return pages;
}
