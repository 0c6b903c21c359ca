/** How far before its end a text is cut for the sake of white space. */
const nearby = 1000;

/** How far the characters that belong together are looked for. */
const cluster = 100;

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const lastSpace = /\s(?=\S*$)/;

/**
 * Where to cut a text at `most` code units or before: after the last white space where there is
 * some within 1,000, else between two characters as a reader sees them.
 *
 * @param text Longer than `most`.
 */
export function cutPlace(text: string, most: number): number {
  const near = Math.max(0, most - nearby);
  const space = lastSpace.exec(text.slice(near, most));
  if (space) return near + space.index + 1;
  const start = Math.max(0, most - cluster);
  const part = segmenter.segment(text.slice(start, most + cluster)).containing(most - start);
  // A character that fills all that was looked at is cut, if not between two surrogates.
  if (part && part.index > 0) return start + part.index;
  const code = text.charCodeAt(most);
  return most > 1 && code >= 0xDC00 && code <= 0xDFFF ? most - 1 : most;
}
