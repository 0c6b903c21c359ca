import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";

/** What a trace has under one name, as numbers: [sequence, batch, hidden]. */
export type Activations = readonly (readonly (readonly number[])[])[];

/**
 * Checks that activations are nested arrays [sequence, batch, hidden] of finite numbers, all steps
 * and all sequences of one size and none empty. There may be no step.
 *
 * @param name The input's name, for the message.
 * @param activations What was given.
 * @throws {InputError} Naming the first array or number that is wrong, or saying how to make nested
 * arrays of a tensor.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkActivations } from "./activations.ts";
 *
 * checkActivations("gate", [[[0.5, 0.1]], [[0.2, 0.9]]]);
 * const message = "gate[0][0][1] must be a finite number, found NaN";
 * assertThrows(() => checkActivations("gate", [[[0.5, NaN]]]), Error, message);
 * ```
 */
export function checkActivations(name: string, activations: Activations): void {
  checkArray(name, activations, "nested arrays [sequence, batch, hidden]");
  // There may be millions of numbers: names are made if one is wrong.
  if (areRegular(activations)) return;
  for (const [t, step] of activations.entries()) {
    checkArray(`${name}[${t}]`, step, "an array of sequences");
    if (step.flat().length === 0) throw new InputError(`${name}[${t}]`, "at least 1 number", step);
    checkSize(`${name}[${t}]`, "sequences", step.length, activations[0]?.length);
    for (const [b, units] of step.entries()) {
      checkArray(`${name}[${t}][${b}]`, units, "an array of numbers");
      checkSize(`${name}[${t}][${b}]`, "units", units.length, activations[0]?.[0]?.length);
      const i = units.findIndex((value) => !Number.isFinite(value));
      if (i >= 0) throw new InputError(`${name}[${t}][${b}][${i}]`, "a finite number", units[i]);
    }
  }
}

/** Whether all steps and sequences are arrays of one size, not empty, of finite numbers. */
function areRegular(activations: Activations): boolean {
  const [sequences, units] = [activations[0]?.length, activations[0]?.[0]?.length];
  // `every` passes over the holes of an array, which findIndex finds.
  const all = <T>(array: readonly T[], holds: (one: T) => boolean) =>
    array.findIndex((one) => !holds(one)) < 0;
  return sequences !== 0 && units !== 0 &&
    all(activations, (step) =>
      Array.isArray(step) && step.length === sequences &&
      all(step, (values) =>
        Array.isArray(values) && values.length === units && all(values, Number.isFinite)));
}

function checkSize(name: string, what: string, found: number, first: number | undefined): void {
  if (found !== first) throw new InputError(name, `of ${first} ${what} as the first`, found);
}
