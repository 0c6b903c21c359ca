import { InputError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";

/** The part of a drawing that {@link unfoldingSteps} reads. */
interface Options {
  readonly id: string;
  readonly options: Readonly<Record<string, number>>;
}

/**
 * The drawings that a figure can name, each with the check of its options. The report draws each in a
 * file of `src/report/figure/drawings/`.
 */
export const drawingChecks = {
  /** A recurrent network, folded and unfolded over `steps` time steps: 1 to 12, by default 8. */
  "rnn-unfolding": unfoldingSteps,
} as const;

/** The name of a drawing. */
export type DrawingName = keyof typeof drawingChecks;

/**
 * Reads the options of the drawing of an unfolded network.
 *
 * @param drawing The drawing.
 * @returns The number of time steps.
 * @throws {InputError} If `steps` is not an integer from 1 to 12, or another option is given.
 */
export function unfoldingSteps(drawing: Options): number {
  const options: { readonly steps?: number } = drawing.options;
  checkOptions(`drawing ${drawing.id}`, options, { steps: true });
  const { steps = 8 } = options;
  if (!Number.isInteger(steps) || steps < 1 || steps > 12) {
    throw new InputError(`steps of drawing ${drawing.id}`, "an integer from 1 to 12", steps);
  }
  return steps;
}
