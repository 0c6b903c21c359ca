/// <reference lib="dom" />

interface Jsdom {
  readonly JSDOM: new (
    text: string,
    options: { readonly contentType: string },
  ) => { readonly window: { readonly document: Document } };
}

/** A page as a document; nothing in it is run or loaded. */
export function parseHtml(text: string): Promise<Document> {
  return parse(text, "text/html");
}

/** An SVG file as a document; throws where it is not well-formed XML. */
export function parseSvg(text: string): Promise<Document> {
  return parse(text, "image/svg+xml");
}

async function parse(text: string, contentType: string): Promise<Document> {
  const { JSDOM }: Jsdom = await import("jsdom");
  return new JSDOM(text, { contentType }).window.document;
}
