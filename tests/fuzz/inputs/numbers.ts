/** Random sources, statistics, intervals and spectra of unusual numbers. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { InputError } from "../../../src/core/errors.ts";
import { Random } from "../../../src/core/random.ts";
import { bootstrapInterval } from "../../../src/statistics/bootstrap.ts";
import { detectable } from "../../../src/statistics/detectable.ts";
import { estimate, proportionEstimate } from "../../../src/statistics/estimate.ts";
import { holm, verdict } from "../../../src/statistics/verdict.ts";
import { infer } from "../../../src/statistics/inference.ts";
import { eigenvalues } from "../../../src/analysis/spectrum.ts";
import {
  geometricMean,
  mean,
  median,
  quantile,
  sampleStandardDeviation,
} from "../../../src/statistics/descriptive.ts";
import { singularValues } from "../../../src/analysis/singular_values.ts";
import { finiteNumber, oddNumber, oddText } from "../generators.ts";
import { inputTarget, type Target } from "../target.ts";

const label = fc.oneof(oddText, fc.integer(), fc.string({ unit: "binary", maxLength: 3 }));

const random = inputTarget({
  name: "random",
  inputs: fc.record({
    seed: fc.oneof({ weight: 3, arbitrary: fc.nat() }, { weight: 1, arbitrary: oddNumber }),
    labels: fc.array(label, { maxLength: 3 }),
    other: label,
    range: fc.oneof(
      { weight: 1, arbitrary: fc.tuple(oddNumber, oddNumber) },
      {
        weight: 3,
        arbitrary: fc.tuple(fc.maxSafeInteger(), fc.maxSafeInteger())
          .map(([a, b]): [number, number] => [Math.min(a, b), Math.max(a, b)]),
      },
    ),
  }),
  errors: [InputError],
  read({ seed, labels, other, range: [low, high] }) {
    const fork = (from: number): Random =>
      labels.reduce<Random>((source, label) => source.fork(label), new Random(from));
    const draw = (source: Random): number[] => [source.uniform(), source.normal()];
    return {
      numbers: draw(fork(seed)),
      again: draw(fork(seed)),
      below: draw(fork(seed).fork(other)),
      integer: fork(seed).integer(low, high),
    };
  },
  check({ numbers, again, below, integer }, { range: [low, high] }) {
    assertEquals(again, numbers);
    assert(below[0] !== numbers[0], "a fork draws what its source draws");
    assert(numbers.every(Number.isFinite) && Number(numbers[0]) >= 0 && Number(numbers[0]) < 1);
    assert(Number.isInteger(integer) && integer >= low && integer <= high, `${integer} of a range`);
  },
});

const list = fc.oneof(
  { weight: 3, arbitrary: fc.array(finiteNumber, { maxLength: 12 }) },
  {
    weight: 2,
    arbitrary: fc.array(fc.double({ min: -1, max: 3, noNaN: true }), { maxLength: 12 }),
  },
  { weight: 1, arbitrary: fc.array(oddNumber, { maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc.tuple(finiteNumber, fc.integer({ min: 1, max: 30 }))
      .map(([value, times]) => Array<number>(times).fill(value)),
  },
);

/** Throws unless a number lies within the range of others, up to the rounding of sums. */
function checkWithin(what: string, value: number, values: readonly number[], slack = 0): void {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = slack * Math.max(Math.abs(low), Math.abs(high));
  const fits = value >= low - room && value <= high + room;
  assert(fits, `${what} is ${value}, beyond ${low} to ${high}`);
}

