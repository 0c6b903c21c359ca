import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";

/** Options of {@link rollingOrigins}. */
export interface RollingOriginsOptions {
  /** The length of the series. */
  readonly length: number;
  /** The number of values that are forecast from each origin. */
  readonly horizon: number;
  /** The number of origins that test. */
  readonly count: number;
  /** The distance of two origins; by default `horizon`, so that no value is tested twice. */
  readonly step?: number;
  /** The training window: all values before the origin (the default), or the last so many. */
  readonly window?: "expanding" | number;
  /** The number of origins that validate; 0 by default. */
  readonly validation?: number;
  /** The fewest values of a training window; 2 by default. */
  readonly minimum?: number;
}

const names: OptionNames<RollingOriginsOptions> = {
  length: true,
  horizon: true,
  count: true,
  step: true,
  window: true,
  validation: true,
  minimum: true,
};

/** An origin of forecasts with its training window and its targets, as indices of the series. */
export interface Origin {
  /** The index of the first training value. */
  readonly start: number;
  /** The origin: training ends before this index, which is that of the first target. */
  readonly end: number;
  /** The index after the last target: `end + horizon`. */
  readonly until: number;
}

/** The origins of an evaluation. */
export interface RollingOrigins {
  /** The number of values that are forecast from each origin. */
  readonly horizon: number;
  /** The distance of two origins. */
  readonly step: number;
  /** The origins by which a method is chosen, ascending. */
  readonly validation: readonly Origin[];
  /** The origins that measure it, ascending. */
  readonly test: readonly Origin[];
}

/**
 * Places the origins of a rolling evaluation at the end of a series (Tashman, 2000,
 * doi:10.1016/S0169-2070(00)00065-0). The targets of the last test origin end with the series. The
 * targets of the last validation origin end before the first target of a test, so a choice by
 * validation knows none of the tested values.
 *
 * @param options The length of the series and the origins.
 * @returns The origins of validation and test.
 * @throws {InputError} If an option is wrong, or the series is too short for the origins. The message
 * says how long it must be.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rollingOrigins } from "./rolling_origins.ts";
 *
 * const { test, validation } = rollingOrigins({ length: 10, horizon: 2, count: 2, validation: 1 });
 * assertEquals(test, [{ start: 0, end: 6, until: 8 }, { start: 0, end: 8, until: 10 }]);
 * assertEquals(validation, [{ start: 0, end: 4, until: 6 }]);
 * ```
 */
export function rollingOrigins(options: RollingOriginsOptions): RollingOrigins {
  checkOptions("rollingOrigins", options, names);
  const { length, horizon, count, window = "expanding", validation = 0, minimum = 2 } = options;
  const { step = horizon } = options;
  for (const [name, value] of Object.entries({ length, horizon, count, step, minimum })) {
    positiveInteger(name, value);
  }
  if (window !== "expanding" && !(Number.isInteger(window) && window >= minimum)) {
    throw new InputError("window", `"expanding" or an integer of at least ${minimum}`, window);
  }
  if (!Number.isInteger(validation) || validation < 0) {
    throw new InputError("validation", "an integer of at least 0", validation);
  }
  const tested = horizon + (count - 1) * step;
  const validated = validation === 0 ? 0 : horizon + (validation - 1) * step;
  const least = (window === "expanding" ? minimum : window) + tested + validated;
  if (length < least) {
    const help = "Take fewer origins, a shorter step or a shorter horizon";
    throw new InputError("length", `at least ${least} for these origins`, length, help);
  }
  const originsFrom = (first: number, number: number): Origin[] =>
    Array.from({ length: number }, (_, i) => {
      const end = first + i * step;
      const start = window === "expanding" ? 0 : end - window;
      return { start, end, until: end + horizon };
    });
  const firstTest = length - tested;
  return {
    horizon,
    step,
    validation: originsFrom(firstTest - validated, validation),
    test: originsFrom(firstTest, count),
  };
}
