import type { KatexOptions } from "katex";
import { type Safe, trusted, unescape } from "../format/html.ts";

interface Katex {
  renderToString(tex: string, options: KatexOptions): string;
}

let katex: Katex | undefined;

/**
 * Loads KaTeX if a source may contain TeX. {@link renderTex} needs it.
 *
 * @param sources The sources of pages.
 */
export async function loadTex(sources: readonly string[]): Promise<void> {
  if (katex || !sources.some((source) => source.includes("$"))) return;
  katex = (await import("katex")).default;
}

/**
 * Renders TeX as MathML, which browsers draw without additional fonts or scripts.
 *
 * @param tex The source, without dollar signs.
 * @param display Whether the formula is on separate lines.
 * @returns The markup.
 * @throws {Error} If {@link loadTex} has not loaded KaTeX.
 * @throws {SyntaxError} If KaTeX cannot parse the source, or the markup has inline styles, which the
 * content security policy of the page forbids.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { loadTex, renderTex } from "./tex.ts";
 *
 * await loadTex(["$h_t$"]);
 * assert(renderTex("h_t", false).markup.includes("<msub>"));
 * ```
 */
export function renderTex(tex: string, display: boolean): Safe {
  if (!katex) throw new Error("renderTex() needs loadTex()");
  let markup: string;
  try {
    markup = katex.renderToString(tex, {
      displayMode: display,
      output: "mathml",
      strict: "error",
      throwOnError: true,
      trust: false,
    });
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError("TeX: braces are nested too deep");
    const problem = error instanceof Error ? error.message : String(error);
    throw new SyntaxError(`TeX: ${problem.replace(/^KaTeX parse error: /, "")}`);
  }
  if (/<[^>]* style=/.test(markup)) throw new SyntaxError("TeX: this command needs inline styles");
  return trusted(markup);
}

const signs: Readonly<Record<string, string>> = {
  "\u2212": "-",
  "\u202f": "\\,",
  "\u00d7": "\\times ",
  "\u221e": "\\infty ",
  " ": "\\ ",
  "\u00a0": "\\ ",
  "%": "\\%",
};

/**
 * Converts a value in a page to TeX: digits and signs are unchanged, powers raised, words upright.
 *
 * @param value A number with its interval and unit, or words.
 * @returns The TeX.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { html } from "../format/html.ts";
 * import { texOf } from "./tex.ts";
 *
 * assert(texOf(html`\u22122\u202f\u00d7\u202f10\u207b\u2075 steps`) === "-2\\,\\times \\,10^{-5}\\ \\text{steps}");
 * ```
 */
export function texOf(value: Safe): string {
  const text = unescape(value.markup.replace(/<[^>]*>/g, ""));
  const parts = /[\u207b\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+|[\d.,[\]()=/+<>-]|[^]/gu;
  let words = "";
  let tex = "";
  const endWords = () => {
    if (words !== "") tex += `\\text{${words}}`;
    words = "";
  };
  for (const [part] of text.matchAll(parts)) {
    const sign = signs[part];
    if (/^[\u207b\u2070\u00b9\u00b2\u00b3\u2074-\u2079]/.test(part)) {
      endWords();
      tex += `^{${part.normalize("NFKC").replaceAll("\u2212", "-")}}`;
    } else if (sign !== undefined || /^[\d.,[\]()=/+<>-]$/.test(part)) {
      endWords();
      tex += sign ?? part;
    } else {
      words += part.replace(/[\\{}$&#^_~]/, (special) => escapes[special] ?? `\\${special}`);
    }
  }
  endWords();
  return tex;
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash ",
  "^": "\\textasciicircum ",
  "~": "\\textasciitilde ",
};
