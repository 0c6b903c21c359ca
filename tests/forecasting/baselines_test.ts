import { assert, assertEquals } from "@std/assert";
import fixture from "../../fixtures/forecast_baselines.json" with { type: "json" };
import type { ForecastFamily } from "../../src/forecasting/forecaster.ts";
import {
  drift,
  meanMethod,
  naive,
  seasonalNaive,
  seasonalNaiveWithDrift,
} from "../../src/forecasting/naive.ts";
import { seasonalDecomposition } from "../../src/forecasting/seasonal_decomposition.ts";
import { theta, thetaAdditive } from "../../src/forecasting/theta.ts";
import { normalCdf } from "../../src/statistics/distributions.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** One standard deviation above the mean. */
const above = normalCdf(1);

interface Walk {
  readonly mean: number[];
  readonly deviation: number[];
  readonly drift_deviation: number;
}

/** Compares a random walk with one of statsmodels, whose deviations are those of a known drift. */
function assertWalk(
  family: ForecastFamily,
  data: { values: number[]; season: number },
  want: Walk,
) {
  const fitted = family.fit(data.values, { season: data.season });
  const mean = fitted.forecast(fixture.horizon);
  assertClose(mean, want.mean, tolerance.rounding, { what: family.id });
  const deviations = fitted.quantiles?.(fixture.horizon, [above]).map(([quantile = NaN], i) => {
    return quantile - (mean[i] ?? NaN);
  });
  assert(deviations !== undefined);
  const season = family.id.startsWith("seasonal") ? data.season : 1;
  const wanted = want.deviation.map((deviation, i) => {
    return Math.hypot(deviation, (Math.floor(i / season) + 1) * want.drift_deviation);
  });
  assertClose(deviations, wanted, tolerance.special, { what: `deviations of ${family.id}` });
}

interface Decomposition {
  readonly trend: (number | null)[];
  readonly seasonal: number[];
}

/** The decomposition by statsmodels, of series that have one. */
function decompositionOf(
  data: { season: number; additive?: Decomposition; multiplicative?: Decomposition },
  method: "additive" | "multiplicative",
): Decomposition | undefined {
  return data[method];
}

for (const [name, data] of Object.entries(fixture.series)) {
  Deno.test(`naive methods forecast ${name} as random walks of statsmodels do`, () => {
    assertWalk(naive, data, data.naive);
    assertWalk(drift, data, data.drift);
    if ("seasonal_naive" in data) {
      assertWalk(seasonalNaive, data, data.seasonal_naive);
      assertWalk(seasonalNaiveWithDrift, data, data.seasonal_naive_drift);
    }
  });

  Deno.test(`seasonalDecomposition() of ${name} is that of statsmodels`, () => {
    for (const method of ["additive", "multiplicative"] as const) {
      const want = decompositionOf(data, method);
      if (want === undefined) continue;
      const found = seasonalDecomposition(data.values, { season: data.season, method });
      assertClose(found.seasonal, want.seasonal, tolerance.rounding, { what: method });
      const inside = (_: number | null, i: number) => want.trend[i] !== null;
      assertEquals([...found.trend].map(Number.isNaN), want.trend.map((value) => value === null));
      assertClose(
        found.trend.filter(inside),
        want.trend.filter((value) => value !== null),
        tolerance.rounding,
      );
    }
  });

  Deno.test(`theta forecasts ${name} as statsmodels does`, () => {
    for (
      const [family, want] of [[theta, data.theta], [thetaAdditive, data.theta_additive]] as const
    ) {
      const found = family.fit(data.values, { season: data.season }).forecast(fixture.horizon);
      assertClose(found, want.mean, tolerance.flatOptimum, { what: family.id });
    }
  });
}

Deno.test("meanMethod forecasts the mean, with its own error in the distribution", () => {
  const fitted = meanMethod.fit([1, 2, 6], { season: 1 });
  assertEquals(fitted.forecast(2), Float64Array.of(3, 3));
  const [[low = NaN, middle, high = NaN] = []] = fitted.quantiles?.(1, [1 - above, 0.5, above]) ??
    [];
  assertEquals(middle, 3);
  assertClose([high - 3, 3 - low], Array(2).fill(Math.sqrt(7 * (1 + 1 / 3))), tolerance.special);
});

Deno.test("seasonalDecomposition() adds or multiplies up to the series", () => {
  const { values, season } = fixture.series.quarters;
  for (const method of ["additive", "multiplicative"] as const) {
    const { trend, seasonal, remainder } = seasonalDecomposition(values, { season, method });
    const whole = Array.from(trend, (value, i) => {
      const [s = NaN, r = NaN] = [seasonal[i % season], remainder[i]];
      return method === "additive" ? value + s + r : value * s * r;
    });
    assertClose(whole.slice(2, -2), values.slice(2, -2), tolerance.rounding);
  }
});

Deno.test("baselines refuse short windows, missing values and wrong levels", () => {
  const options = { season: 4 };
  return assertMistakes([
    [() => naive.fit([1], options), "training", "at least 2"],
    [() => drift.fit([1, 2], options), "at least 3"],
    [() => seasonalNaive.fit([1, 2, 3, 4], options), "at least 5"],
    [() => seasonalNaiveWithDrift.fit([1, 2, 3, 4, 5], options), "at least 6"],
    [() => seasonalNaive.fit([1, 2, 3, 4], { season: 0 }), "season", "positive integer"],
    [() => naive.fit([1, NaN, 3], options), "training[1]", "NaN"],
    [() => theta.fit([1, 2, 3], options), "at least 4"],
    [() => theta.fit([1, 2, 3, Infinity], options), "training[3]"],
    [() => call(naive, "fit", "123", options), "training"],
    [() => naive.fit([1, 1e200], options), "training[1]", "1e+140"],
    [() => call(naive, "fit", [1, 2]), "options of fit"],
    [() => call(theta, "fit", [1, 2, 3, 4], { period: 4 }), "option of fit", "period"],
    [() => naive.fit([1, 2], options).forecast(0), "horizon"],
    [() => naive.fit([1, 2], options).quantiles?.(1, [0.5, 0.1]), "levels"],
    [() => naive.fit([1, 2], options).quantiles?.(0.5, [0.5]), "horizon"],
    [() => seasonalDecomposition([1, 2, 3], { season: 2 }), "at least 4"],
    [() => seasonalDecomposition([1, 2, 3], { season: 1 }), "season"],
    [
      () => seasonalDecomposition([1, 2, -3, 4], { season: 2, method: "multiplicative" }),
      "above 0",
    ],
  ]);
});
