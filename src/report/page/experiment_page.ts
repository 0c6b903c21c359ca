import { type Binding, UnboundError, unknownKind } from "../markdown/binding.ts";
import { alarm, checksTable } from "../claims/checks_table.ts";
import { claimCards } from "../claims/cards.ts";
import { figureBlock } from "./figure_block.ts";
import { html, type Safe } from "../format/html.ts";
import {
  find,
  inlineKinds,
  inlineValue,
  type Neighbours,
  neighbourValue,
  noField,
  Placed,
} from "./bindings.ts";
import { label } from "../format/text.ts";
import type { Content } from "./layout.ts";
import { blocksOf, type Page, renderMarkdown, renderOpening } from "../markdown/markdown.ts";
import type { Around, Bindings } from "../markdown/rendering.ts";
import { reproduction } from "./reproduction.ts";
import { metricsTable, parametersTable, tableBlock } from "./tables.ts";
import type { View } from "../view.ts";

/** The parts at the end of every page, unless the narrative places them. */
const parts = {
  claims: { heading: "Claims", render: claimCards },
  checks: {
    heading: "Checks of the program",
    render: (view: View) => checksTable(view.result),
  },
  metrics: { heading: "Estimates without verdict", render: metricsTable },
  parameters: { heading: "Parameters", render: (view: View) => parametersTable(view.result) },
  data: { heading: "Data and reproduction", render: reproduction },
} as const;

/** The kinds of bindings that are alone on a line in the page of an experiment. */
export const experimentBlockKinds: readonly string[] = ["figure", "table", ...Object.keys(parts)];

/**
 * Numbers the figures of the page of an experiment in the order of its narrative. References from other
 * pages need the numbers before any page is rendered.
 *
 * @param view The experiment, whose `numbers` are set.
 * @param page The narrative, if there is one.
 * @throws {PageError} If the narrative cannot be read.
 */
export function numberFigures({ figures, numbers }: View, page: Page | undefined): void {
  const blocks = page ? blocksOf(page, experimentBlockKinds) : [];
  const placed = blocks.filter((block) => block.kind === "figure").map((block) => block.target);
  const ids = figures.map((figure) => figure.id);
  for (const id of new Set([...placed.filter((id) => ids.includes(id)), ...ids])) {
    if (!numbers.has(id)) numbers.set(id, numbers.size + 1);
  }
}

/**
 * Returns the page of an experiment: the narrative, the other figures, claims, checks, metrics,
 * parameters and data. Without a narrative, the page begins with the question.
 *
 * @param view The experiment.
 * @param page The narrative, if there is one.
 * @param neighbours The other experiments that the narrative can name.
 * @throws {PageError} If the narrative names something that the result does not have.
 */
export function experimentPage(
  view: View,
  page: Page | undefined,
  neighbours: Neighbours = { views: [view], absent: [] },
): Content {
  numberFigures(view, page);
  const bindings = new ExperimentBindings(view, neighbours);
  const { result: { experiment, checks }, figures } = view;
  const top = alarm(checks, "", experiment.title);
  if (!page) {
    const title = label(experiment.title);
    const body = html`${top}<p class="question">${label(experiment.question)}</p>${
      section("Figures", figures.map((figure) => figureBlock(view, figure)))
    }${bindings.rest()}`;
    return { title, titleText: html`${experiment.title}`, body };
  }
  const { title, titleText, body } = renderMarkdown(page, bindings);
  const others = figures.filter((figure) => !bindings.has("figure", figure.id));
  const further = section("Further figures", others.map((figure) => figureBlock(view, figure)));
  return { title, titleText, body: html`${top}${body}${further}${bindings.rest()}` };
}

/**
 * Returns the first paragraph of an experiment's narrative, which answers the question of the
 * experiment, for another page.
 *
 * @param view The experiment.
 * @param page The narrative.
 * @param neighbours The other experiments that the narrative can name.
 * @throws {PageError} If the narrative names something that the result does not have.
 */
export function experimentOpening(view: View, page: Page, neighbours: Neighbours): Safe {
  return renderOpening(page, new ExperimentBindings(view, neighbours, false));
}

class ExperimentBindings implements Bindings {
  readonly blockKinds = experimentBlockKinds;
  readonly #view: View;
  readonly #neighbours: Neighbours;
  readonly #own: boolean;
  readonly #placed = new Placed();

  /** @param own Whether the page is the experiment's own. */
  constructor(view: View, neighbours: Neighbours, own = true) {
    this.#view = view;
    this.#neighbours = neighbours;
    this.#own = own;
  }

  inline(binding: Binding, around: Around): Safe {
    if (!inlineKinds.some((kind) => kind === binding.kind)) {
      throw unknownKind(binding, [...inlineKinds, ...this.blockKinds]);
    }
    return binding.target.includes("/")
      ? neighbourValue(this.#neighbours, binding, around)
      : inlineValue(this.#view, binding, around, this.#own);
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

  /**
   * Returns the parts that the narrative does not place, each under its heading. Empty parts are
   * left out.
   */
  rest(): Safe {
    const { result } = this.#view;
    const missing = Object.entries(parts).filter(([kind]) =>
      !this.has(kind, "") && (kind !== "checks" || result.checks.length > 0) &&
      (kind !== "parameters" || Object.keys(result.parameters).length > 0)
    );
    return html`${missing.map(([, part]) => section(part.heading, [part.render(this.#view)]))}`;
  }
}

function partOf(binding: Binding): keyof typeof parts {
  const kind = binding.kind;
  if (isPart(kind)) return kind;
  throw unknownKind(binding, Object.keys(parts));
}

function isPart(kind: string): kind is keyof typeof parts {
  return Object.hasOwn(parts, kind);
}

function section(heading: string, content: readonly Safe[]): Safe {
  return content.length === 0 ? html`` : html`<h2>${heading}</h2>${content}`;
}
