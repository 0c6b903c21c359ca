/**
 * Sequence tasks for networks, drawn from seeded random numbers, each with the losses of simple
 * predictors as baselines; divisions of labelled data into folds; and series to forecast.
 *
 * @example Draw a batch of the adding problem
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Random } from "../mod.ts";
 * import { addingProblem } from "./data.ts";
 *
 * const task = addingProblem({ steps: 20 });
 * const { x, target } = task.draw(16, new Random(1));
 * assertEquals(x.shape, [20, 16, 2]); // [sequence, batch, input]
 * assertEquals(target.shape, [16, 1]); // [batch, output]
 * ```
 *
 * @module
 */
export { addingProblem, type AddingProblemOptions } from "./data/adding_problem.ts";
export { alternatingSign } from "./data/per_step_tasks.ts";
export { copyMemory, type CopyMemoryOptions } from "./data/copy_memory.ts";
export { copyTask } from "./data/per_step_tasks.ts";
export { cumulativeSum } from "./data/per_step_tasks.ts";
export {
  crossValidationSplits,
  type DataSplit,
  type FoldOptions,
  type LabelledSample,
  type LearningSubsetOptions,
  learningSubsets,
  type SourceSplit,
  sourceSplits,
  type SplitsOptions,
  stratifiedFolds,
} from "./data/folds.ts";
export { gateSequence, type GateSequenceOptions } from "./data/gate_sequence.ts";
export { airPassengers, maunaLoaCo2, usBirths } from "./data/series/known_series.ts";
export { mackeyGlass, type MackeyGlassOptions } from "./data/series/mackey_glass.ts";
export { readSeries, type ReadSeriesOptions } from "./data/series/read_series.ts";
export { gapsOf, type Series, type SeriesGap } from "./data/series/series.ts";
export {
  axisFrom,
  type ReadTimes,
  readTimes,
  type TimeAxis,
  type TimeField,
  timeLabel,
  type TimeUnit,
} from "./data/series/time_axis.ts";
export type { PerStepOptions } from "./data/per_step_tasks.ts";
export {
  type Baseline,
  type Sample,
  type SequenceTask,
  stackSamples,
} from "./data/sequence_task.ts";
