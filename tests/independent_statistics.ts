/**
 * Intervals, p values and Holm's adjustment, written apart from `src/analysis`: distributions are
 * integrated by Simpson's rule or summed term by term, and quantiles are found by bisection.
 */

/** Simpson's rule. */
function integral(of: (x: number) => number, from: number, to: number): number {
  const pieces = 4000;
  const step = (to - from) / pieces;
  let sum = 0;
  for (let i = 0; i <= pieces; i++) {
    const weight = i === 0 || i === pieces ? 1 : i % 2 === 1 ? 4 : 2;
    sum += weight * of(from + i * step);
  }
  return sum * step / 3;
}

/** The place in a range at which a rising function reaches a level. */
function bisect(of: (x: number) => number, level: number, from: number, to: number): number {
  let [low, high] = [from, to];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (of(middle) < level) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(T > t) of Student's t: with t = sqrt(v) tan(angle) the density is cos(angle)^(v - 1). */
export function studentTail(t: number, freedom: number): number {
  const power = (angle: number) => Math.cos(angle) ** (freedom - 1);
  const whole = 2 * integral(power, 0, Math.PI / 2);
  const tail = integral(power, Math.atan(Math.abs(t) / Math.sqrt(freedom)), Math.PI / 2) / whole;
  return t >= 0 ? tail : 1 - tail;
}

/** The t that is exceeded with a probability of 0.025. */
const studentLimit = remembered((freedom: number) =>
  bisect((t) => 1 - studentTail(t, freedom), 0.975, 0, 100)
);

/** A function that computes each value once. */
function remembered<Given extends readonly number[], Found>(
  compute: (...given: Given) => Found,
): (...given: Given) => Found {
  const known = new Map<string, Found>();
  return (...given) => {
    const key = given.join();
    const found = known.get(key) ?? compute(...given);
    known.set(key, found);
    return found;
  };
}

/** P(X <= count) of a binomial variable, term by term. */
function binomialUpTo(count: number, n: number, p: number): number {
  let sum = 0;
  let logChoose = 0;
  for (let k = 0; k <= count; k++) {
    if (k > 0) logChoose += Math.log(n - k + 1) - Math.log(k);
    const [ones, zeros] = [k === 0 ? 0 : k * Math.log(p), k === n ? 0 : (n - k) * Math.log1p(-p)];
    sum += Math.exp(logChoose + ones + zeros);
  }
  return sum;
}

/** P(Y <= x) of a beta variable with b >= 1: u = y^a takes the pole at 0 out of its density. */
function betaUpTo(x: number, a: number, b: number): number {
  const density = (u: number) => (1 - u ** (1 / a)) ** (b - 1);
  return integral(density, 0, x ** a) / integral(density, 0, 1);
}

/** The interval of a share by Clopper and Pearson; overlapping splits count as fewer seeds. */
const shareInterval = remembered((
  ones: number,
  n: number,
  overlap: number,
): readonly [number, number] => {
  if (overlap > 0) {
    const trials = n / (1 + n * overlap);
    const successes = trials * ones / n;
    const end = (a: number, b: number, level: number) =>
      bisect((x) => betaUpTo(x, a, b), level, 0, 1);
    return [
      ones === 0 ? 0 : Math.min(ones / n, end(successes, trials - successes + 1, 0.025)),
      ones === n ? 1 : Math.max(ones / n, 1 - end(trials - successes, successes + 1, 0.025)),
    ];
  }
  return [
    ones === 0 ? 0 : bisect((p) => 1 - binomialUpTo(ones - 1, n, p), 0.025, 0, 1),
    ones === n ? 1 : bisect((p) => 1 - binomialUpTo(ones, n, p), 0.975, 0, 1),
  ];
});

/** A mean, and the standard error by Nadeau and Bengio. */
function meanOf(values: readonly number[], overlap: number) {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, error: Math.sqrt((1 / n + overlap) * variance), freedom: n - 1 };
}

/** How values are summed up. */
export type Statistic = "mean" | "geometric-mean" | "share";

/** The 95 % interval of a statistic. */
export function intervalOf(
  values: readonly number[],
  statistic: Statistic,
  overlap: number,
): readonly [value: number, low: number, high: number] {
  if (statistic === "share") {
    const ones = values.filter((value) => value === 1).length;
    return [ones / values.length, ...shareInterval(ones, values.length, overlap)];
  }
  const isRatio = statistic === "geometric-mean";
  const { mean, error, freedom } = meanOf(isRatio ? values.map(Math.log) : values, overlap);
  const reach = studentLimit(freedom) * error;
  const [value, low, high] = [mean, mean - reach, mean + reach];
  return isRatio ? [Math.exp(value), Math.exp(low), Math.exp(high)] : [value, low, high];
}

/** Two-sided p of no difference from a value, and p of a difference of at least an effect. */
export function testsOf(
  values: readonly number[],
  statistic: Statistic,
  overlap: number,
  { value, smallestEffect }: { readonly value: number; readonly smallestEffect: number },
): { readonly p: number; readonly equivalenceP: number } | null {
  if (statistic === "share") {
    if (overlap > 0) return null;
    const n = values.length;
    const ones = values.filter((one) => one === 1).length;
    // A truth that no share can have is impossible, and so is any share but 0 or 1 if that is true.
    const atLeast = (p: number) =>
      p > 0 ? p > 1 ? 0 : 1 - binomialUpTo(ones - 1, n, p) : ones === 0 && p === 0 ? 1 : 0;
    const atMost = (p: number) =>
      p < 1 ? p < 0 ? 0 : binomialUpTo(ones, n, p) : ones === n && p === 1 ? 1 : 0;
    return {
      p: Math.min(1, 2 * Math.min(atLeast(value), atMost(value))),
      equivalenceP: Math.max(atLeast(value - smallestEffect), atMost(value + smallestEffect)),
    };
  }
  const isRatio = statistic === "geometric-mean";
  const { mean, error, freedom } = meanOf(isRatio ? values.map(Math.log) : values, overlap);
  if (error === 0) return null;
  const centre = isRatio ? Math.log(value) : value;
  const reach = isRatio ? Math.log(1 + smallestEffect) : smallestEffect;
  return {
    p: 2 * studentTail(Math.abs(mean - centre) / error, freedom),
    equivalenceP: Math.max(
      studentTail((mean - (centre - reach)) / error, freedom),
      studentTail((centre + reach - mean) / error, freedom),
    ),
  };
}

/** Holm's adjustment: each p times the number of those that are not smaller, but for ties. */
export function holmOf(ps: readonly number[]): number[] {
  const places = ps.map((_, i) => i).sort((a, b) => (ps[a] ?? 0) - (ps[b] ?? 0));
  return ps.map((_, i) => {
    const before = places.slice(0, places.indexOf(i) + 1);
    return Math.min(1, Math.max(...before.map((j, rank) => (ps.length - rank) * (ps[j] ?? 0))));
  });
}
