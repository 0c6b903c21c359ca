import type * as PlotModule from "@observablehq/plot";

/** A mark of Plot, or a function that makes an element. */
export type Mark = PlotModule.Markish | (() => SvgElement);

/** The part of Observable Plot that figures use. */
export interface PlotLibrary extends
  Pick<
    typeof PlotModule,
    | "areaY"
    | "axisX"
    | "axisY"
    | "dot"
    | "frame"
    | "gridX"
    | "gridY"
    | "line"
    | "rect"
    | "ruleX"
    | "ruleY"
  > {
  /** Draws marks; the options are those of Plot, with a document of jsdom. */
  plot(options: object): SvgElement;
}

/** The libraries that draw figures. */
export interface Canvas {
  /** A document to make elements in. */
  readonly document: SvgDocument;
  readonly Plot: PlotLibrary;
}

interface Jsdom {
  readonly JSDOM: new (html: string) => { readonly window: { readonly document: SvgDocument } };
}

/** Loads Observable Plot and jsdom, which only figures need, when a figure is first drawn. */
export async function openCanvas(): Promise<Canvas> {
  const { JSDOM }: Jsdom = await import("jsdom");
  const Plot: PlotLibrary = await import("@observablehq/plot");
  return { document: new JSDOM("<!doctype html>").window.document, Plot };
}

// The part of the DOM that figures use. With the browser's types, every project that imports this
// one would need those types, too.

/** A node of a document. */
export interface SvgNode {
  readonly nodeType: number;
  readonly textContent: string | null;
}

/** A node that can be removed from its parent. */
export interface SvgChild extends SvgNode {
  remove(): void;
  replaceWith(...others: (SvgNode | string)[]): void;
}

/** An element, of SVG or not. */
export interface SvgElement extends SvgChild {
  id: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly childNodes: Iterable<SvgChild>;
  readonly innerHTML: string;
  readonly outerHTML: string;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  append(...children: (SvgNode | string)[]): void;
  querySelector(selectors: string): SvgElement | null;
  querySelectorAll(selectors: string): ArrayLike<SvgElement> & Iterable<SvgElement>;
}

/** A document to make elements in. */
export interface SvgDocument {
  createElementNS(namespace: string, name: string): SvgElement;
}

/** `Node.TEXT_NODE` */
export const TEXT_NODE = 3;
