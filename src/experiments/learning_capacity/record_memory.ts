import { parameterCount } from "../architectures.ts";
import { recordGrid } from "./grid_figures.ts";
import { recordMemoryClaims } from "./memory_claims.ts";
import {
  recordMemoryCurves,
  recordRatios,
  recordRatiosByUpdate,
  recordSizes,
  recordTestLosses,
} from "./memory_figures.ts";
import type { Outcome } from "./memory_tasks.ts";
import type { Context } from "./parameters.ts";

/** Records the tasks that need memory: who learns more, the grids, losses, and sizes. */
export function recordMemory(context: Context, outcomes: readonly Outcome[]): void {
  recordMemoryClaims(context, outcomes);
  recordGrid(context, outcomes);
  recordMemoryCurves(context, outcomes);
  recordTestLosses(context, outcomes);
  recordRatios(context, outcomes);
  recordRatiosByUpdate(context, outcomes);
  recordSizes(context, outcomes, ({ task: { inputSize, outputSize }, contender }) => {
    const { architecture, hiddenSize } = contender;
    return parameterCount(architecture, { inputSize, hiddenSize, outputSize });
  });
}
