import { tableLinks } from "./downloads.ts";
import { formatExact, formatSeconds, none } from "./format.ts";
import { html, type Safe } from "./html.ts";
import { resultPath, type View } from "./view.ts";

/** The data of an experiment, and what it takes to compute them again. */
export function reproduction({ result, run }: View): Safe {
  const { backend } = result;
  const versions = Object.entries(backend.versions).map(([name, version]) => `${name} ${version}`);
  const adapter = backend.adapter &&
    `${backend.adapter.description} (${backend.adapter.vendor}, ${backend.adapter.kind})`;
  const entries: readonly (readonly [string, Safe | string])[] = [
    ["Command", html`<code>${run.command}</code>`],
    ["Result", html`<a href="${resultPath(result)}">${resultPath(result)}</a>`],
    ["Tables", html`<ul class="plain">${tableLinks(result, result.tables)}</ul>`],
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
  return html`<dl class="facts">${
    entries.map(([name, value]) =>
      html`
        <div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>
      `
    )
  }</dl>`;
}

/** The day of an ISO date. */
export function day(date: string): string {
  return date.slice(0, 10);
}
