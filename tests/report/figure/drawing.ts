import type { Figure } from "../../../src/result/figure.ts";
import type { Table } from "../../../src/result/result.ts";
import { openCanvas, type SvgElement } from "../../../src/report/figure/svg/canvas.ts";
import { renderFigure } from "../../../src/report/figure/render.ts";
import { assertClose, type Tolerance, tolerance } from "../../tolerance.ts";

const canvas = await openCanvas();

/** Draws a figure. */
export function draw(figure: Figure, tables: readonly Table[], width = 720): SvgElement {
  return renderFigure(figure, tables, canvas, { width, prefix: "p" });
}

/** The elements that match, in order. */
export function all(svg: SvgElement, selectors: string): SvgElement[] {
  return [...svg.querySelectorAll(selectors)];
}

/** Fails if two pixels differ by more than rounding. */
export function assertPixel(
  found: number | undefined,
  wanted: number,
  allowed: Tolerance = tolerance.coordinates,
): void {
  assertClose([found ?? NaN], [wanted], allowed, { scale: 1 });
}

/** An attribute as a number. */
export function numberOf(element: SvgElement | undefined | null, name: string): number {
  return Number(element?.getAttribute(name) ?? NaN);
}

/** The texts of the elements that match. */
export function texts(svg: SvgElement, selectors = "text"): string[] {
  return all(svg, selectors).map((entry) => entry.textContent ?? "");
}

/** The scale of x, read from the ticks at two values. */
export function xScale(svg: SvgElement, from: string, to: string): (value: number) => number {
  const at = (text: string) => {
    const tick = all(svg, "text").find((entry) =>
      entry.textContent === text && entry.getAttribute("transform") !== null
    );
    return Number(/translate\(([-\d.]+)/.exec(tick?.getAttribute("transform") ?? "")?.[1] ?? NaN);
  };
  const [a, b, first, second] = [at(from), at(to), Number(from), Number(to)];
  return (value) => a + (value - first) / (second - first) * (b - a);
}
