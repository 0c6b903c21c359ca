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

/** The kinds of bindings in a line of text. */
export const inlineKinds = ["metric", "claim", "check", "parameter", "run", "ref"] as const;

const metricFields = ["value", "low", "high", "interval", "n", "unit", "count"] as const;
const checkFields = ["worst", "limit", "cases", "statement"] as const;
const runParts = ["seeds", "backend", "adapter", "command"] as const;

/** The names that bindings can have before the experiment has run. */
export interface Known {
  /** The names of the parameters. */
  readonly parameters: readonly string[];
  /** The ids of the declared claims; `null` if they are not known. */
  readonly claims: readonly string[] | null;
  /** The ids of the declared checks; `null` if they are not known. */
  readonly checks: readonly string[] | null;
}

/**
 * Checks a binding in a line of text as far as possible without a result.
 *
 * @param binding The binding, without its experiment.
 * @param around The context of the binding.
 * @param known The names of the experiment.
 * @throws {UnboundError} If the binding names something that no result can have.
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
 * The value of a binding in a line of text.
 *
 * @param view The experiment.
 * @param binding The binding.
 * @param around The context: a link cannot be in another link or in a formula.
 * @param own Whether the binding is on the page of the experiment.
 * @throws {UnboundError} If the binding names something that the result does not have.
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
      if (number === undefined) {
        throw new UnboundError(`${binding.text} names a figure that the page does not show`);
      }
      return link(`figure-${view.idPrefix}${id}`, html`Figure ${formatExact(number)}`);
    }
    default:
      throw unknownKind(binding, inlineKinds);
  }
}

/** The value of a binding whose experiment is not in the report. */
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
  throw new UnboundError(`${binding.text} is a link and cannot be in ${where}`);
}

/** The entry that the target of a binding names. */
export function find<T extends { readonly id: string }>(
  binding: Binding,
  what: string,
  entries: readonly T[],
): T {
  const entry = entries.find((candidate) => candidate.id === binding.target);
  if (!entry) throw namesNo(binding, what, entries.map((candidate) => candidate.id));
  return entry;
}

/** Throws if a binding has a field. */
export function noField(binding: Binding): void {
  if (binding.field !== undefined) {
    throw new UnboundError(`${binding.text} has a field, but ${binding.kind} has no fields`);
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
      if (unit === undefined) throw new UnboundError(`${binding.text}: the metric has no unit`);
      return html`${unit}`;
    case "count": {
      if (statistic !== "share") {
        throw new UnboundError(`${binding.text}: the metric is not a share`);
      }
      const ones = values.filter((value) => value === 1).length;
      return unbroken(`${formatExact(ones)} of ${formatExact(values.length)}`);
    }
    default:
      throw namesNo(binding, "field", metricFields);
  }
}

/** Returns whether a check holds, as a link, or another part of the check. */
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
  /** All experiments of the report, as on their own pages. */
  readonly views: readonly View[];
  /** The ids of experiments that are not in the report and that pages can name. */
  readonly absent: readonly string[];
}

/**
 * The value of a binding whose target begins with an experiment: `{{claim:lstm-gates/bias}}`.
 *
 * @param neighbours The experiments that the binding can name.
 * @param binding The binding.
 * @param around The context of the binding.
 * @returns The value, or "(not in this report)".
 * @throws {UnboundError} If the binding names something that the result does not have.
 */
export function neighbourValue(neighbours: Neighbours, binding: Binding, around: Around): Safe {
  const { experiment, inner } = splitTarget(binding);
  const view = neighbours.views.find(({ result }) => result.experiment.id === experiment);
  if (view) return inlineValue(view, inner, around, false);
  if (neighbours.absent.includes(experiment)) return notInReport();
  const ids = neighbours.views.map(({ result }) => result.experiment.id);
  throw namesNo(binding, "experiment", [...ids, ...neighbours.absent]);
}

/** The blocks of a page. A page can have each block only once, since ids are unique. */
export class Placed {
  readonly #texts = new Set<string>();

  /** Adds a block to the page; throws if the page has the block already. */
  add(binding: Binding): void {
    const key = `${binding.kind}:${binding.target}`;
    if (this.#texts.has(key)) throw new UnboundError(`${binding.text} is in this page already`);
    this.#texts.add(key);
  }

  /** Whether a block is in the page. */
  has(kind: string, target: string): boolean {
    return this.#texts.has(`${kind}:${target}`);
  }
}
