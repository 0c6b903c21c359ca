import { ets } from "../../src/forecasting/exponential_smoothing.ts";
import {
  drift,
  meanMethod,
  naive,
  seasonalNaive,
  seasonalNaiveWithDrift,
} from "../../src/forecasting/naive.ts";
import { sarima } from "../../src/forecasting/sarima.ts";
import { theta } from "../../src/forecasting/theta.ts";
import { assertNoLeakage } from "./no_leakage.ts";

const families = [
  meanMethod,
  naive,
  drift,
  seasonalNaive,
  seasonalNaiveWithDrift,
  theta,
  ets("AAdA"),
  ets("MAM"),
  sarima({ order: [0, 1, 1], seasonalOrder: [0, 1, 1] }),
];

for (const family of families) {
  Deno.test(`${family.id} forecasts do not depend on later values`, () => assertNoLeakage(family));
}
