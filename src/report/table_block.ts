import type { Table } from "../result/result.ts";
import { html, type Safe } from "./html.ts";
import { machineNote } from "./machine_note.ts";
import { resultTable } from "./tables.ts";
import { ofMachine, type View } from "./view.ts";

/** A table in a page; under one of the machine, where it was measured. */
export function tableBlock(view: View, table: Table): Safe {
  return html`${resultTable(table)}${ofMachine(view, "tables", table.id) && machineNote(view)}`;
}
