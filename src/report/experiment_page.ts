import { type Binding, UnboundError, unknownKind } from "./binding.ts";
import { figureBlock } from "./figure_block.ts";
import { html, type Safe } from "./html.ts";
import { find, inlineKinds, inlineValue, noField } from "./inline_bindings.ts";
import { label } from "./label.ts";
import type { Content } from "./layout.ts";
import { type Page, renderMarkdown } from "./markdown.ts";
import { Placed } from "./placed.ts";
import type { Around, Bindings } from "./rendering.ts";
import { reproduction } from "./reproduction.ts";
import { tableBlock } from "./table_block.ts";
import { claimsTable, metricsTable, parametersTable } from "./tables.ts";
import type { View } from "./view.ts";

/** The parts that every page ends with, unless the narrative has placed them. */
const parts = {
  claims: { heading: "Claims", render: (view: View) => claimsTable(view.result) },
  metrics: {
    heading: "Metrics",
    render: (view: View) => metricsTable(view.result, view.run.machine),
  },
  parameters: { heading: "Parameters", render: (view: View) => parametersTable(view.result) },
  data: { heading: "Data and reproduction", render: reproduction },
} as const;

/** The kinds of bindings that stand on a line of their own in the page of an experiment. */
export const experimentBlockKinds: readonly string[] = ["figure", "table", ...Object.keys(parts)];

/**
 * The page of an experiment: its narrative, the figures that the narrative leaves out, claims,
 * metrics, parameters and data. Without a narrative, the question stands in its place.
 *
 * @throws {PageError} Where the narrative names what the result does not have.
 */
export function experimentPage(view: View, page: Page | undefined): Content {
  const bindings = new ExperimentBindings(view);
  const { result: { experiment }, figures } = view;
  if (!page) {
    bindings.announce([]);
    const title = label(experiment.title);
    const body = html`<p class="question">${label(experiment.question)}</p>${
      section("Figures", figures.map((figure) => figureBlock(view, figure)))
    }${bindings.rest()}`;
    return { title, titleText: html`${experiment.title}`, body };
  }
  const { title, titleText, body } = renderMarkdown(page, bindings);
  const others = figures.filter((figure) => !bindings.has("figure", figure.id));
  const further = section("Further figures", others.map((figure) => figureBlock(view, figure)));
  return { title, titleText, body: html`${body}${further}${bindings.rest()}` };
}

class ExperimentBindings implements Bindings {
  readonly blockKinds = experimentBlockKinds;
  readonly #view: View;
  readonly #placed = new Placed();

  constructor(view: View) {
    this.#view = view;
  }

  announce(blocks: readonly Binding[]): void {
    const placed = blocks.filter((block) => block.kind === "figure").map((block) => block.target);
    const ids = this.#view.figures.map((figure) => figure.id);
    for (const id of new Set([...placed.filter((id) => ids.includes(id)), ...ids])) {
      this.#view.numbers.set(id, this.#view.numbers.size + 1);
    }
  }

  inline(binding: Binding, around: Around): Safe {
    if (!inlineKinds.some((kind) => kind === binding.kind)) {
      throw unknownKind(binding, [...inlineKinds, ...this.blockKinds]);
    }
    return inlineValue(this.#view, binding, around, true);
  }

  block(binding: Binding): Safe {
    noField(binding);
    const { figures, tables } = this.#view;
    const render = (): Safe => {
      if (binding.kind === "figure") {
        return figureBlock(this.#view, find(binding, "figure", figures));
      }
      if (binding.kind === "table") {
        return tableBlock(this.#view, find(binding, "table", tables));
      }
      if (binding.target !== "") throw new UnboundError(`${binding.text} takes no name`);
      return parts[partOf(binding)].render(this.#view);
    };
    const rendered = render();
    this.#placed.add(binding);
    return rendered;
  }

  has(kind: string, target: string): boolean {
    return this.#placed.has(kind, target);
  }

  /** The parts that the narrative has not placed, each under its heading. */
  rest(): Safe {
    const missing = Object.entries(parts).filter(([kind]) => !this.has(kind, ""));
    return html`${missing.map(([, part]) => section(part.heading, [part.render(this.#view)]))}`;
  }
}

function partOf(binding: Binding): keyof typeof parts {
  const kind = binding.kind;
  if (kind === "claims" || kind === "metrics" || kind === "parameters" || kind === "data") {
    return kind;
  }
  throw unknownKind(binding, Object.keys(parts));
}

function section(heading: string, content: readonly Safe[]): Safe {
  return content.length === 0 ? html`` : html`<h2>${heading}</h2>${content}`;
}
