import { groupBy } from "../core/arrays.ts";
import {
  type DecidingPs,
  infer,
  type Inference,
  inferWithoutEach,
} from "../statistics/inference.ts";
import { holm, verdict } from "../statistics/verdict.ts";
import { detectable } from "../statistics/detectable.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Alternative, Claim, Hypothesis, Influence } from "../result/result.ts";
import { type ClaimInput, seedValues } from "./seed_values.ts";

/** The risk of a wrong decision that the hypotheses of a family share. */
const LEVEL = 0.05;

interface OpenAlternative {
  readonly name: string;
  readonly values: readonly number[];
  readonly inference: Inference;
}

/** A measured claim without a verdict. Verdicts need the p values of the whole family. */
export interface OpenClaim {
  readonly claim: Omit<
    Claim,
    | "adjustedP"
    | "adjustedEquivalenceP"
    | "adjustedOutsideP"
    | "detectable"
    | "verdict"
    | "alternatives"
    | "influential"
  >;
  readonly inference: Inference;
  /** The values under other conventions, also without verdicts. */
  readonly alternatives: readonly OpenAlternative[];
}

const names: OptionNames<ClaimInput> = {
  labels: true,
  values: true,
  parts: true,
  overlap: true,
  alternatives: true,
};

/**
 * Tests the measure of a claim, without adjustment for its family.
 *
 * @param id The claim's id.
 * @param hypothesis The declared hypothesis.
 * @param measured The measure by seed.
 * @param seeds The default labels of values.
 * @returns The claim with its estimate and p values.
 * @throws {InputError} If there is not a finite value for each label, or the statistic does not
 * exist for the values.
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
  const { p, equivalenceP, outsideP, agreeing, signedRankP } = inference;
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
      outsideP,
      agreeing,
      signedRankP,
      unadjustedVerdict: verdict(inference.estimate, predicts, inference),
    },
    alternatives: alternatives.map(({ name, values }) => {
      const given = { labels, values };
      const checked = seedValues(`${what}: alternative ${name}`, given, seeds);
      return { name, values: checked.values, inference: infer(checked.values, predicts, options) };
    }),
  };
}

/**
 * Decides claims. The p values of each family are adjusted by Holm's method. For an alternative,
 * and for a claim with one value left out, its p values replace those of the claim in the family,
 * and the family is adjusted again.
 *
 * @param open The claims of a run.
 * @returns The claims with their verdicts, in the same order.
 */
export function decideClaims(open: readonly OpenClaim[]): Claim[] {
  const families = groupBy(open, ({ claim }) => claim.family);
  return open.map((one): Claim => {
    const { claim, inference } = one;
    const family = families.get(claim.family) ?? [];
    const { predicts, statistic, overlap } = claim;
    const adjusted = adjust(one, inference, family);
    const options = { statistic, ...(overlap === undefined ? {} : { overlap }) };
    const decided = verdict(inference.estimate, predicts, adjusted);
    const without = inferWithoutEach(claim.values, predicts, options);
    return {
      ...claim,
      adjustedP: adjusted.p,
      adjustedEquivalenceP: adjusted.equivalenceP,
      adjustedOutsideP: adjusted.outsideP,
      detectable: detectable(claim.values, predicts, {
        ...options,
        alpha: LEVEL / family.length,
      }),
      verdict: decided,
      alternatives: one.alternatives.map(({ name, values, inference }): Alternative => ({
        name,
        values,
        estimate: inference.estimate,
        verdict: verdict(inference.estimate, predicts, adjust(one, inference, family)),
      })),
      influential: without.flatMap(({ estimate, ps }, index): Influence[] => {
        const label = claim.labels[index];
        const found = verdict(estimate, predicts, adjust(one, ps, family));
        return label === undefined || found === decided ? [] : [{ label, verdict: found }];
      }),
    };
  });
}

/**
 * Adjusts the p values `own`, which replace those of the claim `one`, within its family by Holm's
 * method, each kind of p value by itself. A claim without a p value counts as a member of the
 * family, with a p value of 1.
 */
function adjust(one: OpenClaim, own: DecidingPs, family: readonly OpenClaim[]): DecidingPs {
  const index = family.indexOf(one);
  const members = family.map((other) => other === one ? own : other.inference);
  const of = (kind: keyof DecidingPs) => {
    const adjusted = holm(members.map((member) => member[kind] ?? 1));
    return own[kind] === null ? null : adjusted[index] ?? null;
  };
  return { p: of("p"), equivalenceP: of("equivalenceP"), outsideP: of("outsideP") };
}
