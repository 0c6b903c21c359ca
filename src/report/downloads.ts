import type { Table } from "../result/result.ts";
import { html, type Safe } from "./html.ts";
import { label } from "./label.ts";
import { tablePath, type View } from "./view.ts";

/** List items with links to the files of tables. */
export function tableLinks(view: View, tables: readonly Table[]): Safe {
  return html`${
    tables.map((table) => {
      const link = (type: "csv" | "json" | "seeds.csv", name: string) =>
        html`<a href="${tablePath(view, table.id, type)}">${name}</a>`;
      return html`<li>${label(table.title)}: ${link("csv", "CSV")}, ${link("json", "JSON")}${
        table.samples && html`, ${link("seeds.csv", "CSV by seed")}`
      }</li>`;
    })
  }`;
}
