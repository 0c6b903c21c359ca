import type { Claim, Estimate, Metric } from "../core/result.ts";
import { badge } from "./badge.ts";
import { type Binding, namesNo, UnboundError, unknownKind } from "./binding.ts";
import { formatExact, formatJson, none } from "./format.ts";
import { formatEstimate, formatThreshold, ownConfidence } from "./format_estimate.ts";
import { html, type Safe } from "./html.ts";
import { label } from "./label.ts";
import type { Around } from "./rendering.ts";
import { claimId, pagePath, type View } from "./view.ts";

/** The kinds of bindings that stand in a line of text. */
export const inlineKinds = ["metric", "claim", "parameter", "run", "ref"] as const;

const metricFields = ["value", "low", "high", "interval", "n", "unit"] as const;
const claimFields = ["verdict", "statement", "estimate", "threshold"] as const;
const runParts = ["seeds", "backend", "adapter", "command"] as const;

/**
 * Checks all of a binding in a line of text that can be checked without a result.
 *
 * @param binding The binding, without its experiment.
 * @param around What it stands in.
 * @param parameters The names of the experiment's parameters.
 * @throws {UnboundError} If no result could have what it names.
 */
export function checkInline(
  binding: Binding,
  around: Around,
  parameters: readonly string[],
): void {
  const { kind, target, field } = binding;
  const among = (what: string, name: string | undefined, names: readonly string[]) => {
    if (name !== undefined && !names.includes(name)) throw namesNo(binding, what, names);
  };
  if (kind === "metric") among("field", field, metricFields);
  if (kind === "claim") among("field", field, claimFields);
  if (kind === "parameter") among("parameter", parameterName(binding), parameters);
  if (kind === "run" || kind === "ref") noField(binding);
  if (kind === "run") among("part of a run", target, runParts);
  if (isLink(binding)) checkLink(binding, around);
}

/**
 * What a binding in a line of text stands for.
 *
 * @param around What it stands in: a link cannot be in another, nor in a formula.
 * @param own Whether the page is the experiment's own.
 * @throws {UnboundError} Where it names nothing.
 */
export function inlineValue(view: View, binding: Binding, around: Around, own: boolean): Safe {
  const link = (href: string, content: Safe): Safe => {
    checkLink(binding, around);
    return html`<a class="ref" href="${href}">${content}</a>`;
  };
  const page = own ? "" : pagePath(view.result);
  switch (binding.kind) {
    case "metric":
      return metricText(find(binding, "metric", view.metrics), binding);
    case "claim": {
      const claim = find(binding, "claim", view.result.claims);
      if (binding.field !== undefined) return claimText(claim, binding);
      return link(`${page}#${claimId(claim)}`, badge(claim.verdict));
    }
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
      return link(`${page}#figure-${view.idPrefix}${id}`, html`Figure ${formatExact(number)}`);
    }
    default:
      throw unknownKind(binding, inlineKinds);
  }
}

function parameterName({ target, field }: Binding): string {
  return field === undefined ? target : `${target}.${field}`;
}

function isLink({ kind, field }: Binding): boolean {
  return kind === "ref" || (kind === "claim" && field === undefined);
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

// An estimate is broken across lines only where it is wider than one.
function unbroken(text: string): Safe {
  return text.includes(" ") ? html`<span class="estimate">${text}</span>` : html`${text}`;
}

function whole(estimate: Estimate, unit: string | undefined): Safe {
  const own = ownConfidence(estimate);
  return html`${unbroken(formatEstimate(estimate, unit).whole)}${own !== null && ` (${own})`}`;
}

function metricText({ estimate, unit }: Metric, binding: Binding): Safe {
  switch (binding.field) {
    case undefined:
      return whole(estimate, unit);
    case "value":
    case "low":
    case "high":
    case "interval":
      return unbroken(formatEstimate(estimate, unit)[binding.field]);
    case "n":
      return html`${formatExact(estimate.n)}`;
    case "unit":
      if (unit === undefined) throw new UnboundError(`${binding.text}: it has no unit`);
      return unbroken(unit);
    default:
      throw namesNo(binding, "field", metricFields);
  }
}

function claimText(claim: Claim, binding: Binding): Safe {
  switch (binding.field) {
    case "verdict":
      return html`${claim.verdict}`;
    case "statement":
      return label(claim.statement);
    case "estimate":
      return whole(claim.estimate, claim.unit);
    case "threshold":
      return html`${formatThreshold(claim.threshold, claim.unit)}`;
    default:
      throw namesNo(binding, "field", claimFields);
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
      return html`<code>${run.command}</code>`;
    default:
      throw namesNo(binding, "part of a run", runParts);
  }
}
