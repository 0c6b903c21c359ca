import type { SvgDocument, SvgElement, SvgNode } from "./dom.ts";
import { formatCoordinate } from "../format_axis.ts";
import { shortPath } from "./path.ts";

const namespace = "http://www.w3.org/2000/svg";

/** Attributes by name; numbers are written as short coordinates. */
export type Attributes = Readonly<Record<string, string | number>>;

/** Makes an SVG element; text children become text nodes. */
export function element(
  document: SvgDocument,
  name: string,
  attributes: Attributes,
  children: readonly (SvgNode | string)[] = [],
): SvgElement {
  const made = document.createElementNS(namespace, name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, typeof value === "number" ? formatCoordinate(value) : value);
  }
  made.append(...children);
  return made;
}

/** An empty drawing of this size, with the font that all of its text has. */
export function frame(document: SvgDocument, width: number, height: number): SvgElement {
  const [w, h] = [Math.round(width), Math.round(height)];
  return element(document, "svg", {
    width: w,
    height: h,
    viewBox: `0 0 ${w} ${h}`,
    fill: "currentColor",
    "font-family":
      "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
    "font-size": 13,
  });
}

/**
 * Tidies a finished drawing: Plot's style element, style attributes and ARIA labels go (the drawing
 * as a whole has one), ids become unique in the page, coordinates short.
 *
 * @param prefix What ids begin with.
 */
export function tidy(root: SvgElement, prefix: string): void {
  for (const style of root.querySelectorAll("style")) style.remove();
  const ids = new Map<string, string>();
  for (const entry of root.querySelectorAll("[id]")) {
    const renamed = `${prefix}-${ids.size + 1}`;
    ids.set(entry.id, renamed);
    entry.id = renamed;
  }
  for (const entry of root.querySelectorAll("*")) {
    for (const { name, value } of [...entry.attributes]) {
      if (name === "style" || name.startsWith("aria-")) entry.removeAttribute(name);
      else entry.setAttribute(name, tidyValue(name, value, ids));
    }
  }
  // What Plot draws for a layer without data.
  for (const group of root.querySelectorAll("g:empty")) group.remove();
}

function tidyValue(name: string, value: string, ids: ReadonlyMap<string, string>): string {
  if (value.includes("url(#")) {
    return value.replace(/url\(#([^)]*)\)/g, (whole, id) => {
      const renamed = ids.get(id);
      return renamed === undefined ? whole : `url(#${renamed})`;
    });
  }
  if (/^-?\d+\.\d{3,}$/.test(value)) return formatCoordinate(Number(value));
  if (name === "d" || name === "transform") {
    const short = value.replace(
      /-?\d+\.\d{2,}/g,
      (number) => String(Math.round(Number(number) * 10) / 10),
    );
    return name === "d" ? shortPath(short) : short;
  }
  return value;
}
