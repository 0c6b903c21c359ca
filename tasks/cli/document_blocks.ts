/** A part of a document between `<!-- NAME -->` and `<!-- end -->`. */
const BLOCK =
  /<!-- ((?:picture: [^>]*|claims: [^>]*|bench: [^>]*|tally|costs)) -->\n[\s\S]*?<!-- end -->/g;

/** The names of the parts of a document that a task writes. */
export function blocksOf(text: string): string[] {
  return [...text.matchAll(BLOCK)].map(([, name = ""]) => name.trim());
}

/**
 * Replaces the parts of a document.
 *
 * @param text The document.
 * @param write Returns the new lines of a part by its name; `null` to leave the part unchanged.
 * @returns The document with new parts; the rest is unchanged.
 */
export function fillBlocks(text: string, write: (name: string) => string | null): string {
  return text.replaceAll(BLOCK, (block, name: string) => {
    const content = write(name.trim().replaceAll(/\s+/g, " "));
    return content === null ? block : `<!-- ${name} -->\n\n${content}\n\n<!-- end -->`;
  });
}

/** A table in Markdown. */
export function markdownTable(
  heads: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const line = (cells: readonly (string | number)[]) =>
    `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}
