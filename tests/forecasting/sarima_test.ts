import { assert, assertEquals } from "@std/assert";
import fixture from "../../fixtures/forecast_baselines.json" with { type: "json" };
import { Random } from "../../src/core/random.ts";
import { innovations } from "../../src/forecasting/arma_innovations.ts";
import { likelihoodTerms } from "../../src/forecasting/arma_likelihood.ts";
import {
  autocovariances,
  errorWeights,
  lagProduct,
  rootsBeyond,
  stationaryCoefficients,
} from "../../src/forecasting/arma_process.ts";
import { chooseDifferences, kpss } from "../../src/forecasting/choose_differences.ts";
import { sarima } from "../../src/forecasting/sarima.ts";
import { evaluateSarima, type SarimaParameters } from "../../src/forecasting/sarima_model.ts";
import { normalCdf } from "../../src/statistics/distributions.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";

type Three = readonly [number, number, number];

/** A model as statsmodels estimated it. */
interface Estimated {
  readonly order: Three;
  readonly seasonalOrder: Three;
  readonly constant: boolean;
  readonly parameters: SarimaParameters;
  readonly variance: number;
  readonly log_likelihood: number;
  readonly mean: number[];
  readonly deviation: number[];
}

function three(values: readonly number[]): Three {
  const [a = NaN, b = NaN, c = NaN] = values;
  return [a, b, c];
}

const cases = Object.values(fixture.series).map(({ values, season, sarima }) => ({
  values,
  season,
  models: sarima.map((model): Estimated => ({
    ...model,
    order: three(model.order),
    seasonalOrder: three(model.seasonalOrder),
  })),
}));

Deno.test("evaluateSarima() gives the likelihood and forecasts of statsmodels for its parameters", () => {
  for (const { values, season, models } of cases) {
    for (const { parameters, variance, ...want } of models) {
      const what = `${want.order} ${want.seasonalOrder}`;
      const series = Float64Array.from(values);
      const found = evaluateSarima(want, series, season, parameters, variance);
      assertClose([found.logLikelihood], [want.log_likelihood], tolerance.stateSpace, { what });
      const { mean, deviation } = found.forecasts(fixture.horizon);
      assertClose(mean, want.mean, tolerance.stateSpace, { what: `mean of ${what}` });
      assertClose(deviation, want.deviation, tolerance.stateSpace, {
        what: `deviation of ${what}`,
      });
    }
  }
});

Deno.test("sarima().fit() finds at least the likelihood of statsmodels", () => {
  for (const { values, season, models } of cases) {
    for (const { order, seasonalOrder, constant, log_likelihood: least } of models) {
      const { logLikelihood } = sarima({ order, seasonalOrder, constant }).fit(values, { season });
      assert(
        logLikelihood >= least - tolerance.likelihood.relative,
        `${order} ${seasonalOrder}: ${logLikelihood}, statsmodels ${least}`,
      );
    }
  }
});

Deno.test("sarima() of differences only is the naive method, with drift if it has a constant", () => {
  const { values } = fixture.series.flat;
  const walk = sarima({ order: [0, 1, 0] }).fit(values, { season: 1 });
  assertEquals([...walk.forecast(2)], [values.at(-1), values.at(-1)]);
  const drift = sarima({ order: [0, 1, 0], constant: true }).fit(values, { season: 1 });
  assertClose(drift.forecast(5), fixture.series.flat.drift.mean.slice(0, 5), tolerance.flatOptimum);
});

Deno.test("sarima().extend() keeps the parameters and follows the new values", () => {
  const { values, season } = fixture.series.months;
  const family = sarima({ order: [0, 1, 1], seasonalOrder: [0, 1, 1] });
  const fitted = family.fit(values.slice(0, -12), { season });
  const same = fitted.extend(values.slice(0, -12));
  assertClose(same.forecast(5), fitted.forecast(5), tolerance.exact);
  const later = fitted.extend(values);
  const { order, parameters, variance } = fitted;
  const want = evaluateSarima(order, Float64Array.from(values), season, parameters, variance);
  assertClose(later.forecast(5), want.forecasts(5).mean, tolerance.exact);
  const [[median] = []] = later.quantiles?.(1, [0.5]) ?? [];
  assertClose([median ?? NaN], later.forecast(1), tolerance.rounding);
});

