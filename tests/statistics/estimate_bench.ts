import { bootstrapInterval } from "../../src/statistics/bootstrap.ts";
import { estimate } from "../../src/statistics/estimate.ts";
import { infer } from "../../src/statistics/inference.ts";
import { Random } from "../../src/core/random.ts";

const random = new Random(1);
const values = Array.from({ length: 30 }, () => random.uniform(1, 2));
const wins = values.map((value) => value > 1.4 ? 1 : 0);

for (const statistic of ["mean", "geometric-mean", "share"] as const) {
  const given = statistic === "share" ? wins : values;
  const prediction = { relation: "near", value: 0.9, smallestEffect: 0.1, reason: "" } as const;
  Deno.bench(`estimate() of 30 values, ${statistic}`, () => {
    estimate(given, { statistic });
  });
  Deno.bench(`infer() of 30 values, ${statistic}`, () => {
    infer(given, prediction, { statistic });
  });
}

for (const statistic of ["mean", "median", "geometric-mean"] as const) {
  Deno.bench(`bootstrapInterval() of 30 values, 10000 resamples, ${statistic}`, () => {
    bootstrapInterval(values, { random, statistic });
  });
}
