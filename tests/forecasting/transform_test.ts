import { assert, assertEquals, assertThrows } from "@std/assert";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { fillGaps } from "../../src/forecasting/fill_gaps.ts";
import { trainingWindow } from "../../src/forecasting/training_window.ts";
import { fitTransform, type TransformOptions } from "../../src/forecasting/transform.ts";
import { assertClose, tolerance } from "../tolerance.ts";

const random = new Random(1);
const series = Array.from({ length: 40 }, (_, t) => 20 + t + 5 * (t % 4) + random.uniform());

const combinations: TransformOptions[] = [undefined, true].flatMap((log) =>
  [undefined, 4].flatMap((seasonalDifference) =>
    [undefined, true].flatMap((difference) =>
      ([undefined, "standard", "mean"] as const).map((scale) => ({
        ...(log && { log }),
        ...(seasonalDifference && { seasonalDifference }),
        ...(difference && { difference }),
        ...(scale && { scale }),
      }))
    )
  )
);

for (const options of combinations) {
  Deno.test(`FittedTransform.invert() undoes apply() with ${JSON.stringify(options)}`, () => {
    const transform = fitTransform(trainingWindow(series, { end: 25 }), options);
    for (const end of [25, 30]) {
      const longer = transform.apply(trainingWindow(series, { end: end + 10 }));
      const future = longer.subarray(longer.length - 10);
      const found = transform.invert(future, trainingWindow(series, { end }));
      assertClose(found, series.slice(end, end + 10), tolerance.rounding);
    }
  });

  Deno.test(`fitTransform() with ${JSON.stringify(options)} reads no value after the origin`, () => {
    const other = series.map((value, i) => i < 25 ? value : 1000 + i);
    const [one, two] = [series, other].map((values) =>
      fitTransform(trainingWindow(values, { end: 25 }), options)
    );
    assertEquals(one?.values, two?.values);
    assertEquals(one?.invert([0.1, 0.2]), two?.invert([0.1, 0.2]));
  });
}

Deno.test("fitTransform() scales to mean 0 and deviation 1, or to a mean magnitude of 1", () => {
  const window = trainingWindow([1, NaN, 2, 6]);
  const [first, missing, ...others] = fitTransform(window, { scale: "standard" }).values;
  assert(Number.isNaN(missing));
  assertClose([first ?? NaN, ...others], [-2, -1, 3].map((x) => x / Math.sqrt(14 / 3)), {
    ...tolerance.rounding,
  });
  assertClose(fitTransform(trainingWindow([-1, 3]), { scale: "mean" }).values, [-0.5, 1.5], {
    ...tolerance.exact,
  });
});

Deno.test("fitTransform() keeps equal values finite", () => {
  for (const scale of ["standard", "mean"] as const) {
    const transform = fitTransform(trainingWindow([0.1, 0.1, 0.1]), { scale });
    assertClose(transform.invert(transform.values), [0.1, 0.1, 0.1], tolerance.rounding);
    const zeros = fitTransform(trainingWindow([0, 0]), { scale });
    assertEquals([...zeros.values], [0, 0]);
  }
});

Deno.test("FittedTransform refuses windows that it would leak into", () => {
  const transform = fitTransform(trainingWindow(series, { end: 25 }), { scale: "standard" });
  const earlier = trainingWindow(series, { end: 24 });
  const message = "origin of the window must be at 25 or later, the origin of the training window";
  assertThrows(() => transform.apply(earlier), InputError, message);
  assertThrows(() => transform.invert([1], earlier), InputError, "would leak into the forecast");
  const other = trainingWindow([...series], { end: 30 });
  assertThrows(() => transform.apply(other), InputError, "Fit a transform to each series");
});

Deno.test("fitTransform() refuses what is no training window, and too short a one", () => {
  const array: unknown = series;
  // @ts-expect-error: an array can have values after the origin.
  assertThrows(() => fitTransform(array, {}), InputError, "training must be a TrainingWindow");
  const window = trainingWindow(series, { end: 5 });
  const options = { seasonalDifference: 4, difference: true };
  assertThrows(() => fitTransform(window, options), InputError, "of more than 5 values, found 5");
  const zero = trainingWindow([2, 0, 1]);
  assertThrows(() => fitTransform(zero, { log: true }), InputError, "series[1] must be above 0");
});

Deno.test("FittedTransform.invert() refuses to continue from a missing value", () => {
  const transform = fitTransform(trainingWindow([1, 2, 4, NaN]), { difference: true });
  assertThrows(() => transform.invert([1]), InputError, "series[3] must be known");
});

Deno.test("FittedTransform.isPointwise says whether quantiles can be inverted", () => {
  const window = trainingWindow(series);
  assertEquals(fitTransform(window, { log: true, scale: "mean" }).isPointwise, true);
  assertEquals(fitTransform(window, { difference: true }).isPointwise, false);
});

Deno.test("trainingWindow() refuses bounds outside the series and infinite values", () => {
  for (
    const bounds of [{ end: 0 }, { end: 41 }, { start: -1 }, { start: 5, end: 5 }, { end: 1.5 }]
  ) {
    assertThrows(() => trainingWindow(series, bounds), InputError, "start and end");
  }
  assertThrows(() => trainingWindow([1, -Infinity]), InputError, "series[1] must be finite");
});

Deno.test("fillGaps() fills the ends with the nearest value, and seasons where it can", () => {
  assertEquals([...fillGaps([NaN, 2, NaN, 4, NaN])], [2, 2, 3, 4, 4]);
  const seasonal = { method: "seasonal", season: 2 } as const;
  assertEquals([...fillGaps([1, 10, NaN, NaN, 5, 30, NaN], seasonal)], [1, 10, 3, 20, 5, 30, 5]);
  assertEquals([...fillGaps([1, NaN, 3, NaN, 5], seasonal)], [1, 2, 3, 4, 5]);
});

Deno.test("fillGaps() refuses a window without values and a missing season", () => {
  assertThrows(() => fillGaps([NaN, NaN]), InputError, "a value that is not missing");
  assertThrows(() => fillGaps([1, NaN], { method: "seasonal" }), InputError, "season");
});
