import { assert, assertEquals, assertThrows } from "@std/assert";
import { meanField } from "../../src/analysis/mean_field.ts";
import { InputError } from "../../src/core/errors.ts";
import { assertClose, tolerance } from "../tolerance.ts";

Deno.test("meanField() agrees with integrals and roots of mpmath 1.3 at 30 digits", () => {
  // sigma_w^2, sigma_x^2, the variance and the factor.
  const references: readonly [number, number, number, number][] = [
    [1, 2 / 3, 1.07395572772592, 0.672129139622298],
    [4, 2 / 3, 3.03124477469639, 1.07823955914672],
    [2.25, 0, 0.793354042606778, 1.06739084921386],
    [1, 0.01, 0.0777754925002202, 0.936078934338417],
    [0.25, 100, 100.230156852741, 0.115158558262868],
  ];
  for (const [recurrentVariance, inputVariance, variance, factor] of references) {
    const found = meanField({ recurrentVariance, inputVariance });
    assertClose([found.variance], [variance], tolerance.rounding);
    assertClose([found.factor], [factor], tolerance.rounding);
  }
});

Deno.test("meanField() of small weights has the factor of a linear network", () => {
  for (const recurrentVariance of [0, 0.25, 1]) {
    const found = meanField({ recurrentVariance, inputVariance: 0 });
    assertEquals(found, { variance: 0, factor: Math.sqrt(recurrentVariance) });
  }
});

Deno.test("meanField() of saturated units has a factor proportional to the variance to the power -1/4", () => {
  // E[(1 - tanh(z)^2)^2] tends to the integral of the slope squared, 4/3, times the density at 0.
  const { variance, factor } = meanField({ recurrentVariance: 1, inputVariance: 10_000 });
  assertClose([factor], [Math.sqrt(4 / 3 / Math.sqrt(2 * Math.PI * variance))], tolerance.flow);
});

Deno.test("meanField() has a factor that rises with the gain and falls with the inputs", () => {
  const variances = [0.1, 0.5, 1, 2, 4];
  const byGain = variances.map((recurrentVariance) =>
    meanField({ recurrentVariance, inputVariance: 0.5 }).factor
  );
  const byInput = variances.map((inputVariance) =>
    meanField({ recurrentVariance: 1, inputVariance }).factor
  );
  for (let i = 1; i < variances.length; i++) {
    assert((byGain[i] ?? NaN) > (byGain[i - 1] ?? NaN));
    assert((byInput[i] ?? NaN) < (byInput[i - 1] ?? NaN));
  }
});

Deno.test("meanField() throws on variances out of range", () => {
  const wrong: readonly [number, number, string][] = [
    [-1, 1, "recurrentVariance must be a number from 0 to 10000, found -1"],
    [1, NaN, "inputVariance must be a number from 0 to 10000, found NaN"],
    [1, 10_001, "inputVariance must be a number from 0 to 10000, found 10001"],
  ];
  for (const [recurrentVariance, inputVariance, message] of wrong) {
    assertThrows(() => meanField({ recurrentVariance, inputVariance }), InputError, message);
  }
});
