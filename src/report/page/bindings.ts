import type { Metric, Result } from "../../result/result.ts";
import { checkBadge, unmeasuredBadge } from "../claims/verdicts.ts";
import { codeText, label } from "../format/text.ts";
import {
  type Binding,
  namesNo,
  splitTarget,
  UnboundError,
  unknownKind,
} from "../markdown/binding.ts";
import { claimFields, claimValue, isClaimLink } from "../claims/claim_binding.ts";
import { estimateText, formatEstimate, unbroken } from "../format/estimates.ts";
import { formatExact, formatJson, formatNumber, none } from "../format/numbers.ts";
import { html, type Safe } from "../format/html.ts";
import type { Around } from "../markdown/rendering.ts";
import { checkId, claimId, pagePath, type View } from "../view.ts";

/** The kinds of bindings that stand in a line of text. */
export const inlineKinds = ["metric", "claim", "check", "parameter", "run", "ref"] as const;

const metricFields = ["value", "low", "high", "interval", "n", "unit", "count"] as const;
const checkFields = ["worst", "limit", "cases", "statement"] as const;
const runParts = ["seeds", "backend", "adapter", "command"] as const;

/** What bindings can name of an experiment that has not run. */
export interface Known {
  /** The names of its parameters. */
  readonly parameters: readonly string[];
  /** The ids of the claims that it declares; `null` if they are not known. */
  readonly claims: readonly string[] | null;
  /** The ids of the checks that it declares; `null` if they are not known. */
  readonly checks: readonly string[] | null;
}

/**
 * Checks all of a binding in a line of text that can be checked without a result.
 *
 * @param binding The binding, without its experiment.
 * @param around What it stands in.
 * @param known What is known of the experiment.
 * @throws {UnboundError} If no result could have what it names.
 */
export function checkInline(binding: Binding, around: Around, known: Known): void {
  const { kind, target, field } = binding;
  const among = (what: string, name: string | undefined, names: readonly string[] | null) => {
    if (name !== undefined && names !== null && !names.includes(name)) {
      throw namesNo(binding, what, names);
    }
  };
  if (kind === "claim") among("claim", target, known.claims);
  if (kind === "check") among("check", target, known.checks);
  if (kind === "metric") among("field", field, metricFields);
  if (kind === "claim") among("field", field, claimFields);
  if (kind === "check") among("field", field, checkFields);
  if (kind === "parameter") among("parameter", parameterName(binding), known.parameters);
  if (kind === "run" || kind === "ref") noField(binding);
  if (kind === "run") among("part of a run", target, runParts);
  if (isLink(binding)) checkLink(binding, around);
}

/**
 * What a binding in a line of text stands for.
 *
 * @param around What it stands in: a link cannot be in another, nor in a formula.
 * @param own Whether the page is the experiment's own.
 * @throws {UnboundError} If it names nothing.
 */
export function inlineValue(view: View, binding: Binding, around: Around, own: boolean): Safe {
  const page = own ? "" : pagePath(view.result);
  const link = (id: string, content: Safe): Safe => {
    checkLink(binding, around);
    return html`<a class="ref" href="${page}#${id}">${content}</a>`;
  };
  switch (binding.kind) {
    case "metric":
      return metricText(find(binding, "metric", view.metrics), binding);
    case "claim":
      return claimValue(view, binding, link);
    case "check":
      return checkValue(view.result, binding, link);
    case "parameter": {
      const name = parameterName(binding);
      const { parameters } = view.result;
      const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
      if (value === undefined) throw namesNo(binding, "parameter", Object.keys(parameters));
      return html`${formatJson(value)}`;
    }
    case "run":
      return runText(view, binding);
    case "ref": {
      noField(binding);
      const { id } = find(binding, "figure", view.figures);
      const number = view.numbers.get(id);
      if (number === undefined) throw new UnboundError(`${binding.text} names a figure not shown`);
      return link(`figure-${view.idPrefix}${id}`, html`Figure ${formatExact(number)}`);
    }
    default:
      throw unknownKind(binding, inlineKinds);
  }
}

/** What stands in the place of a binding whose experiment is not in the report. */
export function notInReport(): Safe {
  return html`<span class="absent">(not in this report)</span>`;
}

function parameterName({ target, field }: Binding): string {
  return field === undefined ? target : `${target}.${field}`;
}

function isLink(binding: Binding): boolean {
  const { kind, field } = binding;
  return kind === "ref" || (kind === "claim" && isClaimLink(binding)) ||
    (kind === "check" && field === undefined);
}

