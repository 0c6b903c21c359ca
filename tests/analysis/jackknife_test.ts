import { assertEquals } from "@std/assert";
import { jackknife } from "../../src/analysis/jackknife.ts";
import { statisticFunction } from "../../src/analysis/resample.ts";
import { Random } from "../../src/core/random.ts";
import { assertClose, tolerance } from "../tolerance.ts";

for (const statistic of ["mean", "median", "geometric-mean"] as const) {
  Deno.test(`jackknife() by one pass is the ${statistic} without each value`, () => {
    const random = new Random(1).fork(statistic);
    const compute = statisticFunction(statistic);
    for (const length of [1001, 1002]) {
      const values = Array.from({ length }, () => Math.exp(random.normal()));
      values[7] = values[3] ?? NaN; // A tie.
      const found = jackknife(values, statistic);
      assertEquals(found.length, length);
      for (const out of [0, 3, 7, 500, length - 1]) {
        const left = values.filter((_, i) => i !== out);
        assertClose([found[out] ?? NaN], [compute(left)], tolerance.rounding);
        assertClose([jackknife(left.slice(0, 9), statistic)[4] ?? NaN], [
          compute(left.slice(0, 9).filter((_, i) => i !== 4)),
        ], tolerance.rounding);
      }
    }
  });
}
