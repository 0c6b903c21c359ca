/** HTML that is safe to write as it is: made by {@link html} or marked so by {@link trusted}. */
export class Safe {
  /** The markup. */
  readonly markup: string;

  /** @param markup HTML whose every part from data has been escaped. */
  constructor(markup: string) {
    this.markup = markup;
  }

  /** The markup. */
  toString(): string {
    return this.markup;
  }
}

/** What a template takes: text and numbers are escaped, lists joined, absent parts left out. */
export type Part = Safe | string | number | null | undefined | false | readonly Part[];

/**
 * A template that escapes every part that is not already {@link Safe}.
 *
 * The formatter lays out these templates as HTML. It doubles backslashes there, so that an escape
 * such as `\n` has to come in as a part.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { html } from "./html.ts";
 *
 * const title = '"><img onerror=alert(1)>';
 * const link = html`<a title="${title}">${["a", "b"]}</a>`;
 * assert(link.markup === '<a title="&quot;&gt;&lt;img onerror=alert(1)&gt;">ab</a>');
 * ```
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Safe {
  return new Safe(strings.reduce((text, string, i) => text + markup(parts[i - 1]) + string));
}

/** Marks markup from a library that escapes (KaTeX, a serialised DOM) as safe. */
export function trusted(markup: string): Safe {
  return new Safe(markup);
}

/** Text for HTML and XML, in content and in quoted attributes. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Text that was escaped, as it was. */
export function unescape(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => characters.get(entity) ?? entity);
}

/** The text of markup, without its tags; still escaped. */
export function textOf(content: Safe): Safe {
  const visible = content.markup.replace(/<annotation[^>]*>.*?<\/annotation>/gs, "");
  return new Safe(visible.replace(/<[^>]*>/g, "").replace(/\s+/g, " ").trim());
}

/** A table in a region of its own, which scrolls where the screen is too narrow for it. */
export function scrollRegion(name: Safe | string, table: Safe): Safe {
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${table}</div>`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const characters = new Map(
  Object.entries(entities).map(([character, entity]) => [entity, character]),
);

function markup(part: Part): string {
  if (part === null || part === undefined || part === false) return "";
  if (part instanceof Safe) return part.markup;
  if (typeof part === "object") return part.map(markup).join("");
  return escape(String(part));
}
