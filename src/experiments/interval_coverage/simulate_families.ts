import { holm, verdict } from "../../statistics/verdict.ts";
import { infer, type Inference } from "../../statistics/inference.ts";
import type { Prediction } from "../../result/result.ts";
import type { Context, Shares } from "./parameters.ts";

/** The number of values of a simulated claim. */
const SEEDS = 10;

/** A smallest effect, in standard deviations, that 10 values cannot rule out. */
const SMALL = 0.1;

/**
 * A smallest effect, in standard deviations, that 10 values can rule out: twice the detectable one.
 */
const LARGE = 2;

/** A claim with a known truth. */
interface SimulatedClaim {
  /** The true mean of the claim's values. */
  readonly truth: number;
  readonly prediction: Prediction;
}

/** A family of simulated claims. */
export interface Family {
  /** The name on pages. */
  readonly name: string;
  /** The name in ids. */
  readonly id: string;
  readonly claims: readonly SimulatedClaim[];
}

/** Makes a claim that predicts a mean above 0. */
function claim(truth: number, smallestEffect: number): SimulatedClaim {
  return {
    truth,
    prediction: { relation: "above", value: 0, smallestEffect, reason: "simulated" },
  };
}

/**
 * Returns claims without an effect. Their smallest effect of interest is too small to be ruled out.
 */
function withoutEffect(count: number): SimulatedClaim[] {
  return Array.from({ length: count }, () => claim(0, SMALL));
}

/**
 * Returns claims whose effect equals the smallest effect of interest and is large enough to be
 * certainly found.
 */
function atTheSmallest(count: number): SimulatedClaim[] {
  return Array.from({ length: count }, () => claim(LARGE, LARGE));
}

/**
 * Families of claims without an effect, and a mixture in which both kinds of errors are as likely
 * as possible.
 */
export const families: readonly Family[] = [
  ...[1, 5, 10, 20].map((count) => ({
    name: `${count} without effect`,
    id: `none-${count}`,
    claims: withoutEffect(count),
  })),
  {
    name: "5 without effect, 5 at the smallest",
    id: "mixed-10",
    claims: [...withoutEffect(5), ...atTheSmallest(5)],
  },
];

/** Returns the key of the share of families with a wrong verdict. */
export function familyKey({ id }: Family, adjusted: boolean): string {
  return `${adjusted ? "holm" : "plain"}-${id}`;
}

/**
 * Simulates families of claims, and counts the families with at least one wrong verdict.
 *
 * @param context The run.
 * @param seed Draws the values.
 * @returns The share of families with a wrong verdict, with and without Holm's adjustment.
 */
export function simulateFamilies(context: Context, seed: number): Shares {
  const count = context.parameters.families;
  const found: Record<string, number> = {};
  for (const one of families) {
    const random = context.random(seed, "family", one.id);
    let [plain, adjusted] = [0, 0];
    for (let trial = 0; trial < count; trial++) {
      const inferences = one.claims.map(({ truth, prediction }) => {
        return infer(Array.from({ length: SEEDS }, () => random.normal(truth)), prediction);
      });
      if (isAnyWrong(one, inferences, psOf(inferences, (ps) => ps))) plain++;
      if (isAnyWrong(one, inferences, psOf(inferences, holm))) adjusted++;
    }
    found[familyKey(one, false)] = plain / count;
    found[familyKey(one, true)] = adjusted / count;
  }
  return found;
}

type Ps = Pick<Inference, "p" | "equivalenceP" | "outsideP">;

/** Computes the p values of a family, and adjusts each kind of p value by itself. */
function psOf(
  inferences: readonly Inference[],
  adjust: (ps: readonly number[]) => readonly number[],
): Ps[] {
  const kind = (name: keyof Ps) => adjust(inferences.map((inference) => inference[name] ?? 1));
  const [ps, equivalencePs] = [kind("p"), kind("equivalenceP")];
  return inferences.map((_, i) => ({
    p: ps[i] ?? 1,
    equivalenceP: equivalencePs[i] ?? 1,
    outsideP: 1,
  }));
}

/**
 * Whether a verdict of a family is wrong: a difference that does not exist, or equivalence although
 * the effect is not below the smallest effect of interest.
 */
function isAnyWrong(
  { claims }: Family,
  inferences: readonly Inference[],
  ps: readonly Ps[],
): boolean {
  return claims.some(({ truth, prediction }, i) => {
    const [inference, own] = [inferences[i], ps[i]];
    if (!inference || !own) return false;
    const found = verdict(inference.estimate, prediction, own);
    if (truth === 0) return found === "supported" || found === "refuted";
    return found === "equivalent" || found === "refuted";
  });
}
