/// <reference lib="dom" />
import type * as PlotModule from "@observablehq/plot";

/** What figures are drawn with. */
export interface Canvas {
  /** A document to make elements in. */
  readonly document: Document;
  readonly Plot: typeof PlotModule;
}

interface Jsdom {
  readonly JSDOM: new (html: string) => { readonly window: { readonly document: Document } };
}

/** Loads Observable Plot and jsdom, which are slow to load and needed by figures alone. */
export async function openCanvas(): Promise<Canvas> {
  const { JSDOM }: Jsdom = await import("jsdom");
  const Plot = await import("@observablehq/plot");
  return { document: new JSDOM("<!doctype html>").window.document, Plot };
}
