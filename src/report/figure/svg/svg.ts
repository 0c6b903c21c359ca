import type { SvgDocument, SvgElement, SvgNode } from "./canvas.ts";
import { formatCoordinate } from "../../format/numbers.ts";

const namespace = "http://www.w3.org/2000/svg";

/** Attributes by name; numbers are rounded to short coordinates. */
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

/** An empty drawing of a size, with the font of its text. */
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
 * Tidies a finished drawing: removes the style element, the style attributes and the ARIA labels of Plot
 * (the whole drawing has a label), makes ids unique in the page, and rounds coordinates.
 *
 * @param root The drawing.
 * @param prefix The prefix of ids.
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
  // Plot draws an empty group for a layer without data.
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

/**
 * Shortens a path of straight lines to about half of its characters: each point is relative to the
 * previous point, in tenths of a pixel. A path with curves is unchanged.
 */
export function shortPath(d: string): string {
  if (!/^[MLZ\d.,-]*$/.test(d)) return d;
  let path = "";
  let [x, y, startX, startY] = [0, 0, 0, 0];
  let [command, last] = ["", ""];
  const write = (tenths: number) => {
    const number = String(tenths / 10).replace(/^(-?)0\./, "$1.");
    const parted = last === "" || number.startsWith("-") ||
      (number.startsWith(".") && last.includes("."));
    path += parted ? number : ` ${number}`;
    last = number;
  };
  for (const [, letter = "", first, second] of d.matchAll(/([MLZ])(?:(-?[\d.]+),(-?[\d.]+))?/g)) {
    // The differences are of rounded numbers, so that rounding errors do not add up.
    const [toX, toY] = [Math.round(Number(first) * 10), Math.round(Number(second) * 10)];
    if (letter !== "L" || command !== "L") {
      path += letter === "L" ? "l" : letter;
      last = "";
    }
    command = letter;
    if (letter === "Z") {
      [x, y] = [startX, startY];
      continue;
    }
    if (letter === "M") [x, y, startX, startY] = [0, 0, toX, toY];
    write(toX - x);
    write(toY - y);
    [x, y] = [toX, toY];
  }
  return path;
}
