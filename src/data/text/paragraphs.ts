import { cutPlace } from "./cut_place.ts";

/** The most UTF-16 code units of a paragraph that stays whole. */
export const longestParagraph = 10_000;

/** How far past {@link longestParagraph} a text is looked at, for where to cut it. */
const outlook = 200;

const blankLines = /\n[^\S\n]*\n/;
const blankStart = /^(?:[^\S\n]*\n)+/;

/**
 * The paragraphs of a text that comes in pieces: what blank lines part. One longer than `longest`
 * is cut, where white space is near at it. Blank lines before and white space after a paragraph
 * are left out. No more than a piece and a paragraph are held at a time, and where the pieces part
 * makes no difference.
 *
 * @param longest In UTF-16 code units.
 */
export async function* paragraphs(
  pieces: AsyncIterable<string>,
  longest: number = longestParagraph,
): AsyncGenerator<string> {
  const view = longest + outlook;
  let text = "";
  for await (const piece of pieces) {
    text += piece;
    let place = 0;
    // Decided only where a whole view is there, so that it is the same for any pieces.
    while (text.length - place >= view) {
      const { paragraph, end } = firstOf(text.slice(place, place + view), longest);
      if (paragraph !== "") yield paragraph;
      place += end;
    }
    text = text.slice(place);
  }
  while (text !== "") {
    const { paragraph, end } = firstOf(text.slice(0, view), longest);
    if (paragraph !== "") yield paragraph;
    text = text.slice(end);
  }
}

/** The first paragraph of what is in view, and where the next begins. */
function firstOf(view: string, longest: number): { paragraph: string; end: number } {
  const blank = blankLines.exec(view);
  if (blank) {
    const paragraph = trimmed(view.slice(0, blank.index));
    if (paragraph.length <= longest) return { paragraph, end: blank.index + blank[0].length };
  }
  const end = view.length <= longest ? view.length : cutPlace(view, longest);
  return { paragraph: trimmed(view.slice(0, end)), end };
}

function trimmed(paragraph: string): string {
  return paragraph.replace(blankStart, "").trimEnd();
}
