import { InputError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import {
  type Binding,
  namesNo,
  splitTarget,
  UnboundError,
  unknownKind,
} from "./markdown/binding.ts";
import { experimentBlockKinds } from "./page/experiment_page.ts";
import { type Safe, trusted } from "./format/html.ts";
import { indexBlockKinds } from "./page/index_page.ts";
import { checkInline, inlineKinds, type Known, noField, Placed } from "./page/bindings.ts";
import { type Page, renderMarkdown } from "./markdown/markdown.ts";
import type { Around, Bindings } from "./markdown/rendering.ts";
import { loadTex } from "./markdown/tex.ts";

/**
 * Pages by `"index"`, `"methods"` or the id of an experiment: each with its path, or as Markdown alone.
 */
export type Pages = ReadonlyMap<string, Page | string>;

/** The properties of an experiment on which its pages depend before the run. */
export interface PageSubject {
  /** The id of the experiment. */
  readonly id: string;
  /** The parameters by name. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The declared claims and checks by id; if absent, pages can name any claim and any check. */
  readonly hypotheses?: {
    readonly claims: Readonly<Record<string, unknown>>;
    readonly checks: Readonly<Record<string, unknown>>;
  } | undefined;
}

/**
 * Checks pages before the experiments run: headings, TeX, and the parts of bindings that do not depend
 * on results. Parameters, claims and checks are declared, so unknown names are errors. Names of
 * metrics, figures and tables are known only after the run.
 *
 * @param pages The pages of a report.
 * @param experiments The experiments of the report.
 * @param others Experiments that are not in the report and that its pages can name.
 * @returns Resolves if the pages are valid.
 * @throws {PageError} If a heading, TeX or a binding is invalid; the error has the position.
 * @throws {InputError} If a page belongs to no experiment or is not a page.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { checkPages } from "./pages.ts";
 *
 * const experiments = [{ id: "coin", parameters: { flips: 100 } }];
 * await checkPages(new Map([["coin", "# Coin\n\nOf {{parameter:flips}} flips, {{metric:heads}}.\n"]]), experiments);
 * await assertRejects(
 *   () => checkPages(new Map([["coin", "# Coin\n\nOf {{parameter:flip}} flips.\n"]]), experiments),
 *   Error,
 *   "page coin:3:4: {{parameter:flip}} names no parameter; there are: flips",
 * );
 * ```
 */
export async function checkPages(
  pages: Pages,
  experiments: readonly PageSubject[],
  others: readonly PageSubject[] = [],
): Promise<void> {
  checkKeys(pages, experiments.map(({ id }) => id));
  await loadTexOf(pages);
  for (const id of pages.keys()) {
    const page = pageOf(pages, id);
    const subject = experiments.find((experiment) => experiment.id === id);
    const bindings = new UnmeasuredBindings(subject ?? null, [...experiments, ...others]);
    if (page) renderMarkdown(page, bindings);
  }
}

/**
 * Returns the page of an id.
 *
 * @param pages The pages of a report.
 * @param id `"index"`, `"methods"` or the id of an experiment.
 * @returns The page, if there is one. A page without a path has a path made of its id.
 */
export function pageOf(pages: Pages, id: string): Page | undefined {
  const page = pages.get(id);
  return typeof page === "string" ? { path: `page ${id}`, source: page } : page;
}

/**
 * Checks that pages have the right type, and that each belongs to the report.
 *
 * @param pages The pages.
 * @param ids The ids of the experiments of the report.
 * @throws {InputError} If a page has another type or belongs to no experiment.
 */
export function checkKeys(pages: Pages, ids: readonly string[]): void {
  if (!(pages instanceof Map)) {
    const help = "Write new Map(Object.entries({ ... })), or new Map() if there are no pages.";
    throw new InputError("pages", "a Map of pages by experiment", pages, help);
  }
  const known = ["index", "methods", ...ids];
  for (const [id, page] of pages) {
    if (!known.includes(id)) throw new InputError("a page's id", `one of ${known.join(", ")}`, id);
    if (typeof page === "string") continue;
    checkOptions<Page>(`page ${id}`, page, { path: true, source: true });
    for (const name of ["path", "source"] as const) {
      if (typeof page[name] !== "string") {
        throw new InputError(`${name} of page ${id}`, "a text", page[name]);
      }
    }
  }
}

/** Loads KaTeX if a page may contain TeX. */
export async function loadTexOf(pages: Pages): Promise<void> {
  await loadTex([...pages.values()].map((page) => typeof page === "string" ? page : page.source));
}

/** Bindings without results: every name that a result could have is accepted. */
class UnmeasuredBindings implements Bindings {
  readonly blockKinds: readonly string[];
  readonly #subject: PageSubject | null;
  readonly #experiments: readonly PageSubject[];
  readonly #placed = new Placed();

  /** @param subject The experiment of the page; `null` for a page of the whole report. */
  constructor(subject: PageSubject | null, experiments: readonly PageSubject[]) {
    this.#subject = subject;
    this.#experiments = experiments;
    this.blockKinds = subject ? experimentBlockKinds : indexBlockKinds;
  }

  inline(binding: Binding, around: Around): Safe {
    if (!inlineKinds.some((kind) => kind === binding.kind)) {
      throw unknownKind(binding, [...inlineKinds, ...this.blockKinds]);
    }
    const [subject, inner] = this.#split(binding);
    checkInline(inner, around, knownOf(subject));
    return trusted("1");
  }

  block(binding: Binding): Safe {
    noField(binding);
    if (binding.kind === "figure" || binding.kind === "table") this.#split(binding);
    else if (binding.target !== "") throw new UnboundError(`${binding.text} takes no name`);
    this.#placed.add(binding);
    return trusted("");
  }

  #split(binding: Binding): readonly [PageSubject, Binding] {
    const isOwn = !binding.target.includes("/") || isBlock(binding);
    if (this.#subject && isOwn) return [this.#subject, binding];
    const { experiment, inner } = splitTarget(binding);
    const subject = this.#experiments.find(({ id }) => id === experiment);
    if (!subject) throw namesNo(binding, "experiment", this.#experiments.map(({ id }) => id));
    return [subject, inner];
  }
}

function isBlock({ kind }: Binding): boolean {
  return kind === "figure" || kind === "table";
}

function knownOf({ parameters, hypotheses }: PageSubject): Known {
  return {
    parameters: Object.keys(parameters),
    claims: hypotheses ? Object.keys(hypotheses.claims) : null,
    checks: hypotheses ? Object.keys(hypotheses.checks) : null,
  };
}
