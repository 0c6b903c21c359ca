import { Marked, type Token, type TokensList } from "marked";
import type { Binding } from "./binding.ts";
import { type Safe, textOf, trusted } from "../format/html.ts";
import { bindingOf, blockBinding, inlineBinding, maskInline, tex } from "./extensions.ts";
import { makeRenderer } from "./renderer.ts";
import { type Bindings, markSource, offsetsIn, type Rendering, unmark } from "./rendering.ts";
import { PageError, placeOf } from "./page_error.ts";

/** The source of a page. */
export interface Page {
  /** The path in error messages: `"reports/index.md"`. */
  readonly path: string;
  /** Markdown; its first line is the title. */
  readonly source: string;
}

/** The rendered Markdown of a page. */
export interface Narrative {
  /** The title as markup. */
  readonly title: Safe;
  /** The title as text, escaped. */
  readonly titleText: Safe;
  /** Everything after the title. */
  readonly body: Safe;
}

/**
 * Renders the Markdown of a page, with the values of its bindings, and TeX between dollar signs.
 * HTML and the dollar sign of a price are shown as text.
 *
 * @param page The page.
 * @param bindings The values of its bindings.
 * @returns The title and the rest of the page.
 * @throws {PageError} If a binding, a formula or a heading is invalid, or the page is nested too deep;
 * the error has the position.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { trusted } from "../format/html.ts";
 * import { renderMarkdown } from "./markdown.ts";
 *
 * const bindings = {
 *   blockKinds: [],
 *   inline: () => trusted("0.93"),
 *   block: () => trusted(""),
 * };
 * const page = { path: "reports/a.md", source: "# Title\n\nIt is {{metric:a}}.\n" };
 * assert(renderMarkdown(page, bindings).body.markup === "<p>It is 0.93.</p>\n");
 * ```
 */
export function renderMarkdown(page: Page, bindings: Bindings): Narrative {
  return reading(page, bindings, ({ source, rendering, marked, tokens, title }) => {
    const body = marked.parser(tokens);
    checkSeen(source, body, rendering);
    return { title: title(), titleText: textOf(title()), body: trusted(body) };
  });
}

/**
 * Renders the opening of a page: the paragraph after the title, with the list after it, if there is one.
 *
 * @param page The page.
 * @param bindings The values of its bindings.
 * @returns The opening; empty if something other than a paragraph follows the title.
 * @throws {PageError} If a binding or a formula in the opening is invalid, or a heading is out of order.
 */
export function renderOpening(page: Page, bindings: Bindings): Safe {
  return reading(page, bindings, ({ marked, tokens }) => {
    const start = tokens.findIndex(isHeading) + 1;
    const [first, second] = tokens.slice(start).filter(({ type }) => type !== "space");
    if (first?.type !== "paragraph") return trusted("");
    return trusted(marked.parser(second?.type === "list" ? [first, second] : [first]));
  });
}

/**
 * Lists the bindings of a page that are alone on a line, in order.
 *
 * @param page The page.
 * @param blockKinds The kinds of these bindings.
 * @returns The bindings.
 * @throws {PageError} If the page cannot be read.
 */
export function blocksOf(page: Page, blockKinds: readonly string[]): readonly Binding[] {
  const nothing = () => trusted("");
  return reading(page, { blockKinds, inline: nothing, block: nothing }, ({ marked, tokens }) => {
    const blocks: Binding[] = [];
    marked.walkTokens(tokens, (token) => {
      const found = bindingOf(token);
      if (found?.block) blocks.push(found.binding);
    });
    return blocks;
  });
}

/** A page that is parsed and not yet rendered. */
interface Read {
  readonly source: string;
  readonly rendering: Rendering;
  readonly marked: Marked;
  readonly tokens: TokensList;
  /** The title, after the tokens are rendered. */
  readonly title: () => Safe;
}

/** Parses a page, checks its headings, and passes it to `use`. */
function reading<T>(page: Page, bindings: Bindings, use: (read: Read) => T): T {
  const source = page.source.replaceAll("\r\n", "\n");
  const rendering: Rendering = {
    bindings,
    seen: new Set(),
    fail(offset, problem) {
      throw new PageError(placeOf(page.path, source, offset), problem);
    },
  };
  const { renderer, title } = makeRenderer(rendering);
  const marked = new Marked({
    extensions: [blockBinding(rendering), inlineBinding(rendering), ...tex(rendering)],
    // Without these tokenizers, HTML becomes text of paragraphs.
    tokenizer: { html: () => undefined, tag: () => undefined },
    hooks: { emStrongMask: maskInline },
    renderer,
  });
  try {
    const tokens = marked.lexer(markSource(source));
    checkHeadings(tokens, rendering);
    return use({ source, rendering, marked, tokens, title });
  } catch (error) {
    if (!(error instanceof RangeError && error.message.includes("call stack"))) throw error;
    return rendering.fail(
      deepestLine(source),
      "quotes, lists or emphasis are nested too deep here; a few levels are enough",
    );
  }
}

/** The start of the line with the most signs of nesting: the parser does not report a position. */
function deepestLine(source: string): number {
  let [offset, place, most] = [0, 0, -1];
  for (const line of source.split("\n")) {
    const signs = line.match(/[>*_+-]|\d[.)]/g)?.length ?? 0;
    if (signs > most) [place, most] = [offset, signs];
    offset += line.length + 1;
  }
  return place;
}

function checkHeadings(tokens: TokensList, rendering: Rendering): void {
  let offset = 0;
  let depth = 0;
  for (const token of tokens) {
    if (isHeading(token)) {
      const title = "a page begins with one heading, its title: # Title";
      if ((token.depth === 1) !== (depth === 0)) rendering.fail(offset, title);
      if (token.depth > depth + 1) {
        rendering.fail(offset, `a heading of level ${token.depth} cannot follow level ${depth}`);
      }
      depth = token.depth;
    } else if (depth === 0 && token.type !== "space") {
      rendering.fail(offset, "a page begins with its title: # Title");
    }
    offset += unmark(token.raw).length;
  }
  if (depth === 0) rendering.fail(0, "a page begins with its title: # Title");
}

function isHeading(token: Token): token is Token & { readonly depth: number } {
  return token.type === "heading";
}

function checkSeen(source: string, body: string, { seen, fail }: Rendering): void {
  for (const { index } of source.matchAll(/\{\{/g)) {
    if (!seen.has(index)) fail(index, "a binding cannot be here");
  }
  const dollar = offsetsIn(body)[0];
  if (dollar !== undefined) {
    fail(
      dollar,
      "$ opens TeX that is never closed; write \\$ for a dollar. " +
        "Inline TeX has no space after its first $, no space before its last $ and no digit after that",
    );
  }
}
