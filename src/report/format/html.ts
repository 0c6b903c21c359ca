/** Markup that needs no escaping: made by {@link html} or marked by {@link trusted}. */
export class Safe {
  /** The markup. */
  readonly markup: string;

  /** @param markup Markup in which all data are escaped. */
  constructor(markup: string) {
    this.markup = markup;
  }

  /** The markup. */
  toString(): string {
    return this.markup;
  }
}

/** A value in a template: text and numbers are escaped, lists joined, absent values left out. */
export type Part = Safe | string | number | null | undefined | false | readonly Part[];

/**
 * A template that escapes every part that is not {@link Safe}.
 *
 * The formatter lays out these templates as HTML and doubles their backslashes, so an escape such as
 * `\n` must be a part.
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

/** Marks the markup of a library that escapes its data (KaTeX, a serialised DOM) as safe. */
export function trusted(markup: string): Safe {
  return new Safe(markup);
}

/** Escapes text for HTML and XML, in content and in quoted attributes. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** Reverts {@link escape}. */
export function unescape(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => characters.get(entity) ?? entity);
}

/** The text of markup without its tags, still escaped. */
export function textOf(content: Safe): Safe {
  const visible = content.markup.replace(/<annotation[^>]*>.*?<\/annotation>/gs, "");
  return new Safe(visible.replace(/<[^>]*>/g, "").replace(/\s+/g, " ").trim());
}

/** A table in a region that scrolls if the screen is too narrow for it. */
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
