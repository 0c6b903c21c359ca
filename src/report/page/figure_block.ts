import { type Figure, figureTables } from "../../result/figure.ts";
import { machineNote, tableLinks } from "./tables.ts";
import { droppedNote } from "../figure/render.ts";
import { formatExact } from "../format/numbers.ts";
import { html, type Safe } from "../format/html.ts";
import { label } from "../format/text.ts";
import { figurePath, ofMachine, type View } from "../view.ts";

/**
 * A figure in a page: the drawings for wide and narrow screens, the number, title and caption, and links
 * to the data. A figure of the machine has a note of the machine.
 */
export function figureBlock(view: View, figure: Figure): Safe {
  const number = view.numbers.get(figure.id);
  const used = figureTables(figure);
  const tables = view.tables.filter((table) => used.includes(table.id));
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
