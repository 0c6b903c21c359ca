import type { Check, Claim, Estimate, Metric, Unmeasured } from "../../src/result/result.ts";

/** The labels of the samples: ten seeds. */
export const labels: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** An estimate with an interval about its value. */
export function estimate(value: number, half: number, n = 10): Estimate {
  return {
    value,
    low: value - half,
    high: value + half,
    n,
    confidence: 0.95,
    method: "mean, Student t",
  };
}

/** Returns ten evenly spaced values with this mean. */
export function valuesAbout(mean: number, step: number): number[] {
  return labels.map((label) => mean + (label - 5.5) * step);
}

/** A metric of ten values. */
export function metric(
  { id, label, unit }: Pick<Metric, "id" | "label" | "unit">,
  found: Estimate,
): Metric {
  return {
    ...{ id, label, labels, statistic: "mean", estimate: found },
    ...(unit === undefined ? {} : { unit }),
    values: valuesAbout(found.value, 0.01),
  };
}

/** Returns a claim with all required properties, and with those in `parts`. */
export function claim(parts: Partial<Claim> & Pick<Claim, "id" | "statement">): Claim {
  const found = parts.estimate ?? estimate(1, 0.1);
  return {
    source: "this report",
    measure: "the measure",
    statistic: "mean",
    predicts: { relation: "above", value: 1, smallestEffect: 0.1, reason: "A convention." },
    family: "spectrum",
    findings: {
      supported: "It is {estimate}, as predicted.",
      refuted: "It is {estimate}, on the other side.",
      equivalent: "It is {estimate}, the same.",
      undecided: "It is {estimate}, which decides nothing.",
    },
    frozen: { date: "2026-01-02", commit: "0123456789abcdef0123456789abcdef01234567" },
    revisions: [],
    labels,
    values: valuesAbout(found.value, 0.01),
    estimate: found,
    p: 0.001,
    adjustedP: 0.002,
    equivalenceP: 0.9,
    adjustedEquivalenceP: 0.9,
    outsideP: 0.01,
    adjustedOutsideP: 0.02,
    agreeing: { ...estimate(0.9, 0.08), method: "share, Clopper-Pearson" },
    signedRankP: 0.004,
    detectable: 0.03,
    verdict: "supported",
    unadjustedVerdict: "supported",
    alternatives: [],
    influential: [],
    ...parts,
  };
}

/** A claim of each verdict; some have a quotation, parts, a revision, alternatives or overlap. */
export const sampleClaims: readonly Claim[] = [
  claim({
    id: "vanishing",
    statement: "With a gain of 0.5 the gradient at lag 20 is below 1e-4 of its first value.",
    quotation: {
      text: "Demonstrated the vanishing gradient problem",
      file: "fixtures/notebook.md",
      line: 2440,
    },
    source: "Pascanu et al. (2013), doi:10.5555/3042817.3043083",
    measure: "relative norm at lag 20",
    statistic: "geometric-mean",
    predicts: { relation: "below", value: 1e-4, smallestEffect: 0.1, reason: "A convention." },
    family: "decay",
    parts: { first: valuesAbout(2, 0.1), last: valuesAbout(2.4e-5, 1e-7) },
    estimate: estimate(1.2e-5, 0.3e-5),
    p: 1e-20,
    adjustedP: 2e-20,
  }),
  claim({
    id: "stable",
    statement: "The spectral radius of PyTorch's default weights is above 1.",
    source: "the notebook's code computes it",
    measure: "spectral radius of W_hh at H = 64",
    priorResult: "0.6 over three seeds, in an exploratory run.",
    search: "the largest of 64 eigenvalues; no correction is needed",
    estimate: estimate(0.612, 0.021),
    verdict: "refuted",
    unadjustedVerdict: "refuted",
    overlap: 0.25,
    revisions: [{
      date: "2026-01-05",
      commit: "fedcba9876543210fedcba9876543210fedcba98",
      what: "The threshold was 1.1.",
      why: "1.1 had no reason.",
    }],
    alternatives: [
      {
        ...{ name: "Glorot initialisation", values: valuesAbout(1.02, 0.001) },
        ...{ estimate: estimate(1.02, 0.012), verdict: "equivalent" },
      },
      {
        ...{ name: "H = 128", values: valuesAbout(0.6, 0.001) },
        ...{ estimate: estimate(0.6, 0.012), verdict: "refuted" },
      },
    ],
  }),
  claim({
    id: "lag",
    statement: "The half-life at gain 0.9 is that of theory.",
    measure: "lag at which the norm has halved",
    unit: "steps",
    family: "decay",
    predicts: { relation: "near", value: 6.58, smallestEffect: 0.5, reason: "The theory of g^k." },
    labels: [1, 2],
    values: [6.5, 6.9],
    estimate: {
      ...{ value: 6.7, low: null, high: null, n: 2, confidence: 0.95 },
      method: "mean, no interval below 10 seeds",
    },
    p: null,
    adjustedP: null,
    equivalenceP: null,
    adjustedEquivalenceP: null,
    outsideP: null,
    adjustedOutsideP: null,
    agreeing: {
      ...{ value: 1, low: null, high: null, n: 2, confidence: 0.95 },
      method: "share, no interval below 10 seeds",
    },
    signedRankP: null,
    detectable: null,
    verdict: "undecided",
    unadjustedVerdict: "undecided",
  }),
  claim({
    id: "same",
    statement: "The LSTM decays more slowly than the GRU.",
    measure: "ratio of the factors a step",
    statistic: "geometric-mean",
    estimate: estimate(1.003, 0.02),
    verdict: "equivalent",
    unadjustedVerdict: "equivalent",
    frozen: { date: "2026-01-02", commit: null },
  }),
  claim({
    id: "radius-grows",
    statement: "The spectral radius grows with H.",
    estimate: estimate(1.1, 0.09),
    p: 0.02,
    adjustedP: 0.06,
    verdict: "undecided",
    unadjustedVerdict: "supported",
  }),
];

/** A declared claim that was not measured. */
export const sampleUnmeasured: readonly Unmeasured[] = [{
  id: "long-sequences",
  statement: "The gradient vanishes over 1000 steps.",
  reason: "steps is 40.",
}];

/** Checks of the program that hold. */
export const sampleChecks: readonly Check[] = [{
  id: "bound",
  statement: "The norm of a product of Jacobians is at most the product of the norms.",
  source: "submultiplicativity",
  measure: "excess over the bound",
  limit: 1e-6,
  reason: "rounding of 32-bit floats",
  cases: 400,
  worst: 2.4e-8,
  holds: true,
}, {
  id: "linear",
  statement: "W_hh = gQ decays as g^k.",
  source: "linear algebra",
  measure: "relative difference",
  limit: 1e-5,
  reason: "rounding of 32-bit floats",
  cases: 82,
  worst: 8e-9,
  holds: true,
}];
