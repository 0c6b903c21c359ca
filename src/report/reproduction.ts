import { formatExact, formatSeconds, none } from "./format.ts";
import { html, type Safe } from "./html.ts";
import { label } from "./label.ts";
import { resultPath, tablePath, type View } from "./view.ts";

/** The data of an experiment, and what it takes to compute them again. */
export function reproduction({ result, run }: View): Safe {
  const { backend } = result;
  const versions = Object.entries(backend.versions).map(([name, version]) => `${name} ${version}`);
  const adapter = backend.adapter &&
    `${backend.adapter.description} (${backend.adapter.vendor}, ${backend.adapter.kind})`;
  const tables = result.tables.map((table) =>
    html`<li>${label(table.title)}: <a href="${
      tablePath(result, table.id, "csv")
    }">CSV</a>, <a href="${tablePath(result, table.id, "json")}">JSON</a></li>`
  );
  const entries: readonly (readonly [string, Safe | string])[] = [
    ["Command", html`<code>${run.command}</code>`],
    ["Result", html`<a href="${resultPath(result)}">${resultPath(result)}</a>`],
    ["Tables", tables.length > 0 ? html`<ul class="plain">${tables}</ul>` : none],
    ["Key", html`<code class="long">${run.key}</code>`],
    ["Seeds", `${formatExact(result.seeds.length)}: ${result.seeds.map(formatExact).join(", ")}`],
    ["Backend", backend.name],
    ["Adapter", adapter ?? none],
    ["Versions", versions.length > 0 ? versions.join(", ") : none],
    ["Experiment version", formatExact(result.experiment.version)],
    [
      "Computed",
      html`<time datetime="${run.date}">${day(run.date)}</time>, in ${formatSeconds(run.seconds)}`,
    ],
  ];
  return html`<dl class="facts">\n${
    entries.map(([name, value]) =>
      html`
        <div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>\\n
      `
    )
  }</dl>\n`;
}

/** The day of an ISO date. */
export function day(date: string): string {
  return date.slice(0, 10);
}
