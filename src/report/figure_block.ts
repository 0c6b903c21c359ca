import type { Figure } from "../result/figure.ts";
import { tableLinks } from "./downloads.ts";
import { droppedNote } from "./figure/dropped.ts";
import { formatExact } from "./format.ts";
import { html, type Safe } from "./html.ts";
import { label } from "./label.ts";
import { machineNote } from "./machine_note.ts";
import { figurePath, ofMachine, type View } from "./view.ts";

/**
 * A figure in a page: both drawings, its number, title and caption, and the data behind it; of one
 * of the machine, where it was measured.
 */
export function figureBlock(view: View, figure: Figure): Safe {
  const number = view.numbers.get(figure.id);
  const used = new Set(
    figure.kind === "chart"
      ? figure.layers.flatMap((layer) => "table" in layer ? [layer.table] : [])
      : [],
  );
  const tables = view.tables.filter((table) => used.has(table.id));
  const dropped = droppedNote(figure, tables);
  return html`
    <figure id="figure-${view.idPrefix}${figure.id}">
      <div class="wide">${view.draw(figure, "wide")}</div>
      <div class="narrow">${view.draw(figure, "narrow")}</div>
      <figcaption><strong>Figure ${number === undefined ? "" : formatExact(number)}. ${asSentence(
        figure.title,
      )}</strong> ${label(figure.caption)}${dropped !== null &&
        html`<p class="note">${dropped}</p>`}${ofMachine(view, "figures", figure.id) &&
        machineNote(view)}<ul class="downloads"><li>Figure: <a href="${figurePath(
          view,
          figure.id,
        )}">SVG</a></li>${tableLinks(view, tables)}</ul></figcaption>
    </figure>
  `;
}

function asSentence(title: string): Safe {
  return /[.?!]$/.test(title) ? label(title) : html`${label(title)}.`;
}
