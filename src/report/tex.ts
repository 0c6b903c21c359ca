import katex from "katex";
import { type Safe, trusted } from "./html.ts";

/**
 * TeX as MathML, which browsers draw without fonts or scripts of ours.
 *
 * @param tex The source, without dollar signs.
 * @param display Whether it stands on lines of its own.
 * @throws {SyntaxError} On TeX that KaTeX does not know, or that needs inline styles, which the
 * page's content security policy forbids.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { renderTex } from "./tex.ts";
 *
 * assert(renderTex("h_t", false).markup.includes("<msub>"));
 * ```
 */
export function renderTex(tex: string, display: boolean): Safe {
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
    const problem = error instanceof Error ? error.message : String(error);
    throw new SyntaxError(`TeX: ${problem.replace(/^KaTeX parse error: /, "")}`);
  }
  if (/<[^>]* style=/.test(markup)) throw new SyntaxError("TeX: this command needs inline styles");
  return trusted(markup);
}