const statistics = inputTarget({
  name: "statistics",
  inputs: fc.record({
    values: list,
    fraction: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), oddNumber),
  }),
  errors: [InputError],
  read({ values, fraction }) {
    const before = [...values];
    const found = {
      mean: mean(values),
      median: median(values),
      quantile: quantile(values, fraction),
      geometric: values.every((value) => value > 0) ? geometricMean(values) : null,
      deviation: values.length > 1 ? sampleStandardDeviation(values) : null,
    };
    assertEquals(values, before, "the values were changed");
    return found;
  },
  check({ mean, median, quantile, geometric, deviation }, { values }) {
    checkWithin("the mean", mean, values);
    checkWithin("the median", median, values);
    checkWithin("the quantile", quantile, values, 1e-15);
    if (geometric !== null) checkWithin("the geometric mean", geometric, values);
    // A deviation is at most the range, which may overflow.
    const range = Math.max(...values) - Math.min(...values);
    const room = 1e-12 * Math.max(...values.map(Math.abs));
    if (deviation !== null) {
      assert(deviation >= 0 && deviation <= range + room, `${deviation} of a range ${range}`);
    }
  },
});

const confidence = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(0.95, 0.5, 0.99, 1e-9) }, {
  weight: 1,
  arbitrary: oddNumber,
});

const intervals = inputTarget({
  name: "intervals",
  inputs: fc.record({
    values: list,
    statistic: fc.constantFrom("mean" as const, "median" as const, "geometric-mean" as const),
    method: fc.constantFrom("bca" as const, "percentile" as const),
    ...{ confidence, resamples: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constant(0)) },
  }),
  errors: [InputError],
  read({ values, ...options }) {
    return bootstrapInterval(values, { ...options, random: new Random(1) });
  },
  check({ low, high }, { values }) {
    assert(low <= high, `an interval from ${low} to ${high}`);
    // A mean of equal values may differ from them by rounding.
    for (const end of [low, high]) checkWithin("an end", end, values, 1e-12);
  },
});

const shares = inputTarget({
  name: "shares",
  inputs: fc.record({
    seeds: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.nat(), oddNumber),
    won: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1)),
    confidence,
  }),
  errors: [InputError],
  read: ({ seeds, won, confidence }) =>
    proportionEstimate(Math.round(won * seeds), seeds, confidence),
  check({ value, low, high, n }, { seeds, won }) {
    if (low === null || high === null) return assert(n < 10);
    const count = Math.round(won * seeds);
    assert(low <= value && value <= high, `${value} is not in [${low}, ${high}]`);
    assert(low >= 0 && high <= 1);
    if (count === 0) assertEquals(low, 0, `0 of ${seeds} excludes 0`);
    if (count === seeds) assertEquals(high, 1, `${seeds} of ${seeds} excludes 1`);
  },
});

const samples = fc.oneof(
  { weight: 1, arbitrary: list },
  {
    weight: 3,
    arbitrary: fc.array(fc.double({ min: 0.01, max: 3, noNaN: true }), {
      minLength: 10,
      maxLength: 40,
    }),
  },
  { weight: 1, arbitrary: fc.array(finiteNumber, { minLength: 10, maxLength: 20 }) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(0, 1), { minLength: 8, maxLength: 120 }) },
);
const positive = fc.oneof(
  { weight: 4, arbitrary: fc.double({ min: 0.01, max: 2, noNaN: true }) },
  { weight: 1, arbitrary: oddNumber },
);

