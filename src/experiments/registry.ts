import { architectureComparison } from "./architecture_comparison/experiment.ts";
import type { Experiment } from "../harness/experiment.ts";
import { intervalCoverage } from "./interval_coverage/experiment.ts";
import { learningCapacity } from "./learning_capacity/experiment.ts";
import { lstmGates } from "./lstm_gates/experiment.ts";
import { notebook } from "./notebook/experiment.ts";
import { sentiment } from "./sentiment/experiment.ts";
import { textGeneration } from "./text_generation/experiment.ts";
import { vanishingGradients } from "./vanishing_gradients/experiment.ts";

/** The experiments of the report, in order. */
export const experiments: readonly Experiment[] = [
  notebook,
  vanishingGradients,
  lstmGates,
  architectureComparison,
  learningCapacity,
  textGeneration,
  sentiment,
  intervalCoverage,
];
