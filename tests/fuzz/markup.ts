import { assert } from "@std/assert";

/** Elements of HTML without an end tag. */
const empty = new Set(["br", "hr", "img", "input", "link", "meta", "wbr"]);

/** The elements that no page of a report may have. */
const forbidden = /^(script|iframe|object|embed|form|base|input|img|use|foreignobject)$/;

const name = "[A-Za-z][\\w:-]*";
const attribute = `\\s+${name}(?:\\s*=\\s*"[^"<]*")?`;
const token = new RegExp(
  `<!DOCTYPE html>|<!doctype html>|<(${name})((?:${attribute})*)\\s*(/?)>|</(${name})\\s*>|[^<]+|<`,
  "g",
);
const entity = /&(?!(?:[a-zA-Z]\w*|#\d+|#x[\da-fA-F]+);)/;

/**
 * Throws unless a text is well-formed markup that runs and loads nothing: elements are closed,
 * attributes are in double quotes, and there is no bare `<` and, in XML, no bare `&`.
 *
 * @param markup HTML or SVG.
 * @param kind The kind of markup; SVG is XML.
 */
export function checkMarkup(markup: string, kind: "html" | "svg"): void {
  const open: string[] = [];
  for (const [found, start, attributes = "", closed, end] of markup.matchAll(token)) {
    const at = () => `at ${JSON.stringify(found.slice(0, 60))}`;
    if (start !== undefined) {
      assert(!forbidden.test(start.toLowerCase()), `an element ${start} ${at()}`);
      checkAttributes(attributes, kind);
      const alone = closed === "/" || (kind === "html" && empty.has(start));
      if (!alone) open.push(start);
    } else if (end !== undefined) {
      const last = open.pop();
      assert(last === end, `</${end}> closes ${last ?? "nothing"}`);
    } else if (found === "<") assert(false, "a bare <");
    else if (kind === "svg") assert(!entity.test(found), `a bare & ${at()}`);
  }
  assert(open.length === 0, `not closed: ${open.join(", ")}`);
  // A lone surrogate makes SVG invalid XML. In a page, writing as UTF-8 replaces it.
  if (kind === "svg") assert(markup.isWellFormed(), "half a surrogate pair");
}

function checkAttributes(attributes: string, kind: "html" | "svg"): void {
  const names = new Set<string>();
  for (
    const [, name = "", value = ""] of attributes.matchAll(/\s+([\w:-]+)(?:\s*=\s*"([^"]*)")?/g)
  ) {
    assert(!/^on/i.test(name), `an attribute ${name}`);
    assert(!names.has(name), `an attribute twice: ${name}`);
    names.add(name);
    if (/^(xlink:)?href$/i.test(name)) {
      assert(!/^\s*(javascript|data|vbscript)\s*:/i.test(value), `a link to ${value}`);
    }
    if (kind === "svg") assert(!entity.test(value), `a bare & in ${name}`);
  }
}

/** The attributes of SVG that have numbers. */
const numeric =
  /\s(x|y|x1|x2|y1|y2|cx|cy|r|d|dx|dy|width|height|points|transform|viewBox|stroke-\w+)="([^"]*)"/g;

/**
 * Throws if an attribute of SVG that must have numbers has any other value.
 *
 * @param svg The markup.
 */
export function checkNumbers(svg: string): void {
  for (const [, name, value = ""] of svg.matchAll(numeric)) {
    assert(!/NaN|Infinity|undefined|null/.test(value), `${name}="${value.slice(0, 80)}"`);
  }
}
