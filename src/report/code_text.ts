import { html, type Safe } from "./html.ts";

/** The most characters of a word of code that fit into a line of a narrow screen. */
const LONGEST = 32;

/** Code in a line of text: its words, such as `--only`, are broken only if they are very long. */
export function codeText(code: string): Safe {
  const words = code.split(/(\s+)/).map((word) =>
    /[^\p{L}\p{N}\s]/u.test(word) && word.length <= LONGEST
      ? html`<span class="word">${word}</span>`
      : html`${word}`
  );
  return html`<code>${words}</code>`;
}
