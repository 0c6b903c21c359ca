/**
 * An independent implementation of estimates, p values and verdicts from the formulas: densities are
 * integrated numerically, distributions summed, equations solved by bisection. It imports nothing from
 * `src/statistics`, so that it does not share its faults. It is slow and exact to about 1e-9.
 */
import type { Prediction, SeedStatistic, Verdict } from "../../src/result/result.ts";

/** A claim to decide: the values of seeds, the prediction and the statistic. */
export interface Question {
  readonly values: readonly number[];
  readonly statistic: SeedStatistic;
  readonly overlap?: number;
}

/** The estimate of some values. */
export interface Answer {
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** The tests of a prediction. */
export interface TestAnswer extends Answer {
  readonly p: number | null;
  readonly equivalenceP: number | null;
  readonly outsideP: number | null;
  readonly signedRankP: number | null;
  readonly agreeing: Answer;
}

/** The least number of values for a decision. */
const FEWEST = 10;

/** The integral of a function that may be infinite at the ends: Takahasi & Mori (1974), tanh-sinh. */
export function integral(
  f: (x: number, fromLow: number, fromHigh: number) => number,
  low: number,
  high: number,
): number {
  const half = (high - low) / 2;
  const step = 1 / 64;
  let sum = 0;
  for (let k = -64 * 5; k <= 64 * 5; k++) {
    const t = k * step;
    const u = Math.PI / 2 * Math.sinh(t);
    // The distances to both ends, without cancellation.
    const fromLow = half * Math.exp(u) / Math.cosh(u);
    const fromHigh = half * Math.exp(-u) / Math.cosh(u);
    const weight = Math.PI / 2 * Math.cosh(t) / Math.cosh(u) ** 2;
    if (!(weight > 0) || fromLow === 0 || fromHigh === 0) continue;
    const x = fromLow < fromHigh ? low + fromLow : high - fromHigh;
    sum += weight * f(x, fromLow, fromHigh);
  }
  return sum * step * half;
}

/** The root between two numbers of an increasing function f. */
export function solution(f: (x: number) => number, low: number, high: number): number {
  let [below, above] = [low, high];
  for (let step = 0; step < 100; step++) {
    const middle = (below + above) / 2;
    if (f(middle) < 0) below = middle;
    else above = middle;
  }
  return (below + above) / 2;
}

/**
 * P(T > t) for integer degrees of freedom: with t = sqrt(freedom) tan(angle) the density is
 * proportional to cos(angle)^(freedom - 1).
 */
export function tTail(t: number, freedom: number): number {
  if (t < 0) return 1 - tTail(-t, freedom);
  const density = (_: number, __: number, fromRight: number) =>
    Math.sin(fromRight) ** (freedom - 1);
  // The angle is measured from the right angle, so that the cosine becomes a sine.
  const left = Math.atan2(Math.sqrt(freedom), t);
  return integral(density, Math.PI / 2 - left, Math.PI / 2) /
    (2 * integral(density, 0, Math.PI / 2));
}

const quantiles = new Map<string, number>();

/** The number t with P(T > t) equal to a probability below one half. */
export function tQuantile(probability: number, freedom: number): number {
  const key = `${probability}, ${freedom}`;
  const known = quantiles.get(key);
  if (known !== undefined) return known;
  let high = 1;
  while (tTail(high, freedom) > probability) high *= 2;
  const found = solution((t) => probability - tTail(t, freedom), 0, high);
  quantiles.set(key, found);
  return found;
}

/** P(B <= x) of a beta variable; x = sin(angle)^2 removes most of the singularities at the ends. */
function betaBelow(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const density = (fromZero: number, fromRight: number) =>
    Math.sin(fromZero) ** (2 * a - 1) * Math.sin(fromRight) ** (2 * b - 1);
  const angle = Math.asin(Math.sqrt(x));
  const rest = Math.PI / 2 - angle;
  const below = integral((_, fromZero, toEnd) => density(fromZero, toEnd + rest), 0, angle);
  const above = integral(
    (_, fromStart, toRight) => density(angle + fromStart, toRight),
    angle,
    Math.PI / 2,
  );
  return below / (below + above);
}

/** P(X = k) of n trials. */
function binomial(k: number, n: number, p: number): number {
  if (p <= 0 || p >= 1) return k === (p <= 0 ? 0 : n) ? 1 : 0;
  let log = k * Math.log(p) + (n - k) * Math.log1p(-p);
  for (let i = 1; i <= k; i++) log += Math.log(n - k + i) - Math.log(i);
  return Math.exp(log);
}

/** P(X >= k): a sum or, with an overlap, the beta integral that is equal to such a sum. */
function atLeast(k: number, n: number, p: number, overlap: number): number {
  if (p < 0 || p > 1) return 0;
  if (k <= 0) return 1;
  if (overlap > 0) {
    const trials = n / (1 + n * overlap);
    return betaBelow(p, trials * k / n, trials - trials * k / n + 1);
  }
  let sum = 0;
  for (let i = n; i >= k; i--) sum += binomial(i, n, p);
  return sum;
}

/** P(X <= k), by the same function of the failures. */
function atMost(k: number, n: number, p: number, overlap: number): number {
  return p < 0 || p > 1 ? 0 : atLeast(n - k, n, 1 - p, overlap);
}

const shares = new Map<string, Answer>();

/** The exact interval of a share, at whose ends one of the two tails is 2.5 %. */
function shareInterval(count: number, n: number, overlap: number): Answer {
  const value = count / n;
  if (n < FEWEST) return { value, low: null, high: null };
  const key = `${count} of ${n}, ${overlap}`;
  const known = shares.get(key);
  if (known) return known;
  const low = count === 0 ? 0 : solution((p) => atLeast(count, n, p, overlap) - 0.025, 0, 1);
  const high = count === n ? 1 : solution((p) => 0.025 - atMost(count, n, p, overlap), 0, 1);
  const found = { value, low, high };
  shares.set(key, found);
  return found;
}

/** Mean and standard error, corrected for overlapping splits. */
function meanAndError(values: readonly number[], overlap: number): { mean: number; error: number } {
  const n = values.length;
  // Differences from the first value keep the digits of nearly equal values.
  const [origin = NaN] = values;
  const mean = origin + values.reduce((sum, value) => sum + (value - origin), 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const isEqual = values.every((value) => value === origin);
  return isEqual
    ? { mean: origin, error: 0 }
    : { mean, error: Math.sqrt((1 / n + overlap) * variance) };
}

/** The statistic of the values with its 95 % interval. */
export function estimateAgain({ values, statistic, overlap = 0 }: Question): Answer {
  const n = values.length;
  if (statistic === "share") {
    return shareInterval(values.reduce((sum, value) => sum + value, 0), n, overlap);
  }
  const isRatio = statistic === "geometric-mean";
  const { mean, error } = meanAndError(isRatio ? values.map(Math.log) : values, overlap);
  const back = (one: number) => isRatio ? Math.exp(one) : one;
  if (n < FEWEST) return { value: back(mean), low: null, high: null };
  const half = error === 0 ? 0 : tQuantile(0.025, n - 1) * error;
  return { value: back(mean), low: back(mean - half), high: back(mean + half) };
}

/** The p values of a prediction, and the number of values that agree with it. */
export function testAgain(question: Question, prediction: Prediction): TestAnswer {
  const { values, statistic, overlap = 0 } = question;
  const { relation } = prediction;
  const { shifted, reach } = shiftedBy(question, prediction);
  const agrees = shifted.map((one) => {
    if (relation === "near") return Math.abs(one) < reach;
    return relation === "above" ? one > 0 : one < 0;
  });
  const count = agrees.filter((one) => one).length;
  const agreeing = shareInterval(count, values.length, overlap);
  const estimate = estimateAgain(question);
  if (values.length < FEWEST) {
    const none = { p: null, equivalenceP: null, outsideP: null, signedRankP: null };
    return { ...estimate, ...none, agreeing };
  }
  const ps = psAgain(question, prediction);
  const hasRanks = statistic !== "share" && overlap === 0;
  const signedRankP = hasRanks ? signedRankAgain(shifted) : null;
  return { ...estimate, ...ps, signedRankP, agreeing };
}

type Ps = Pick<TestAnswer, "p" | "equivalenceP" | "outsideP">;

/** The p values of a prediction for at least 2 values. */
export function psAgain(question: Question, prediction: Prediction): Ps {
  const { values, statistic, overlap = 0 } = question;
  const { shifted, reach } = shiftedBy(question, prediction);
  return statistic === "share"
    ? sharePs(values, prediction.value, prediction.smallestEffect, overlap)
    : meanPs(shifted, reach, overlap);
}

/** The values minus the prediction's, and the smallest effect; logarithms for a ratio. */
function shiftedBy({ values, statistic }: Question, { value, smallestEffect }: Prediction) {
  const isRatio = statistic === "geometric-mean";
  return {
    shifted: values.map((one) => isRatio ? Math.log(one) - Math.log(value) : one - value),
    reach: isRatio ? Math.log(1 + smallestEffect) : smallestEffect,
  };
}

function meanPs(shifted: readonly number[], reach: number, overlap: number): Ps {
  const { mean, error } = meanAndError(shifted, overlap);
  const distance = Math.abs(mean);
  const freedom = shifted.length - 1;
  if (error === 0) {
    const [isInside, isOutside] = [distance < reach, distance > reach];
    return { p: distance > 0 ? 0 : 1, equivalenceP: isInside ? 0 : 1, outsideP: isOutside ? 0 : 1 };
  }
  return {
    p: 2 * tTail(distance / error, freedom),
    equivalenceP: tTail((reach - distance) / error, freedom),
    outsideP: Math.min(
      1,
      tTail((distance - reach) / error, freedom) + tTail((distance + reach) / error, freedom),
    ),
  };
}

function sharePs(values: readonly number[], share: number, reach: number, overlap: number): Ps {
  const n = values.length;
  const count = values.reduce((sum, value) => sum + value, 0);
  const [low, high] = [share - reach, share + reach];
  const smaller = Math.min(atLeast(count, n, share, overlap), atMost(count, n, share, overlap));
  // All counts at least as far from the share, on either side.
  const distance = Math.abs(count - n * share) - 1e-9;
  const counts = Array.from({ length: n + 1 }, (_, k) => k);
  const above = counts.find((k) => k - n * share >= distance) ?? n + 1;
  const below = counts.findLast((k) => n * share - k >= distance) ?? -1;
  const far = (truth: number) =>
    Math.min(
      1,
      (above > n ? 0 : atLeast(above, n, truth, overlap)) +
        (below < 0 ? 0 : atMost(below, n, truth, overlap)),
    );
  return {
    p: Math.min(1, 2 * smaller),
    equivalenceP: Math.max(atMost(count, n, high, overlap), atLeast(count, n, low, overlap)),
    outsideP: Math.max(far(Math.max(0, low)), far(Math.min(1, high))),
  };
}

/** The smallest effect that the same number of values detects with a power of 0.8. */
export function detectableAgain(
  { values, statistic, overlap = 0 }: Question,
  { relation, value }: Prediction,
  alpha: number,
): number | null {
  const n = values.length;
  if (n < FEWEST) return null;
  const isNear = relation === "near";
  if (statistic === "share") {
    if (isNear) return detectableMargin(value, n, overlap, alpha);
    // A share below a value is the complement of a share above one minus this value.
    const from = relation === "above" ? value : 1 - value;
    const counts = Array.from({ length: n + 1 }, (_, k) => k);
    const deciding = counts.find((k) => 2 * atLeast(k, n, from, overlap) < alpha);
    if (deciding === undefined) return null;
    return solution((truth) => atLeast(deciding, n, truth, overlap) - 0.8, from, 1) - from;
  }
  const isRatio = statistic === "geometric-mean";
  const { error } = meanAndError(isRatio ? values.map(Math.log) : values, overlap);
  const errors = isNear
    ? tQuantile(alpha, n - 1) + tQuantile(0.1, n - 1)
    : tQuantile(alpha / 2, n - 1) + tQuantile(0.2, n - 1);
  return isRatio ? Math.exp(errors * error) - 1 : errors * error;
}

/** The margin of a share at which 8 of 10 experiments reject both that it is above and below. */
function detectableMargin(
  share: number,
  n: number,
  overlap: number,
  alpha: number,
): number | null {
  const counts = Array.from({ length: n + 1 }, (_, k) => k);
  const power = (margin: number) => {
    const within = counts.filter((k) =>
      atLeast(k, n, share - margin, overlap) < alpha &&
      atMost(k, n, share + margin, overlap) < alpha
    );
    const [first] = within;
    const last = within.at(-1);
    if (first === undefined || last === undefined) return 0;
    return 1 - (first === 0 ? 0 : atMost(first - 1, n, share, overlap)) -
      (last === n ? 0 : atLeast(last + 1, n, share, overlap));
  };
  const widest = Math.max(share, 1 - share);
  if (power(widest) < 0.8) return null;
  return solution((margin) => power(margin) < 0.8 ? -1 : 1, 0, widest);
}

/** The two-sided p value of the signed-rank test, from the probabilities of all rank sums. */
export function signedRankAgain(differences: readonly number[]): number {
  const kept = differences.filter((one) => one !== 0);
  if (kept.length === 0) return 1;
  const sizes = kept.map(Math.abs);
  // The mean rank of equal sizes: the number of smaller ones and half the number of equal ones.
  const ranks = sizes.map((size) => {
    const below = sizes.filter((other) => other < size).length;
    const equal = sizes.filter((other) => other === size).length;
    return below + (equal + 1) / 2;
  });
  const sum = ranks.reduce((total, rank, i) => (kept[i] ?? NaN) > 0 ? total + rank : total, 0);
  const middle = ranks.reduce((total, rank) => total + rank, 0) / 2;
  const distance = Math.abs(sum - middle);
  if (kept.length > 100) {
    const deviation = Math.sqrt(ranks.reduce((total, rank) => total + rank * rank, 0) / 4);
    const z = (distance - 0.5) / deviation;
    const density = (x: number) => Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    return Math.min(1, 2 * (0.5 - integral(density, 0, z)));
  }
  let chances = new Map([[0, 1]]);
  for (const rank of ranks) {
    const next = new Map<number, number>();
    for (const [total, chance] of chances) {
      for (const other of [total, total + rank]) {
        next.set(other, (next.get(other) ?? 0) + chance / 2);
      }
    }
    chances = next;
  }
  let p = 0;
  for (const [total, chance] of chances) if (Math.abs(total - middle) >= distance) p += chance;
  return Math.min(1, p);
}

/** Holm's adjusted p values by their definition. */
export function holmAgain(ps: readonly number[]): number[] {
  return ps.map((p) => {
    const smaller = ps.filter((other) => other <= p);
    const adjusted = smaller.map((one) => one * ps.filter((other) => other >= one).length);
    return Math.min(1, Math.max(...adjusted));
  });
}

/** The verdict on a claim by its p values. */
export function verdictAgain(
  value: number,
  prediction: Prediction,
  ps: Ps,
): Verdict {
  const significant = (p: number | null) => p !== null && p < 0.05;
  if (prediction.relation === "near") {
    if (significant(ps.equivalenceP)) return "supported";
    return significant(ps.outsideP) ? "refuted" : "undecided";
  }
  if (significant(ps.equivalenceP)) return "equivalent";
  if (!significant(ps.p) || value === prediction.value) return "undecided";
  const isAbove = value > prediction.value;
  return isAbove === (prediction.relation === "above") ? "supported" : "refuted";
}