Deno.test("sarima().quantiles() are those of the normal distribution", () => {
  const { values, season } = fixture.series.quarters;
  const fitted = sarima({ order: [1, 1, 0] }).fit(values, { season });
  const [mean = NaN] = fitted.forecast(1);
  const deviation = Math.sqrt(fitted.variance);
  const levels = [normalCdf(-1), normalCdf(1)];
  assertClose(
    fitted.quantiles(1, levels)[0] ?? [],
    [mean - deviation, mean + deviation],
    tolerance.special,
  );
});

Deno.test("sarima() without orders finds models that are no worse than those that made a series", () => {
  const random = new Random(1);
  const errors = Array.from({ length: 240 }, () => random.normal());
  let level = 0;
  const moving = errors.map((error, t) => error + 0.5 * (errors[t - 1] ?? 0));
  const integrated = moving.map((change) => level += change);
  const auto = [0.6, -0.3];
  const regressive: number[] = [];
  for (const error of errors) {
    regressive.push(
      error + auto.reduce((sum, phi, i) => sum + phi * (regressive.at(-1 - i) ?? 0), 0),
    );
  }
  for (const [values, order] of [[integrated, [0, 1, 1]], [regressive, [2, 0, 0]]] as const) {
    const found = sarima().fit(values, { season: 1 });
    assertEquals(found.order.order[1], order[1]);
    const known = sarima({ order }).fit(values, { season: 1 });
    assert(found.aicc <= known.aicc + 1, `${order}: ${found.order.order}`);
  }
});

Deno.test("sarima() without orders takes seasonal differences of a strong season", () => {
  const { values, season } = fixture.series.quarters;
  const found = sarima().fit(values, { season });
  assertEquals(found.order.seasonalOrder[1], 1);
  const airline = sarima({ order: [0, 1, 1], seasonalOrder: [0, 1, 1] }).fit(values, { season });
  assert(found.order.order[1] !== 1 || found.aicc <= airline.aicc);
});

Deno.test("kpss() is the statistic of statsmodels", () => {
  for (const { values, kpss: want } of Object.values(fixture.series)) {
    assertClose([kpss(values, 4)], [want], tolerance.rounding);
  }
});

Deno.test("chooseDifferences() removes a trend, a season and nothing", () => {
  const random = new Random(3);
  const noise = Array.from({ length: 120 }, () => random.normal());
  const trend = noise.map((error, t) => t + error);
  const season = noise.map((error, t) => 5 * (t % 4) + error);
  assertEquals(chooseDifferences(noise, 4), { differences: 0, seasonalDifferences: 0 });
  assertEquals(chooseDifferences(trend, 4), { differences: 1, seasonalDifferences: 0 });
  assertEquals(chooseDifferences(season, 4), { differences: 0, seasonalDifferences: 1 });
  assertEquals(chooseDifferences(Array(50).fill(2), 4), { differences: 0, seasonalDifferences: 0 });
});

Deno.test("sarima() fits a constant series", () => {
  const constant = Array(40).fill(5);
  const airline = sarima({ order: [0, 1, 1], seasonalOrder: [0, 1, 1] });
  assertEquals([...airline.fit(constant, { season: 4 }).forecast(3)], [5, 5, 5]);
  assertClose(sarima().fit(constant, { season: 4 }).forecast(3), [5, 5, 5], tolerance.rounding);
});

Deno.test("sarima() without orders forecasts an exponential series", () => {
  const values = Array.from({ length: 60 }, (_, t) => Math.exp(t / 3));
  const forecast = sarima().fit(values, { season: 4 }).forecast(3);
  assert(forecast.every(Number.isFinite), `${forecast}`);
});

Deno.test("innovations() of an autoregression of order 1 are its closed form", () => {
  const values = Float64Array.of(1, 0.5, -0.25, 2);
  const { errors, squares, logarithms } = innovations(
    { ar: Float64Array.of(0.6), ma: new Float64Array(0) },
    values,
  );
  const variance = 1 / (1 - 0.6 ** 2);
  const later = [0.5 - 0.6, -0.25 - 0.3, 2 + 0.15];
  assertClose(errors, [1, ...later], tolerance.rounding);
  const total = later.reduce((sum, error) => sum + error ** 2, 1 / variance);
  assertClose([squares, logarithms], [total, Math.log(variance)], tolerance.rounding);
});

