import { formatExact } from "./format.ts";
import { html, type Safe } from "./html.ts";
import { day } from "./reproduction.ts";
import type { View } from "./view.ts";

/** What stands under a figure or a table that was measured of the machine: where and when it was. */
export function machineNote({ result, run, environment }: View): Safe {
  const { os, arch, cores } = environment;
  const { name, adapter } = result.backend;
  const on = adapter ? ` on ${adapter.description}` : "";
  const machine = `${os} ${arch}, ${formatExact(cores)} ${cores === 1 ? "core" : "cores"}`;
  const date = html`<time datetime="${run.date}">${day(run.date)}</time>`;
  return html`<p class="note">${[
    `Measured on this machine: ${machine}, ${name} backend${on}, `,
    date,
    "; another machine, or another run, gives other numbers.",
  ]}</p>`;
}
