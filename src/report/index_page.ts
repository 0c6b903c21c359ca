import { type Binding, namesNo, splitTarget, UnboundError, unknownKind } from "./binding.ts";
import { alarm } from "./checks_table.ts";
import { figureBlock } from "./figure_block.ts";
import { experiments, findings, type Narrated } from "./findings.ts";
import { html, type Safe } from "./html.ts";
import { find, inlineKinds, inlineValue, noField, notInReport } from "./inline_bindings.ts";
import type { Content } from "./layout.ts";
import { blocksOf, type Page, renderMarkdown } from "./markdown.ts";
import type { Neighbours } from "./neighbours.ts";
import { Placed } from "./placed.ts";
import type { Around, Bindings } from "./rendering.ts";
import { tableBlock } from "./table_block.ts";
import { tallyTable } from "./tally_table.ts";
import { pagePath, type View } from "./view.ts";

/** The kinds of bindings that stand on a line of their own on the index. */
export const indexBlockKinds: readonly string[] = [
  "figure",
  "table",
  "findings",
  "tally",
  "experiments",
];

/** An experiment as the index shows it: figures have other ids and numbers than on its page. */
export interface IndexEntry extends Narrated {
  /** For figures on the index. */
  readonly here: View;
}

const standard: Page = {
  path: "(the index without a page)",
  source: "# Unroll\n\n## Findings\n\n{{findings}}\n\n## Claims and checks\n\n{{tally}}\n\n" +
    "## Experiments\n\n{{experiments}}\n",
};

/**
 * The first page: its bindings name the experiment first, as in `{{metric:experiment/id}}`.
 *
 * @param entries The experiments of the report.
 * @param page The page; by default one with all parts.
 * @param absent The ids of experiments that are not in the report and may be named.
 * @throws {PageError} Where the page names what no result has.
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

  /** The entry that a binding names first; none if its experiment may be absent and is. */
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