Deno.test("likelihoodTerms() are those of innovations()", () => {
  const random = new Random(5);
  const values = new Float64Array(300).map(() => random.normal());
  const processes = [
    { ar: [], ma: [] },
    { ar: [0.7], ma: [] },
    { ar: [], ma: [-0.6] },
    { ar: [1.2, -0.5], ma: [0.4, 0.3, 0.1] },
    { ar: [0.2, 0, 0, 0.6], ma: [-0.5] },
    { ar: [], ma: [...lagProduct([-0.4], [-0.95], 12)] },
    { ar: [0.99], ma: [...lagProduct([-0.9], [-0.999], 7)] },
  ];
  for (const { ar, ma } of processes) {
    const process = { ar: Float64Array.from(ar), ma: Float64Array.from(ma) };
    const want = innovations(process, values);
    const found = likelihoodTerms(process, values);
    const what = `${ar}; ${ma}`;
    assertClose([found.squares], [want.squares], tolerance.stateSpace, { what });
    assertClose([found.logarithms], [want.logarithms], tolerance.stateSpace, { what, scale: 100 });
  }
});

Deno.test("autocovariances() are sums of products of errorWeights()", () => {
  const process = {
    ar: stationaryCoefficients([0.5, -0.3, 0.8]),
    ma: Float64Array.of(0.4, -0.2, 0, 0.7),
  };
  const weights = [1, ...errorWeights(process, 400)];
  const sums = [0, 1, 2, 3, 4, 5, 6].map((lag) => {
    return weights.slice(lag).reduce((sum, weight, i) => sum + weight * (weights[i] ?? NaN), 0);
  });
  assertClose(autocovariances(process, 6), sums, tolerance.rounding);
});

Deno.test("lagProduct() multiplies polynomials in powers of a lag", () => {
  assertEquals([...lagProduct([2], [3], 1)], [5, 6]);
  assertEquals([...lagProduct([2], [3], 3)], [2, 0, 3, 6]);
  assertEquals([...lagProduct([], [], 3)], []);
});

Deno.test("stationaryCoefficients() gives stationary autoregressions for any numbers", () => {
  for (const x of [[0], [50], [-1e9], [3, -4], [100, 100, -100]]) {
    const ar = stationaryCoefficients(x);
    const [variance = NaN] = autocovariances({ ar, ma: new Float64Array(0) }, 0);
    assert(variance >= 1 && variance < Infinity, `${x}: ${variance}`);
  }
});

Deno.test("rootsBeyond() compares the roots of a lag polynomial with a radius", () => {
  // 1 - 0.5 B has the root 2; (1 - 0.8 B)(1 - 0.4 B) has the roots 1.25 and 2.5.
  assert(rootsBeyond([0.5], 1.999) && !rootsBeyond([0.5], 2.001));
  assert(rootsBeyond([1.2, -0.32], 1.249) && !rootsBeyond([1.2, -0.32], 1.251));
  assert(rootsBeyond([], 1) && !rootsBeyond([1], 1) && !rootsBeyond([NaN], 1));
  // Complex roots of modulus 1 / sqrt(0.81).
  assert(rootsBeyond([0.9, -0.81], 1.11) && !rootsBeyond([0.9, -0.81], 1.112));
});

Deno.test("sarima() refuses wrong orders and short windows", () => {
  const values = Array.from({ length: 30 }, (_, i) => i % 4);
  return assertMistakes([
    [() => sarima({ order: [1, -1, 0] }), "order", "three integers"],
    [() => call(null, sarima, { order: [1, 1] }), "order"],
    [() => call(null, sarima, { order: [0, 1, 1], seasonalOrder: [0, 0.5, 1] }), "seasonalOrder"],
    [
      () => sarima({ order: [0, 1, 1], seasonalOrder: [0, 1, 1] }).fit(values, { season: 1 }),
      "seasonalOrder",
    ],
    [
      () => {
        const airline = sarima({ order: [0, 1, 1], seasonalOrder: [0, 1, 1] });
        airline.fit(values.slice(0, 24), { season: 12 });
      },
      "training",
    ],
    [() => sarima({ order: [1, 0, 0] }).fit([1, 2, NaN, 4, 5, 6], { season: 1 }), "training[2]"],
    [() => sarima({ order: [1, 0, 0] }).fit(values, { season: 1 }).forecast(-1), "horizon"],
    [() => sarima({ order: [1, 0, 0] }).fit(values, { season: 1 }).extend([1]), "training"],
    [() => sarima().fit([1, 2, 3], { season: 1 }), "training", "10"],
    [() => chooseDifferences(values, 0), "season"],
    [() => kpss([1]), "at least 2"],
  ]);
});
