import { codeText, day } from "../format/text.ts";
import { tableLinks } from "./tables.ts";
import { formatExact, formatSeconds } from "../format/numbers.ts";
import { html, type Part, type Safe } from "../format/html.ts";
import { resultPath, type View } from "../view.ts";

/** The data of an experiment, and the facts needed to compute them again. */
export function reproduction(view: View): Safe {
  const { result, run } = view;
  const { backend } = result;
  const versions = Object.entries(backend.versions).map(([name, version]) => `${name} ${version}`);
  const adapter = backend.adapter &&
    `${backend.adapter.description} (${backend.adapter.vendor}, ${backend.adapter.kind})`;
  const { tables } = run.machine;
  const times = Object.entries(run.timings);
  const entries: readonly (readonly [string, Safe | string | null])[] = [
    ["Command", codeText(run.command)],
    ["Result", html`<a href="${resultPath(result)}">${resultPath(result)}</a>`],
    ["Tables", list(tableLinks(view, result.tables))],
    ["Tables of times and memory", tables.length > 0 ? list(tableLinks(view, tables)) : null],
    [
      "Key",
      html`
        <code class="long">${run.key}</code><span class="detail"
        >digest of all inputs of the result: equal keys mean equal results</span>
      `,
    ],
    ["Seeds", `${formatExact(result.seeds.length)}: ${result.seeds.map(formatExact).join(", ")}`],
    ["Backend", backend.name],
    ["Adapter", adapter],
    ["Versions", versions.length > 0 ? versions.join(", ") : null],
    ["Experiment version", formatExact(result.experiment.version)],
    [
      "Computed",
      html`<time datetime="${run.date}">${day(run.date)}</time>, in ${formatSeconds(run.seconds)}`,
    ],
    [
      "Time by part",
      times.length > 0
        ? list(times.map(([part, seconds]) => html`<li>${part}: ${formatSeconds(seconds)}</li>`))
        : null,
    ],
  ];
  return html`<dl class="facts">${
    entries.map(([name, value]) =>
      value !== null && html`
        <div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>
      `
    )
  }</dl>`;
}

function list(items: Part): Safe {
  return html`<ul class="plain">${items}</ul>`;
}
