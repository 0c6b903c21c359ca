import type { RendererObject } from "marked";
import { codeText, curly } from "../format/text.ts";
import { escape, html, type Safe, textOf, trusted, unescape } from "../format/html.ts";
import { offsetsIn, type Rendering, unmark } from "./rendering.ts";

/** A renderer for a page, and the title of the page after it is rendered. */
export interface PageRenderer {
  readonly renderer: RendererObject;
  readonly title: () => Safe;
}

/** Makes a renderer of Markdown without styles, scripts, images or unknown links. */
export function makeRenderer(rendering: Rendering): PageRenderer {
  let title = trusted("");
  let tables = 0;
  const slugs = new Map<string, number>();
  const code = (text: string): string => {
    offsetsIn(text).forEach((offset) => rendering.seen.add(offset));
    return unmark(text);
  };
  const renderer: RendererObject = {
    heading({ tokens, depth }) {
      const content = trusted(this.parser.parseInline(tokens));
      if (depth === 1) {
        title = content;
        return "";
      }
      return `<h${depth} id="${slugOf(content, slugs)}">${content}</h${depth}>\n`;
    },
    code: ({ text }) =>
      html`<pre tabindex="0"><code>${code(text).replace(/\n$/, "")}</code></pre>`.markup,
    codespan: ({ text }) => codeText(code(text)).markup,
    link({ href, tokens }) {
      const content = this.parser.parseInline(tokens);
      const address = unmark(href);
      return isKnown(address) ? `<a href="${escape(address)}">${content}</a>` : content;
    },
    text(token) {
      if ("tokens" in token && token.tokens) return this.parser.parseInline(token.tokens);
      return curlyMarkup("escaped" in token && token.escaped ? token.text : escape(token.text));
    },
    // The policy of the page allows no images.
    image: ({ text }) => escape(unmark(text)),
    html: ({ text }) => escape(unmark(text)),
    checkbox: ({ checked }) => checked ? "\u2611 " : "\u2610 ",
    table({ header, rows }) {
      tables += 1;
      const row = (cells: typeof header, name: "th" | "td") =>
        `<tr>${
          cells.map((cell) => {
            const aligned = cell.align === "right" ? ' class="number"' : "";
            const scope = name === "th" ? ' scope="col"' : "";
            return `<${name}${scope}${aligned}>${this.parser.parseInline(cell.tokens)}</${name}>`;
          }).join("")
        }</tr>`;
      return `<div class="scroll" role="region" aria-label="Table ${tables}" tabindex="0">` +
        `<table><thead>${row(header, "th")}</thead><tbody>${
          rows.map((cells) => row(cells, "td")).join("")
        }</tbody></table></div>`;
    },
  };
  return { renderer, title: () => title };
}

/** Escaped text with curly quotation marks. */
function curlyMarkup(markup: string): string {
  return escape(curly(unescape(markup)));
}

/** Whether a link is relative, or its scheme cannot run code. */
function isKnown(address: string): boolean {
  const scheme = /^\s*([^/?#]*?):/.exec(address)?.[1];
  return scheme === undefined || /^(https?|mailto)$/i.test(scheme);
}

function slugOf(content: Safe, slugs: Map<string, number>): string {
  const text = textOf(content).markup.replace(/&[^;]*;/g, "").toLowerCase();
  const slug = `section-${text.replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "")}`;
  const count = (slugs.get(slug) ?? 0) + 1;
  slugs.set(slug, count);
  return count === 1 ? slug : `${slug}-${count}`;
}
