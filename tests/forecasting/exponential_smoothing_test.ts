import { assert, assertEquals } from "@std/assert";
import fixture from "../../fixtures/forecast_baselines.json" with { type: "json" };
import { Random } from "../../src/core/random.ts";
import { evaluateEts } from "../../src/forecasting/ets_estimation.ts";
import {
  continueSeries,
  etsModel,
  type EtsName,
  etsNames,
  type EtsParameters,
} from "../../src/forecasting/ets_model.ts";
import { ets } from "../../src/forecasting/exponential_smoothing.ts";
import { normalCdf } from "../../src/statistics/distributions.ts";
import { assertMistakes, call } from "../mistakes.ts";
import { assertClose, tolerance } from "../tolerance.ts";

/** A model as statsmodels estimated it. */
interface Estimated {
  readonly parameters: EtsParameters;
  readonly log_likelihood: number;
  readonly mean: number[];
  readonly deviation?: number[];
}

const { quarters, months, flat } = fixture.series;
const cases: readonly { values: number[]; season: number; models: Record<string, Estimated> }[] = [
  { ...quarters, models: quarters.ets },
  { ...months, models: months.ets },
  { ...flat, models: flat.ets },
];
const one = normalCdf(1);

function nameOf(text: string): EtsName {
  const name = etsNames.find((known) => known === text);
  assert(name !== undefined, text);
  return name;
}

Deno.test("evaluateEts() gives the likelihood and forecasts of statsmodels for its parameters", () => {
  for (const { values, models } of cases) {
    for (const [name, want] of Object.entries(models)) {
      const model = etsModel(nameOf(name));
      const found = evaluateEts(model, Float64Array.from(values), want.parameters);
      assertClose([found.logLikelihood], [want.log_likelihood], tolerance.rounding, { what: name });
      const errors = new Float64Array(want.mean.length);
      const { parameters, state } = found;
      const mean = continueSeries(model, parameters, state, values.length, errors);
      assertClose(mean, want.mean, tolerance.rounding, { what: name });
    }
  }
});

Deno.test("ets().fit() finds at least the likelihood of statsmodels", () => {
  for (const { values, season, models } of cases) {
    for (const [name, want] of Object.entries(models)) {
      const found = ets(nameOf(name)).fit(values, { season });
      const slack = tolerance.likelihood.relative;
      assert(
        found.logLikelihood >= want.log_likelihood - slack,
        `${name}: ${found.logLikelihood}, statsmodels ${want.log_likelihood}`,
      );
      assertClose(
        [
          evaluateEts(etsModel(found.model), Float64Array.from(values), found.parameters)
            .logLikelihood,
        ],
        [found.logLikelihood],
        tolerance.exact,
      );
    }
  }
});

Deno.test("ets().quantiles() of additive errors has the variance of statsmodels", () => {
  let compared = 0;
  for (const { values, season, models } of cases) {
    for (const [name, want] of Object.entries(models)) {
      const found = ets(nameOf(name)).fit(values, { season });
      // Only if both found the same maximum are forecasts comparable.
      if (found.logLikelihood > want.log_likelihood + 1e-4 || !want.deviation) continue;
      compared++;
      const { horizon } = fixture;
      const mean = found.forecast(horizon);
      assertClose(mean, want.mean, tolerance.estimates, { what: `mean of ${name}` });
      const deviations = found.quantiles(horizon, [one]).map(([q = NaN], i) => {
        return q - (mean[i] ?? NaN);
      });
      assertClose(deviations, want.deviation, tolerance.estimates, { what: name });
    }
  }
  assert(compared >= 4, `${compared}`);
});

Deno.test("ets().quantiles() of multiplicative errors are those of a source of random numbers", () => {
  const fit = (seed: number) => {
    return ets("MAM").fit(quarters.values, { season: 4, random: new Random(seed) });
  };
  const levels = [0.05, 0.5, 0.95];
  const fitted = fit(1);
  const found = fitted.quantiles(6, levels);
  assertEquals(fitted.quantiles(6, levels), found);
  assertEquals(fit(1).quantiles(6, levels), found);
  assert(fit(2).quantiles(6, levels)[0]?.[0] !== found[0]?.[0]);
  // The first step is exactly normal: its error is the forecast times a normal error.
  const [mean = NaN] = fitted.forecast(1);
  const deviation = mean * Math.sqrt(fitted.variance);
  const normal = [-1.6448536, 0, 1.6448536].map((z) => mean + z * deviation);
  assertClose(found[0] ?? [], normal, tolerance.draws, { scale: 2 * deviation });
});

Deno.test("ets() chooses the model with the least AICc", () => {
  const { values, season } = quarters;
  const chosen = ets().fit(values, { season });
  const all = etsNames.map((name) => ets(name).fit(values, { season }).aicc);
  assertEquals(chosen.aicc, Math.min(...all));
});

Deno.test("ets().extend() keeps the parameters and follows the new values", () => {
  const { values, season } = quarters;
  for (const name of ["AAdA", "MAM"] as const) {
    const fitted = ets(name).fit(values.slice(0, -8), { season, random: new Random(1) });
    const model = etsModel(name);
    for (const longer of [values.slice(0, -8), values.slice(0, -3), values]) {
      const { parameters, state } = evaluateEts(
        model,
        Float64Array.from(longer),
        fitted.parameters,
      );
      const want = continueSeries(model, parameters, state, longer.length, new Float64Array(6));
      const found = fitted.extend(longer);
      assertClose(found.forecast(6), want, tolerance.exact);
      const [first] = found.quantiles?.(1, [0.5]) ?? [];
      assertClose(first ?? [], want.slice(0, 1), tolerance.draws);
    }
    assertClose(
      fitted.extend(values.slice(0, -8)).forecast(6),
      fitted.forecast(6),
      tolerance.exact,
    );
  }
});

Deno.test("ets() considers multiplicative errors only for values above 0", () => {
  const values = quarters.values.map((value) => value - 60);
  assertEquals(ets().fit(values, { season: 4 }).model[0], "A");
});

Deno.test("ets() fits a constant series and a short one", () => {
  const constant = ets().fit(Array(30).fill(7), { season: 4, random: new Random(1) });
  assertClose(constant.forecast(3), [7, 7, 7], tolerance.rounding);
  const zeros = ets().fit(Array(30).fill(0), { season: 4 });
  assertEquals(zeros.forecast(2), Float64Array.of(0, 0));
  assert(ets().fit([1, 3, 2, 4, 3, 5], { season: 12 }).forecast(1).every(Number.isFinite));
});

Deno.test("ets() refuses wrong arguments", () => {
  const { values } = quarters;
  return assertMistakes([
    [() => call(null, ets, "AMN"), "model", "ANN", "AMN"],
    [() => ets("AAA").fit(values, { season: 1 }), "season", "AAA"],
    [() => ets("AAA").fit(values, { season: 365 }), "season", "24"],
    [() => ets("AAA").fit(values.slice(0, 7), { season: 4 }), "training"],
    [() => ets("MNN").fit([1, 2, 3, 0, 1, 2], { season: 1 }), "training[3]", "above 0"],
    [() => ets("ANN").fit([1, 2, 3, NaN, 4, 5], { season: 1 }), "training[3]"],
    [() => ets().fit([1, 2, 3], { season: 1 }), "training"],
    [() => ets("MNN").fit(values, { season: 1 }).quantiles(1, [0.5]), "random"],
    [() => ets("MNN").fit(values, { season: 1 }).forecast(0), "horizon"],
    [() => call(ets(), "fit", values, { season: 1, random: 7 }), "random", "new Random(7)"],
  ]);
});
