import { sha256Bytes } from "../../platform/sha256.ts";
import type { Manifest, Result } from "../../result/result.ts";
import { html, type Safe, trusted } from "../format/html.ts";
import { day } from "../format/text.ts";
import { style } from "./style.ts";
import { METHODS, pagePath } from "../view.ts";

/** The surroundings of the content of a page. */
export interface Frame {
  /** The path of the page. */
  readonly path: string;
  readonly results: readonly Result[];
  readonly manifest: Manifest;
  /** The title of the page of methods, if the report has one. */
  readonly methods: Safe | null;
}

/** The content of a page. */
export interface Content {
  readonly title: Safe;
  readonly titleText: Safe;
  readonly body: Safe;
}

/** A whole page: no scripts, no requests, and one style element, whose hash is in the policy. */
export function layout({ path, results, manifest, methods }: Frame, content: Content): string {
  const pages = [
    { path: "index.html", name: "Overview" },
    ...results.map((result) => ({ path: pagePath(result), name: result.experiment.title })),
    ...(methods === null ? [] : [{ path: METHODS, name: methods }]),
  ];
  const nav = pages.map((page) =>
    html`<li><a href="${page.path}"${
      page.path === path && html`
        aria-current="page"
      `
    }>${page.name}</a></li>`
  );
  const { backend, environment } = manifest;
  const adapter = backend.adapter ? `, ${backend.adapter.description}` : "";
  return html`
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="${policy}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>${content.titleText}</title>
        <style>${trusted(style)}</style>
      </head>
      <body>
        <a class="skip" href="#content">Skip to content</a>
        <header>
          <nav aria-label="Pages of the report">
            <ul>
    ${nav}</ul>
          </nav>
        </header>
        <main id="content" tabindex="-1">
    <h1>${content.title}</h1>
    ${content.body}</main>
        <footer>
          <p>Built <time datetime="${manifest.date}">${day(
            manifest.date,
          )}</time>, profile ${manifest.profile}, on ${backend
            .name}${adapter}, with ${runtimeNames[environment.runtime.name]} ${environment.runtime
            .version}${manifest.commit &&
            html`, from commit <code>${manifest.commit.slice(0, 12)}</code>`}.</p>
          <p><a href="data/manifest.json">Manifest</a>, <a href="data/schema/manifest.schema.json">schema of the manifest</a>, <a href="data/schema/result.schema.json">schema of results</a></p>
        </footer>
      </body>
    </html>
  `.markup.trimStart();
}

const runtimeNames = { deno: "Deno", node: "Node", browser: "the browser" } as const;

/** The content security policy: only the style of the page and images of the site. */
export const policy: string = [
  "default-src 'none'",
  `style-src 'sha256-${btoa(String.fromCharCode(...sha256Bytes(style)))}'`,
  "img-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
