import { curveInterval, estimate } from "../../src/analysis/estimate.ts";
import { Random } from "../../src/core/random.ts";

const random = new Random(1);
const values = Array.from({ length: 30 }, () => random.uniform(1, 2));
const curves = Array.from(
  { length: 10 },
  () => Array.from({ length: 400 }, () => random.normal(5)),
);

for (const statistic of ["mean", "median", "geometric-mean"] as const) {
  Deno.bench(`estimate of 30 values, 10000 resamples, ${statistic}`, () => {
    estimate(values, { random, statistic });
  });
}

Deno.bench("curve of 10 seeds and 400 points, 2000 resamples, mean", () => {
  curveInterval(curves, { random });
});
