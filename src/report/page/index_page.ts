import {
  type Binding,
  namesNo,
  splitTarget,
  UnboundError,
  unknownKind,
} from "../markdown/binding.ts";
import { alarm } from "../claims/checks_table.ts";
import { figureBlock } from "./figure_block.ts";
import { html, type Safe } from "../format/html.ts";
import {
  find,
  inlineKinds,
  inlineValue,
  type Neighbours,
  noField,
  notInReport,
  Placed,
} from "./bindings.ts";
import type { Content } from "./layout.ts";
import { blocksOf, type Page, renderMarkdown } from "../markdown/markdown.ts";
import type { Around, Bindings } from "../markdown/rendering.ts";
import { tableBlock } from "./tables.ts";
import { tallyTable } from "../claims/tally_table.ts";
import { claimId, pagePath, type View } from "../view.ts";
import { claimFinding } from "../claims/claim_binding.ts";
import { experimentOpening } from "./experiment_page.ts";
import { formatExact } from "../format/numbers.ts";
import { label } from "../format/text.ts";
import { familySize } from "../claims/verdicts.ts";

/** The kinds of bindings that are alone on a line of the index. */
export const indexBlockKinds: readonly string[] = [
  "figure",
  "table",
  "findings",
  "tally",
  "experiments",
];

/**
 * An experiment on the index, where figures have other ids and numbers than on the page of the
 * experiment.
 */
export interface IndexEntry extends Narrated {
  /** The experiment with the figures of the index. */
  readonly here: View;
}

const standard: Page = {
  path: "(the index without a page)",
  source: "# Unroll\n\n## Findings\n\n{{findings}}\n\n## Claims and checks\n\n{{tally}}\n\n" +
    "## Experiments\n\n{{experiments}}\n",
};

/**
 * Returns the first page. The bindings of its narrative begin with the experiment:
 * `{{metric:experiment/id}}`.
 *
 * @param entries The experiments of the report.
 * @param page The narrative; by default one with all parts.
 * @param absent The ids of experiments that are not in the report and that pages can name.
 * @throws {PageError} If the page names something that no result has.
 */
export function indexPage(
  entries: readonly IndexEntry[],
  page: Page = standard,
  absent: readonly string[] = [],
): Content {
  numberFigures(entries, blocksOf(page, indexBlockKinds));
  const { title, titleText, body } = renderMarkdown(page, new IndexBindings(entries, absent));
  const alarms = entries.map(({ there: { result } }) =>
    alarm(result.checks, pagePath(result), result.experiment.title)
  );
  return { title, titleText, body: html`${alarms}${body}` };
}

function numberFigures(entries: readonly IndexEntry[], blocks: readonly Binding[]): void {
  let number = 0;
  for (const block of blocks.filter(({ kind }) => kind === "figure")) {
    const { experiment, inner } = splitTarget(block);
    const view = entries.find((entry) => idOf(entry) === experiment)?.here;
    if (view?.figures.some((figure) => figure.id === inner.target)) {
      if (!view.numbers.has(inner.target)) view.numbers.set(inner.target, number += 1);
    }
  }
}

class IndexBindings implements Bindings {
  readonly blockKinds = indexBlockKinds;
  readonly #entries: readonly IndexEntry[];
  readonly #absent: readonly string[];
  readonly #placed = new Placed();

  constructor(entries: readonly IndexEntry[], absent: readonly string[]) {
    this.#entries = entries;
    this.#absent = absent;
  }

  inline(binding: Binding, around: Around): Safe {
    if (!inlineKinds.some((kind) => kind === binding.kind)) {
      throw unknownKind(binding, [...inlineKinds, ...this.blockKinds]);
    }
    const { entry, inner } = this.#split(binding);
    if (!entry) return notInReport();
    const own = binding.kind === "ref" && entry.here.numbers.has(inner.target);
    return inlineValue(own ? entry.here : entry.there, inner, around, own);
  }