function checkLink(binding: Binding, around: Around): void {
  if (around === "text") return;
  const where = around === "link" ? "another" : "a formula";
  throw new UnboundError(`${binding.text} is a link and cannot stand in ${where}`);
}

/** The entry that a binding's target names. */
export function find<T extends { readonly id: string }>(
  binding: Binding,
  what: string,
  entries: readonly T[],
): T {
  const entry = entries.find((candidate) => candidate.id === binding.target);
  if (!entry) throw namesNo(binding, what, entries.map((candidate) => candidate.id));
  return entry;
}

/** Refuses a field on what has none. */
export function noField(binding: Binding): void {
  if (binding.field !== undefined) {
    throw new UnboundError(`${binding.text} has a field, and ${binding.kind} takes none`);
  }
}

function metricText({ estimate, unit, statistic, values }: Metric, binding: Binding): Safe {
  switch (binding.field) {
    case undefined:
      return estimateText(estimate, unit);
    case "value":
    case "low":
    case "high":
    case "interval":
      return unbroken(formatEstimate(estimate)[binding.field]);
    case "n":
      return html`${formatExact(estimate.n)}`;
    case "unit":
      if (unit === undefined) throw new UnboundError(`${binding.text}: it has no unit`);
      return html`${unit}`;
    case "count": {
      if (statistic !== "share") throw new UnboundError(`${binding.text}: it is no share`);
      const ones = values.filter((value) => value === 1).length;
      return unbroken(`${formatExact(ones)} of ${formatExact(values.length)}`);
    }
    default:
      throw namesNo(binding, "field", metricFields);
  }
}

/** Whether a check holds, as a link, or a part of it. */
function checkValue(
  { checks, unmeasured }: Result,
  binding: Binding,
  link: (id: string, content: Safe) => Safe,
): Safe {
  const missing = unmeasured.find(({ id }) => id === binding.target);
  if (missing) {
    if (binding.field === undefined) return link(claimId(missing), unmeasuredBadge());
    return binding.field === "statement" ? label(missing.statement) : html`not measured`;
  }
  const check = find(binding, "check", checks);
  switch (binding.field) {
    case undefined:
      return link(checkId(check), checkBadge(check));
    case "worst":
      return html`${formatNumber(check.worst, 2)}`;
    case "limit":
      return html`${formatExact(check.limit)}`;
    case "cases":
      return html`${formatExact(check.cases)}`;
    case "statement":
      return label(check.statement);
    default:
      throw namesNo(binding, "field", checkFields);
  }
}

function runText({ result, run }: View, binding: Binding): Safe {
  noField(binding);
  switch (binding.target) {
    case "seeds":
      return html`${formatExact(result.seeds.length)}`;
    case "backend":
      return html`${result.backend.name}`;
    case "adapter":
      return html`${result.backend.adapter?.description ?? none}`;
    case "command":
      return codeText(run.command);
    default:
      throw namesNo(binding, "part of a run", runParts);
  }
}

/** The experiments that a page can name besides its own. */
export interface Neighbours {
  /** The views of all experiments of the report, as their own pages show them. */
  readonly views: readonly View[];
  /** The ids of experiments that are not in the report and may be named. */
  readonly absent: readonly string[];
}

/**
 * What a binding stands for whose target begins with an experiment: `{{claim:lstm-gates/bias}}`.
 *
 * @param neighbours The experiments that it can name.
 * @param binding The binding.
 * @param around What it stands in.
 * @returns The value; where the experiment is not in the report, words that say so.
 * @throws {UnboundError} If it names nothing.
 */
export function neighbourValue(neighbours: Neighbours, binding: Binding, around: Around): Safe {
  const { experiment, inner } = splitTarget(binding);
  const view = neighbours.views.find(({ result }) => result.experiment.id === experiment);
  if (view) return inlineValue(view, inner, around, false);
  if (neighbours.absent.includes(experiment)) return notInReport();
  const ids = neighbours.views.map(({ result }) => result.experiment.id);
  throw namesNo(binding, "experiment", [...ids, ...neighbours.absent]);
}

/** Refuses a block that is in the page already: ids would be there twice. */
export class Placed {
  readonly #texts = new Set<string>();

  /** Notes a block. */
  add(binding: Binding): void {
    const key = `${binding.kind}:${binding.target}`;
    if (this.#texts.has(key)) throw new UnboundError(`${binding.text} is in this page already`);
    this.#texts.add(key);
  }

  /** Whether the block was noted. */
  has(kind: string, target: string): boolean {
    return this.#texts.has(`${kind}:${target}`);
  }
}
