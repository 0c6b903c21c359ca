import { InputError } from "../core/errors.ts";

/** The largest count of 32-bit floats of a pass over one batch: a gigabyte. */
const MOST = 2 ** 28;

/**
 * Checks that a batch fits into memory, before anything runs.
 *
 * @param name The parameter that sets the size of a batch.
 * @param found The value of the parameter.
 * @param each The count of numbers for each sequence of the batch, over all seeds.
 * @throws {InputError} If the batch is too large; the message names the parameter and its largest
 *   value.
 */
export function checkBatchSize(name: string, found: number, each: number): void {
  const most = Math.floor(MOST / each);
  if (found <= most) return;
  const wanted = most > 0
    ? `at most ${most} for these sizes of networks and sequences and this number of seeds`
    : "used with smaller networks, shorter sequences or fewer seeds, since not even 1 fits";
  throw new InputError(name, wanted, found, "The batch would exceed the memory");
}
