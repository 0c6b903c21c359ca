import type * as PlotModule from "@observablehq/plot";
import type { SvgDocument, SvgElement } from "./dom.ts";

/** What Plot draws: a mark of its own, or an element made by a function. */
export type Mark = PlotModule.Markish | (() => SvgElement);

/** The part of Observable Plot that figures use. */
export interface PlotLibrary extends
  Pick<
    typeof PlotModule,
    "areaY" | "axisX" | "axisY" | "dot" | "frame" | "gridX" | "gridY" | "line" | "ruleX" | "ruleY"
  > {
  /** Draws marks; the options are Plot's, with our part of the DOM in the place of the browser's. */
  plot(options: object): SvgElement;
}

/** What figures are drawn with. */
export interface Canvas {
  /** A document to make elements in. */
  readonly document: SvgDocument;
  readonly Plot: PlotLibrary;
}

interface Jsdom {
  readonly JSDOM: new (html: string) => { readonly window: { readonly document: SvgDocument } };
}

/** Loads Observable Plot and jsdom, which are slow to load and needed by figures alone. */
export async function openCanvas(): Promise<Canvas> {
  const { JSDOM }: Jsdom = await import("jsdom");
  const Plot: PlotLibrary = await import("@observablehq/plot");
  return { document: new JSDOM("<!doctype html>").window.document, Plot };
}
