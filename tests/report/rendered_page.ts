import type { Manifest } from "../../src/result/result.ts";
import { experimentPage } from "../../src/report/page/experiment_page.ts";
import { trusted } from "../../src/report/format/html.ts";
import type { Content } from "../../src/report/page/layout.ts";
import { type View, viewOf } from "../../src/report/view.ts";
import { parseHtml } from "./dom.ts";
import { sampleManifest } from "./sample_manifest.ts";
import { sampleResult } from "./sample_result.ts";

/** The sample of the page. */
export const result = sampleResult();
/** A manifest with the run of the sample. */
export const manifest = sampleManifest([result.experiment.id]);

/** Returns the view of the sample with changes to its manifest. */
export function view(changes: Partial<Manifest> = {}): View {
  const draw: View["draw"] = ({ id }, screen) => trusted(`<svg><!--${id} ${screen}--></svg>`);
  return viewOf(result, { ...manifest, ...changes }, draw, "");
}

/** Renders the page of a narrative. */
export function render(source: string, of = view()): Content {
  return experimentPage(of, { path: "reports/a.md", source });
}

/** Returns the texts of the elements that a selector finds in a page, with plain spaces. */
export async function textAt(content: Content, selector: string): Promise<string[]> {
  const document = await parseHtml(content.body.markup);
  return [...document.querySelectorAll(selector)].map((found) =>
    (found.textContent ?? "").replace(/\s+/g, " ")
  );
}

/** Returns the text of the first paragraph, with plain spaces. */
export async function text(source: string): Promise<string> {
  const document = await parseHtml(render(`# T\n\n${source}`).body.markup);
  return (document.querySelector("p")?.textContent ?? "").replace(/[\u202f\u00a0]/g, " ");
}
