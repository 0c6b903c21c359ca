import { declarationsSchema } from "../result/claim_schema.ts";
import { InputError } from "../core/errors.ts";
import type { Declarations, DeclaredCheck, Hypothesis } from "../result/result.ts";
import { pathText, schemaProblem } from "../core/schema.ts";

/** The declarations of an experiment without hypotheses. */
export const nothingDeclared: Declarations = Object.freeze({ claims: {}, checks: {} });

/**
 * Checks the declarations of an experiment before it runs.
 *
 * @param experiment The experiment's id, for messages.
 * @param given Its declarations, usually imported from `hypotheses.json`.
 * @param parameters The names that `{name}` in a sentence can stand for.
 * @returns The declarations.
 * @throws {InputError} If they do not match their schema, a claim and a check have the same id, a
 * sentence names an unknown parameter, a prediction cannot be tested, or a finding omits the
 * estimate.
 */
export function checkDeclarations(
  experiment: string,
  given: unknown,
  parameters: readonly string[],
): Declarations {
  const what = `hypotheses of experiment ${experiment}`;
  const parsed = declarationsSchema.safeParse(given);
  if (!parsed.success) {
    const { path, wanted, found } = schemaProblem(parsed.error, given);
    throw new InputError(path.length > 0 ? `${what}: ${pathText(path)}` : what, wanted, found);
  }
  const { claims, checks } = parsed.data;
  for (const id of Object.keys(claims)) {
    if (Object.hasOwn(checks, id)) {
      throw new InputError(what, "claims and checks with different ids", id);
    }
  }
  for (const [id, claim] of Object.entries(claims)) {
    checkPrediction(`${what}: claim ${id}`, claim);
    const { supported, refuted, equivalent } = claim.findings;
    // The prediction `near` is supported if the measure is equivalent, so `equivalent` never
    // occurs.
    const decided = claim.predicts.relation === "near" ? [] : [equivalent];
    for (const finding of [supported, refuted, ...decided]) {
      if (!finding.includes("{estimate}")) {
        throw new InputError(`${what}: finding of ${id}`, "a text with {estimate}", finding);
      }
    }
  }
  for (const [id, one] of [...Object.entries(claims), ...Object.entries(checks)]) {
    for (const text of sentences(one)) {
      for (const [, name = ""] of text.matchAll(/\{(\w+)\}/g)) {
        if (name === "estimate" || parameters.includes(name)) continue;
        const wanted = `a text with names of parameters only (${parameters.join(", ")})`;
        throw new InputError(`${what}: ${id}`, wanted, `{${name}}`);
      }
    }
  }
  return parsed.data;
}

/**
 * Replaces `{name}` in a sentence by the value of the parameter of that name.
 *
 * @param text The sentence.
 * @param parameters The parameters of the run.
 * @returns The sentence, in which `{estimate}` and unknown names are unchanged.
 */
export function fill(text: string, parameters: Readonly<Record<string, unknown>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (match, name: string) => {
    const value = Object.hasOwn(parameters, name) ? parameters[name] : match;
    return Array.isArray(value) ? value.join(", ") : String(value);
  });
}

function sentences(one: Hypothesis | DeclaredCheck): string[] {
  return "findings" in one
    ? [one.statement, one.measure, one.predicts.reason, ...Object.values(one.findings)]
    : [one.statement, one.measure, one.reason];
}

function checkPrediction(what: string, { statistic, predicts }: Hypothesis): void {
  const { value } = predicts;
  if (statistic === "geometric-mean" && value <= 0) {
    throw new InputError(`${what}: value of a geometric mean`, "positive", value);
  }
  if (statistic === "share" && (value <= 0 || value >= 1)) {
    throw new InputError(`${what}: value of a share`, "above 0 and below 1", value);
  }
}
