import type { Experiment } from "./experiment.ts";
import { vanishingGradients } from "./vanishing_gradients.ts";

/** Every experiment of the report, in its order. */
export const experiments: readonly Experiment[] = [vanishingGradients];
