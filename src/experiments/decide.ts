import { holm } from "../analysis/holm.ts";
import { detectable, infer, type Inference } from "../analysis/inference.ts";
import { verdict } from "../analysis/verdict.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Alternative, Claim, Hypothesis } from "../core/result.ts";
import { type ClaimInput, seedValues } from "./seed_values.ts";

/** The risk of a wrong decision that the hypotheses of a family share. */
const LEVEL = 0.05;

/** A claim that is measured and, until its family is complete, not decided. */
export interface OpenClaim {
  readonly claim: Omit<
    Claim,
    "adjustedP" | "adjustedEquivalenceP" | "detectable" | "verdict"
  >;
  readonly inference: Inference;
}

const names: OptionNames<ClaimInput> = {
  labels: true,
  values: true,
  parts: true,
  overlap: true,
  alternatives: true,
};

/**
 * Tests the measure of a claim.
 *
 * @param id The claim's id.
 * @param hypothesis What is declared of it.
 * @param measured The measure by seed.
 * @param seeds What values are of by default.
 * @throws {InputError} On values that cannot be used.
 */
export function openClaim(
  id: string,
  hypothesis: Hypothesis,
  measured: ClaimInput,
  seeds: readonly (number | string)[],
): OpenClaim {
  const what = `claim ${id}`;
  checkOptions<ClaimInput>(what, measured, names);
  const { statistic, predicts } = hypothesis;
  const { parts, overlap, alternatives = [] } = measured;
  const { labels, values } = seedValues(what, measured, seeds);
  for (const [name, part] of Object.entries(parts ?? {})) {
    seedValues(`${what}: part ${name}`, { labels, values: part }, seeds);
  }
  const options = { statistic, ...(overlap === undefined ? {} : { overlap }) };
  const inference = infer(values, predicts, options);
  const { p, equivalenceP, agreeing, signedRankP } = inference;
  return {
    inference,
    claim: {
      id,
      ...hypothesis,
      labels,
      values,
      ...(parts === undefined ? {} : { parts }),
      ...(overlap === undefined ? {} : { overlap }),
      estimate: inference.estimate,
      p,
      equivalenceP,
      agreeing,
      signedRankP,
      unadjustedVerdict: verdict(inference.estimate, predicts, inference),
      alternatives: alternatives.map((other): Alternative => {
        const given = { labels, values: other.values };
        const checked = seedValues(`${what}: alternative ${other.name}`, given, seeds);
        const found = infer(checked.values, predicts, options);
        return {
          name: other.name,
          values: checked.values,
          estimate: found.estimate,
          verdict: verdict(found.estimate, predicts, found),
        };
      }),
    },
  };
}

/**
 * Decides claims: p values are adjusted within each family by Holm's method.
 *
 * @param open The claims of a run.
 * @returns Each with its verdict, in the same order.
 */
export function decideClaims(open: readonly OpenClaim[]): Claim[] {
  const families = Map.groupBy(open, ({ claim }) => claim.family);
  const adjusted = new Map<string, ReturnType<typeof adjust>[number]>();
  for (const family of families.values()) {
    for (const one of adjust(family)) adjusted.set(one.id, one);
  }
  return open.map(({ claim, inference }): Claim => {
    const found = adjusted.get(claim.id);
    const family = families.get(claim.family);
    if (!found || !family) throw new InputError("family of a claim", "known", claim.family);
    const { p, equivalenceP, outsideP } = found;
    const { statistic, overlap } = claim;
    return {
      ...claim,
      adjustedP: p,
      adjustedEquivalenceP: equivalenceP,
      detectable: detectable(claim.values, claim.predicts, {
        statistic,
        alpha: LEVEL / family.length,
        ...(overlap === undefined ? {} : { overlap }),
      }),
      verdict: verdict(inference.estimate, claim.predicts, { p, equivalenceP, outsideP }),
    };
  });
}

/** The p values of a family with Holm's adjustment, each kind by itself. */
function adjust(family: readonly OpenClaim[]) {
  const kinds = {
    p: adjustKind(family.map(({ inference }) => inference.p)),
    equivalenceP: adjustKind(family.map(({ inference }) => inference.equivalenceP)),
    outsideP: adjustKind(family.map(({ inference }) => inference.outsideP)),
  };
  return family.map(({ claim: { id } }, i) => ({
    id,
    p: kinds.p[i] ?? null,
    equivalenceP: kinds.equivalenceP[i] ?? null,
    outsideP: kinds.outsideP[i] ?? null,
  }));
}

/** Holm's adjustment; a claim without a p stays without, and counts as a member of its family. */
function adjustKind(ps: readonly (number | null)[]): (number | null)[] {
  const all = holm(ps.map((p) => p ?? 1));
  return ps.map((p, i) => p === null ? null : all[i] ?? null);
}
