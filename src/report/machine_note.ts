import type { MachineRecord } from "../result/result.ts";
import { formatExact } from "./format.ts";
import { html, type Safe } from "./html.ts";
import { day } from "./reproduction.ts";
import type { View } from "./view.ts";

/** The machine that a run ran on: `"linux x86_64, 2 cores"`. */
export function machineName({ os, arch, cores }: MachineRecord): string {
  return `${os} ${arch}, ${formatExact(cores)} ${cores === 1 ? "core" : "cores"}`;
}

/** What stands under a figure or a table that was measured of the machine: where and when it was. */
export function machineNote({ result, run }: View): Safe {
  const { name, adapter } = result.backend;
  const on = adapter ? ` on ${adapter.description}` : "";
  const date = html`<time datetime="${run.date}">${day(run.date)}</time>`;
  return html`<p class="note">${[
    `Measured on this machine: ${machineName(run.machine)}, ${name} backend${on}, `,
    date,
    "; another machine, or another run, gives other numbers.",
  ]}</p>`;
}
