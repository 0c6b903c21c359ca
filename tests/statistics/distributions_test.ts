import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  betaQuantile,
  betaTailQuantile,
  binomialCdf,
  binomialTail,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentQuantile,
  studentTail,
  studentTailQuantile,
} from "../../src/statistics/distributions.ts";
import { incompleteBeta } from "../../src/statistics/incomplete_beta.ts";
import { InputError } from "../../src/core/errors.ts";
import { assertClose, tolerance } from "../tolerance.ts";
import { integral, tTail } from "./independent_inference.ts";

// SciPy 1.17.1: scipy.stats.t.sf(t, freedom)
const tails = [
  [0.001, 1, 0.49968169021990794],
  [0.5, 2, 0.33333333333333337],
  [2.2621571628, 9, 0.024999999999926657],
  [3, 9, 0.007478181955207111],
  [10, 9, 1.789118715962368e-06],
  [50, 9, 1.2844764554373988e-12],
  [1000, 9, 2.5458033039484705e-24],
  [2.0452296421, 29, 0.025000000001713946],
  [-1, 29, 0.8372090059919032],
  [1, 1_000_000, 0.15865537491678916],
] as const;

for (const [t, freedom, wanted] of tails) {
  Deno.test(`studentTail(${t}, ${freedom}) equals SciPy's`, () => {
    assertClose([studentTail(t, freedom)], [wanted], tolerance.special);
    assertClose([studentCdf(-t, freedom)], [wanted], tolerance.special);
  });
}

// SciPy 1.17.1: scipy.stats.t.ppf(fraction, freedom)
const quantiles = [
  [0.975, 1, 12.706204736174694],
  [0.975, 9, 2.262157162798205],
  [0.975, 29, 2.045229642132703],
  [0.975, 99, 1.9842169515864174],
  [0.8, 9, 0.8834038596855346],
  [0.999995, 19, 5.94935335284945],
  [0.025, 9, -2.2621571627982053],
  [0.3, 4, -0.5686490630497053],
] as const;

for (const [fraction, freedom, wanted] of quantiles) {
  Deno.test(`studentQuantile(${fraction}, ${freedom}) equals SciPy's`, () => {
    assertClose([studentQuantile(fraction, freedom)], [wanted], tolerance.special);
  });
}

Deno.test("studentTail() is the integral of the density", () => {
  for (const freedom of [1, 2, 9, 29, 99]) {
    for (const t of [-3, -0.2, 0, 0.2, 1, 2.5, 8]) {
      assertClose([studentTail(t, freedom)], [tTail(t, freedom)], tolerance.special);
    }
  }
});

Deno.test("studentTail() is exact if t squared or its ratio is beyond float64", () => {
  // Cauchy: P(T > t) is 1 / (pi t) for large t.
  assertClose([studentTail(1e150, 1) * 1e150], [1 / Math.PI], tolerance.special);
  assertEquals(studentTail(1e200, 1), 0);
  assertEquals(studentTail(Infinity, 9), 0);
  assertEquals(studentTail(-Infinity, 9), 1);
  assertEquals(studentTail(0, 9), 0.5);
});

Deno.test("studentTailQuantile() inverts studentTail()", () => {
  for (const freedom of [0.5, 1, 9, 29, 1e4, 1e7]) {
    for (const probability of [1e-12, 1e-4, 0.025, 0.2, 0.49]) {
      const t = studentTailQuantile(probability, freedom);
      assertClose([studentTail(t, freedom)], [probability], tolerance.special);
    }
    assertEquals(studentTailQuantile(0.5, freedom), 0);
  }
});

// SciPy 1.17.1: scipy.stats.beta.ppf(fraction, a, b)
const betas = [
  [0.025, 9, 2, 0.5549838829718047],
  [0.975, 1, 10, 0.3084971078187607],
  [0.025, 10, 1, 0.6915028921812392],
  [0.025, 5, 6, 0.18708602844739855],
  [0.0025, 27, 4, 0.658241482235782],
  [0.975, 600, 401, 0.6295465214905855],
  [0.5, 0.7, 2.3, 0.1717607033128562],
  [1e-9, 1, 100, 1.000000000495e-11],
] as const;

for (const [fraction, a, b, wanted] of betas) {
  Deno.test(`betaQuantile(${fraction}, ${a}, ${b}) equals SciPy's`, () => {
    assertClose([betaQuantile(fraction, a, b)], [wanted], tolerance.special);
    // 1 - B is a beta variable with exchanged parameters.
    assertClose([1 - betaTailQuantile(fraction, b, a)], [wanted], tolerance.special, { scale: 1 });
  });
}

Deno.test("incompleteBeta() is the integral of the density on both sides", () => {
  for (const [a, b] of [[0.3, 0.4], [1, 1], [2.5, 7], [40, 3], [300, 200]] as const) {
    for (const x of [0.01, 0.3, 0.6, 0.97]) {
      const density = (u: number) => u ** (a - 1) * (1 - u) ** (b - 1);
      const below = integral((_, u) => density(u), 0, x);
      const above = integral((_, __, v) => (1 - v) ** (a - 1) * v ** (b - 1), x, 1);
      const found = incompleteBeta(a, b, x);
      const wanted = [below / (below + above), above / (below + above)];
      assertClose([found.below, found.above], wanted, tolerance.special);
    }
  }
});

