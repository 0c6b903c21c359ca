import { architectureComparison } from "./architecture_comparison.ts";
import type { Experiment } from "./experiment.ts";
import { intervalCoverage } from "./interval_coverage.ts";
import { learningCapacity } from "./learning_capacity.ts";
import { lstmGates } from "./lstm_gates.ts";
import { notebook } from "./notebook.ts";
import { textGeneration } from "./text_generation.ts";
import { vanishingGradients } from "./vanishing_gradients.ts";

/** Every experiment of the report, in its order. */
export const experiments: readonly Experiment[] = [
  notebook,
  vanishingGradients,
  lstmGates,
  architectureComparison,
  learningCapacity,
  textGeneration,
  intervalCoverage,
];
