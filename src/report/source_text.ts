import { html, type Safe } from "./html.ts";
import { label } from "./label.ts";

/** A DOI or an arXiv number, with its name. Its last character is no punctuation of the sentence. */
const reference =
  /(?<doi>\bdoi:\s?(?<d>10\.\d{4,9}\/[^\s;,]*[^\s;,.)\]]))|(?<arxiv>\barXiv:\s?(?<a>\d{4}\.\d{4,5}))/gi;

/** A source in which DOIs and arXiv numbers are links. */
export function sourceText(text: string): Safe {
  const parts: Safe[] = [];
  let from = 0;
  for (const match of text.matchAll(reference)) {
    const { d, a } = match.groups ?? {};
    const address = d === undefined ? `https://arxiv.org/abs/${a}` : `https://doi.org/${d}`;
    parts.push(label(text.slice(from, match.index)), html`<a href="${address}">${match[0]}</a>`);
    from = match.index + match[0].length;
  }
  return html`${parts}${label(text.slice(from))}`;
}
