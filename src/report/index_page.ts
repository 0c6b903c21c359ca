import { type Binding, namesNo, splitTarget, UnboundError, unknownKind } from "./binding.ts";
import { figureBlock } from "./figure_block.ts";
import { experiments, findings } from "./findings.ts";
import { html, type Safe } from "./html.ts";
import { find, inlineKinds, inlineValue, noField } from "./inline_bindings.ts";
import type { Content } from "./layout.ts";
import { type Page, renderMarkdown } from "./markdown.ts";
import { Placed } from "./placed.ts";
import type { Around, Bindings } from "./rendering.ts";
import { tableBlock } from "./table_block.ts";
import type { View } from "./view.ts";

/** The kinds of bindings that stand on a line of their own on the index. */
export const indexBlockKinds: readonly string[] = ["figure", "table", "findings", "experiments"];

/** An experiment as the index shows it: figures have other ids and numbers than on its page. */
export interface IndexEntry {
  /** For figures on the index. */
  readonly here: View;
  /** For references to the experiment's page. */
  readonly there: View;
}

const standard: Page = {
  path: "(the index without a page)",
  source: "# Unroll\n\n## Findings\n\n{{findings}}\n\n## Experiments\n\n{{experiments}}\n",
};

/**
 * The first page: its bindings name the experiment first, as in `{{metric:experiment/id}}`.
 *
 * @throws {PageError} Where the page names what no result has.
 */
export function indexPage(entries: readonly IndexEntry[], page: Page = standard): Content {
  const { title, titleText, body } = renderMarkdown(page, new IndexBindings(entries));
  return { title, titleText, body: html`${body}` };
}

class IndexBindings implements Bindings {
  readonly blockKinds = indexBlockKinds;
  readonly #entries: readonly IndexEntry[];
  readonly #placed = new Placed();

  constructor(entries: readonly IndexEntry[]) {
    this.#entries = entries;
  }

  announce(blocks: readonly Binding[]): void {
    let number = 0;
    for (const block of blocks.filter((candidate) => candidate.kind === "figure")) {
      const { experiment, inner } = splitTarget(block);
      const view = this.#entries.find((entry) => idOf(entry) === experiment)?.here;
      if (view?.figures.some((figure) => figure.id === inner.target)) {
        if (!view.numbers.has(inner.target)) view.numbers.set(inner.target, number += 1);
      }
    }
  }

  inline(binding: Binding, around: Around): Safe {
    if (!inlineKinds.some((kind) => kind === binding.kind)) {
      throw unknownKind(binding, [...inlineKinds, ...this.blockKinds]);
    }
    const { entry, inner } = this.#split(binding);
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
      const { here } = entry;
      return binding.kind === "figure"
        ? figureBlock(here, find(inner, "figure", here.figures))
        : tableBlock(here, find(inner, "table", here.tables));
    }
    if (binding.target !== "") throw new UnboundError(`${binding.text} takes no name`);
    const views = this.#entries.map((entry) => entry.there);
    return binding.kind === "findings" ? findings(views) : experiments(views);
  }

  #split(binding: Binding): { readonly entry: IndexEntry; readonly inner: Binding } {
    const { experiment, inner } = splitTarget(binding);
    const entry = this.#entries.find((candidate) => idOf(candidate) === experiment);
    if (!entry) throw namesNo(binding, "experiment", this.#entries.map(idOf));
    return { entry, inner };
  }
}

function idOf(entry: IndexEntry): string {
  return entry.there.result.experiment.id;
}