// SciPy 1.17.1: scipy.stats.binom.cdf(k, n, p), scipy.stats.binom.sf(k - 1, n, p)
const binomials = [
  [0, 10, 0.3, 0.028247524900000005, 1],
  [3, 10, 0.3, 0.6496107184000002, 0.6172172136000003],
  [9, 10, 0.5, 0.9990234375, 0.0107421875],
  [20, 30, 0.9, 0.00045435511490538174, 0.9999109221261769],
  [400, 1000, 0.5, 1.3642320780329735e-10, 0.9999999999099158],
  [10, 10, 0.2, 1, 1.0240000000000006e-07],
] as const;

for (const [k, n, p, below, above] of binomials) {
  Deno.test(`binomialCdf() and binomialTail() of ${k}, ${n}, ${p} equal SciPy's`, () => {
    assertClose([binomialCdf(k, n, p)], [below], tolerance.special);
    assertClose([binomialTail(k, n, p)], [above], tolerance.special);
  });
}

Deno.test("binomialCdf() and binomialTail() are exact if p is 0 or 1", () => {
  assertEquals([binomialCdf(0, 5, 0), binomialCdf(4, 5, 1), binomialCdf(5, 5, 1)], [1, 0, 1]);
  assertEquals([binomialTail(0, 5, 0), binomialTail(1, 5, 0), binomialTail(5, 5, 1)], [1, 0, 1]);
});

Deno.test("studentTail(), betaQuantile() and other distributions throw on arguments out of range", () => {
  const wrong: readonly [() => number, string][] = [
    [() => studentTail(NaN, 9), "t must be a number, found NaN"],
    [() => studentTail(1, 0), "degrees of freedom must be a number above 0, at most 10000000"],
    [() => studentQuantile(1, 9), "fraction must be a number above 0 and below 1, found 1"],
    [() => studentTailQuantile(0.6, 9), "probability must be a number above 0 and at most 0.5"],
    [() => betaQuantile(0.5, 0, 1), "a must be a number above 0"],
    [() => betaQuantile(0.5, 1, 2e9), "with a sum of at most 1000000000"],
    [() => binomialCdf(6, 5, 0.5), "k must be a number from 0 to 5, found 6"],
    [() => binomialTail(1, 5, 1.5), "p must be a number from 0 to 1, found 1.5"],
  ];
  for (const [use, message] of wrong) assertThrows(use, InputError, message);
  assert(studentTail(1, 1e7) > 0);
});

// By scipy.stats.norm, SciPy 1.17.1.
const table: readonly (readonly [number, number])[] = [
  [-4, 3.167124183311986e-05],
  [-2.5, 0.006209665325776132],
  [-1, 0.15865525393145707],
  [0.3, 0.6179114221889526],
  [1.959963984540054, 0.975],
  [3, 0.9986501019683699],
];

Deno.test("normalCdf() equals tabulated values", () => {
  assertEquals(normalCdf(0), 0.5);
  const found = table.map(([z]) => normalCdf(z));
  assertClose(found, table.map(([, fraction]) => fraction), tolerance.rounding);
  assertEquals([normalCdf(-Infinity), normalCdf(-40), normalCdf(40)], [0, 0, 1]);
  assertThrows(() => normalCdf(NaN), InputError, "z must be a number");
});

Deno.test("normalCdf() stays in [0, 1] and ascends in the tails", () => {
  const zs = Array.from({ length: 4001 }, (_, i) => -10 + i * 0.005);
  const found = zs.map(normalCdf);
  assertEquals(found.filter((value) => value < 0 || value > 1), []);
  assertClose([...found].sort((a, b) => a - b), found, tolerance.rounding);
});

Deno.test("normalQuantile() equals tabulated values", () => {
  assertEquals(normalQuantile(0.5), 0);
  const found = table.map(([, fraction]) => normalQuantile(fraction));
  assertClose(found, table.map(([z]) => z), tolerance.rounding);
});

Deno.test("normalQuantile() inverts normalCdf() from 1e-6 to 1 - 1e-6", () => {
  for (let z = -4.75; z <= 4.75; z += 0.25) {
    assertClose([normalQuantile(normalCdf(z))], [z], tolerance.lapack, { scale: 1 });
  }
});

Deno.test("normalQuantile() throws unless the fraction is in (0, 1)", () => {
  for (const fraction of [0, 1, -1, 2, NaN]) {
    assertThrows(() => normalQuantile(fraction), InputError, "fraction must be a number above 0");
  }
});

Deno.test("normalQuantile() is exact in the far tails", () => {
  // statistics.NormalDist().inv_cdf of Python 3.11.
  const tails = [
    [1e-7, -5.199337582192817],
    [1e-10, -6.361340902404056],
    [1e-15, -7.941345326170995],
    [1e-20, -9.262340089798405],
    [1e-100, -21.27345356096532],
  ] as const;
  for (const [fraction, wanted] of tails) {
    assertClose([normalQuantile(fraction)], [wanted], tolerance.rounding);
  }
  for (const fraction of [2 ** -20, 2 ** -30, 2 ** -53]) {
    assertClose([normalQuantile(1 - fraction)], [-normalQuantile(fraction)], tolerance.rounding);
  }
  // On both sides of the point at which the method changes.
  assertClose([normalQuantile(9.999e-7)], [-4.753444518620642], tolerance.lapack);
  assertClose([normalQuantile(1.0001e-6)], [-4.753404100966438], tolerance.lapack);
});