const predictions = inputTarget({
  name: "predictions",
  inputs: fc.record({
    values: samples,
    statistic: fc.constantFrom("mean" as const, "geometric-mean" as const, "share" as const),
    relation: fc.constantFrom("above" as const, "below" as const, "near" as const),
    value: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(0.5, 1, 0.25) }, {
      weight: 1,
      arbitrary: oddNumber,
    }),
    smallestEffect: positive,
    overlap: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: positive }),
    alpha: fc.constantFrom(0.05, 0.001, 0.5),
  }),
  errors: [InputError],
  read({ values, statistic, overlap, alpha, ...rest }) {
    const prediction = { ...rest, reason: "" };
    const found = infer(values, prediction, { statistic, overlap });
    return {
      ...found,
      prediction,
      again: estimate(values, { statistic, overlap }),
      verdict: verdict(found.estimate, prediction, found),
      effect: detectable(values, prediction, { statistic, overlap, alpha }),
    };
  },
  check({ estimate, again, agreeing, verdict, effect, prediction, ...ps }, { values }) {
    assertEquals(again, estimate);
    checkWithin("the estimate", estimate.value, values);
    const { low, high } = estimate;
    const { p, equivalenceP, outsideP, signedRankP } = ps;
    if (low === null || high === null) {
      assertEquals([p, equivalenceP, outsideP, signedRankP, effect], [
        null,
        null,
        null,
        null,
        null,
      ]);
      assertEquals(verdict, "undecided");
      return;
    }
    assert(Number.isFinite(low) && Number.isFinite(high), `an interval from ${low} to ${high}`);
    assert(low <= estimate.value && estimate.value <= high, "the estimate is not in its interval");
    assert(agreeing.value >= 0 && agreeing.value <= 1);
    for (const [name, one] of Object.entries(ps)) {
      assert(one === null || (one >= 0 && one <= 1), `${name} is ${one}`);
    }
    assert(p !== null && equivalenceP !== null && outsideP !== null);
    // At least one of the two tests must not reject.
    assert(equivalenceP + outsideP > 0.99, `${equivalenceP} and ${outsideP}`);
    assert(effect === null || (effect >= 0 && effect < Infinity), `an effect of ${effect}`);
    // The interval and the test agree, except for rounding at the ends.
    const { value } = prediction;
    const slack = 1e-6 * Math.max(high - low, Math.abs(value), 1e-300);
    if (value > low + slack && value < high - slack) {
      assert(p > 0.0499, `${p} with ${value} inside`);
    }
    if (value < low - slack || value > high + slack) {
      assert(p < 0.0501, `${p} with ${value} outside`);
    }
    const adjusted = holm([p, equivalenceP, outsideP]);
    for (const [i, one] of [p, equivalenceP, outsideP].entries()) {
      assert((adjusted[i] ?? NaN) >= one && (adjusted[i] ?? NaN) <= 1);
    }
  },
});

const entry = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -3, max: 3 }) },
  { weight: 3, arbitrary: fc.double({ min: -2, max: 2, noNaN: true }) },
  { weight: 1, arbitrary: finiteNumber },
);
const square = fc.integer({ min: 1, max: 6 }).chain((size) =>
  fc.array(fc.array(entry, { minLength: size, maxLength: size }), {
    minLength: size,
    maxLength: size,
  })
);

const spectra = inputTarget({
  name: "spectra",
  inputs: fc.record({
    matrix: fc.oneof({ weight: 9, arbitrary: square }, {
      weight: 1,
      arbitrary: fc.array(fc.array(oddNumber, { maxLength: 3 }), { maxLength: 3 }),
    }),
    solver: fc.constantFrom("mathjs" as const, "ml-matrix" as const),
  }),
  errors: [InputError],
  read: async ({ matrix, solver }) => ({
    values: await eigenvalues(matrix, { solver }),
    singular: singularValues(matrix),
  }),
  check({ values, singular }, { matrix }) {
    const entries = matrix.flat();
    const norm = Math.hypot(...entries);
    if (!(norm < 1e300)) return; // Sums of such numbers overflow.
    assertEquals(values.length, matrix.length);
    const [largest = NaN] = singular;
    const room = 1e-9 * norm + 1e-300;
    for (const { re, im } of values) {
      assert(Number.isFinite(re) && Number.isFinite(im), "an eigenvalue is not finite");
      assert(Math.hypot(re, im) <= largest + room, "an eigenvalue exceeds the spectral norm");
      assert(values.some((other) => other.re === re && other.im === -im), "without its conjugate");
    }
    const sum = values.reduce((total, { re }) => total + re, 0);
    const trace = matrix.reduce((total, row, i) => total + (row[i] ?? 0), 0);
    assert(
      Math.abs(sum - trace) <= matrix.length * room,
      `eigenvalues sum to ${sum}, not ${trace}`,
    );
    assert(singular.every((value, i) => value >= 0 && value <= (singular[i - 1] ?? Infinity)));
    assert(Math.abs(Math.hypot(...singular) - norm) <= room, "singular values of another norm");
  },
});

/** Targets of this module. */
export const targets: readonly Target[] = [
  random,
  statistics,
  intervals,
  shares,
  predictions,
  spectra,
];
