import { InputError } from "../core/errors.ts";

/** The most numbers of a pass over one batch: a gigabyte of 32-bit floats. */
const MOST = 2 ** 28;

/**
 * Checks that a batch fits into memory, before anything runs.
 *
 * @param name The parameter that says how large a batch is.
 * @param found Its value.
 * @param each Numbers that each of its sequences takes, over all seeds.
 * @throws {InputError} Naming the parameter to lower, and the most that it may be.
 */
export function checkBatchSize(name: string, found: number, each: number): void {
  const most = Math.floor(MOST / each);
  if (found <= most) return;
  const wanted = most > 0
    ? `at most ${most} for these sizes of networks and sequences and this number of seeds`
    : "used with smaller networks, shorter sequences or fewer seeds, since not even 1 fits";
  throw new InputError(name, wanted, found, "The batch would exceed the memory");
}
