/// <reference lib="dom" />

interface Jsdom {
  readonly JSDOM: new (
    text: string,
    options: { readonly contentType: string },
  ) => { readonly window: { readonly document: Document } };
}

/** Parses a page without running or loading anything. */
export function parseHtml(text: string): Promise<Document> {
  return parse(text, "text/html");
}

/** Parses an SVG file; throws if it is not well-formed XML. */
export function parseSvg(text: string): Promise<Document> {
  return parse(text, "image/svg+xml");
}

async function parse(text: string, contentType: string): Promise<Document> {
  const { JSDOM }: Jsdom = await import("jsdom");
  return new JSDOM(text, { contentType }).window.document;
}
