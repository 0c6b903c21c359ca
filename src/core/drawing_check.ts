import { InputError } from "./errors.ts";
import type { Drawing } from "./figure.ts";
import { checkOptions } from "./options.ts";

/**
 * The options of a drawing of an unfolded network, checked.
 *
 * @param drawing The drawing.
 * @returns How many steps it shows; 8 if the drawing does not say.
 * @throws {InputError} If `steps` is not an integer from 1 to 12, or another option is given.
 */
export function unfoldingSteps(drawing: Drawing): number {
  const options: { readonly steps?: number } = drawing.options;
  checkOptions(`drawing ${drawing.id}`, options, { steps: true });
  const { steps = 8 } = options;
  if (!Number.isInteger(steps) || steps < 1 || steps > 12) {
    throw new InputError(`steps of drawing ${drawing.id}`, "an integer from 1 to 12", steps);
  }
  return steps;
}
