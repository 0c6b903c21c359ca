// Markdown's tokens do not know where they were in the source. So each `{{` and `$` is followed,
// while the page is rendered, by its offset between two noncharacters, which no text holds.
const open = "\ufdd0";
const close = "\ufdd1";
const mark = new RegExp(`${open}(\\d+)${close}`, "g");

/** A source with an offset after each `{{`, each `$` and each `$$`, but for an escaped one. */
export function markSource(source: string): string {
  return source.replace(/[\ufdd0\ufdd1]/g, "").replace(
    /\\[\\$]|\{\{|\$\$?/g,
    (found, offset: number) => found.startsWith("\\") ? found : `${found}${open}${offset}${close}`,
  );
}

/** The text without its marks. */
export function unmark(text: string): string {
  return text.replace(mark, "");
}

/** The offsets in a text. */
export function offsetsIn(text: string): number[] {
  return [...text.matchAll(mark)].map((match) => Number(match[1]));
}

/** What a mark begins with. */
export const markStart = open;

/** What a mark looks like, for other patterns; its group is the offset. */
export const markPattern = `${open}(\\d+)${close}`;
