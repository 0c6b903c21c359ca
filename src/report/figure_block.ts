import type { Figure } from "../core/figure.ts";
import { formatExact } from "./format.ts";
import { html, type Safe } from "./html.ts";
import { label } from "./label.ts";
import { figurePath, tablePath, type View } from "./view.ts";

/** A figure in a page: both drawings, its number, title and caption, and the data behind it. */
export function figureBlock(view: View, figure: Figure): Safe {
  const { result } = view;
  const drawings = view.drawings.get(figure.id);
  const number = view.numbers.get(figure.id);
  const used = new Set(
    figure.kind === "chart"
      ? figure.layers.flatMap((layer) => "table" in layer ? [layer.table] : [])
      : [],
  );
  const data = result.tables.filter((table) => used.has(table.id)).map((table) =>
    html`<li>${label(table.title)}: <a href="${
      tablePath(result, table.id, "csv")
    }">CSV</a>, <a href="${tablePath(result, table.id, "json")}">JSON</a></li>`
  );
  return html`
    <figure id="figure-${view.idPrefix}${figure.id}">
      <div class="wide">${drawings?.wide}</div>
      <div class="narrow">${drawings?.narrow}</div>
      <figcaption><strong>Figure ${number === undefined ? "" : formatExact(number)}. ${asSentence(
        figure.title,
      )}</strong> ${label(figure.caption)}<ul class="downloads"><li>Figure: <a href="${figurePath(
        result,
        figure.id,
      )}">SVG</a></li>${data}</ul></figcaption>
    </figure>\\n
  `;
}

function asSentence(title: string): Safe {
  return /[.?!]$/.test(title) ? label(title) : html`${label(title)}.`;
}