  block(binding: Binding): Safe {
    noField(binding);
    const rendered = this.#render(binding);
    this.#placed.add(binding);
    return rendered;
  }

  #render(binding: Binding): Safe {
    if (binding.kind === "figure" || binding.kind === "table") {
      const { entry, inner } = this.#split(binding);
      if (!entry) return html`<p>${binding.target}: ${notInReport()}</p>`;
      const { here } = entry;
      return binding.kind === "figure"
        ? figureBlock(here, find(inner, "figure", here.figures))
        : tableBlock(here, find(inner, "table", here.tables));
    }
    if (binding.target !== "") throw new UnboundError(`${binding.text} takes no name`);
    const views = this.#entries.map((entry) => entry.there);
    const neighbours: Neighbours = { views, absent: this.#absent };
    if (binding.kind === "findings") return findings(this.#entries, neighbours);
    return binding.kind === "tally" ? tallyTable(views) : experiments(views);
  }

  /**
   * Finds the experiment at the beginning of a binding; `null` if the experiment is absent from the
   * report.
   */
  #split(binding: Binding): { readonly entry: IndexEntry | null; readonly inner: Binding } {
    const { experiment, inner } = splitTarget(binding);
    const entry = this.#entries.find((candidate) => idOf(candidate) === experiment);
    if (entry) return { entry, inner };
    if (this.#absent.includes(experiment)) return { entry: null, inner };
    throw namesNo(binding, "experiment", [...this.#entries.map(idOf), ...this.#absent]);
  }
}

function idOf(entry: IndexEntry): string {
  return entry.there.result.experiment.id;
}

/** The number of findings for an experiment whose page does not begin with an answer. */
const MOST_FINDINGS = 3;

/** An experiment of the report with its narrative. */
export interface Narrated {
  /** The experiment as on its own page. */
  readonly there: View;
  /** The narrative, if there is one. */
  readonly page: Page | undefined;
}

/**
 * Returns the question of each experiment and its answer: the first paragraph of its page or, if
 * there is none, the first findings of its claims.
 */
export function findings(entries: readonly Narrated[], neighbours: Neighbours): Safe {
  if (entries.length === 0) return html`<p>This report has no experiments.</p>`;
  const answers = entries.map(({ there, page }) => {
    const { experiment } = there.result;
    const opening = page ? experimentOpening(there, page, neighbours) : html``;
    return html`
      <li>
        <p class="name"><a href="${pagePath(there.result)}">${experiment.title}</a></p>
        <p class="asked">${label(experiment.question)}</p>
        ${opening.markup.trim() === "" ? firstFindings(there) : opening}
      </li>
    `;
  });
  return html`<ol class="answers">${answers}</ol>`;
}

function firstFindings({ result }: View): Safe {
  const { claims } = result;
  if (claims.length === 0) return html`<p>This experiment has no claims.</p>`;
  const more = claims.length - MOST_FINDINGS;
  return html`${
    claims.slice(0, MOST_FINDINGS).map((claim) =>
      html`<p>${
        claimFinding(
          claim,
          familySize(claims, claim),
          (content) =>
            html`<a class="ref" href="${pagePath(result)}#${claimId(claim)}">${content}</a>`,
        )
      }</p>`
    )
  }${more > 0 && html`<p>And ${formatExact(more)} more.</p>`}`;
}

/** The experiments with their questions and commands. */
export function experiments(views: readonly View[]): Safe {
  if (views.length === 0) return html`<p>This report has no experiments.</p>`;
  return html`<ul class="experiments">${
    views.map(({ result, run }) =>
      html`
        <li>
          <p class="name"><a href="${pagePath(result)}">${result.experiment.title}</a></p>
          <p class="asked">${label(result.experiment.question)}</p>
          <pre tabindex="0"><code>${run.command}</code></pre>
        </li>
      `
    )
  }</ul>`;
}
