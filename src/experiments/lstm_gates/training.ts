import { InputError } from "../../core/errors.ts";
import type { NDArray } from "../../core/nd_array.ts";
import type { Sample } from "../../data/sequence_task.ts";
import { forgetBias } from "../../model/init/gate_bias_init.ts";
import { evaluate } from "../../training/evaluate.ts";
import { fit } from "../../training/fit.ts";
import { MSELoss } from "../../training/engine/losses.ts";
import { Adam } from "../../training/optimizer.ts";
import type { PartProgress } from "../../harness/experiment.ts";
import {
  type AblationMeasures,
  cellGradients,
  measureAblation,
  type UnitMeans,
  unitMeans,
} from "./ablation.ts";
import type { Context, WeightKind } from "./parameters.ts";
import {
  type MarkMeasures,
  measure,
  measureMarks,
  type Measures,
  measureStorage,
  type StorageMeasures,
} from "./measure.ts";
import {
  baseInit,
  FEW,
  marksOf,
  type Network,
  network,
  patternSequences,
  runningSums,
  taskSequences,
  traceAll,
} from "./networks.ts";
import { sigmoid } from "./survival.ts";

/** A network before or after training, on each kind of sequences. */
export interface NetworkMeasures {
  /** The measures on the notebook's sequences. */
  readonly patterns: Measures;
  /** The measures on sequences of the adding problem that training has not seen. */
  readonly task: Measures;
  /** The gates at the marks of these sequences. */
  readonly marks: MarkMeasures;
  /** How well readouts recover the running sum. */
  readonly storage: StorageMeasures;
  /** The gradient of the output with respect to the cell state, by lag from 1. */
  readonly gradients: readonly number[];
}

/** The states of the first seed on the first of the notebook's sequences: [sequence, hidden]. */
export interface States {
  readonly hidden: readonly (readonly number[])[];
  readonly cell: readonly (readonly number[])[];
}

/** The measures of the networks of all seeds before or after training. */
interface Look {
  /** The measures, by seed. */
  readonly measures: readonly NetworkMeasures[];
  readonly states: States;
  readonly means: UnitMeans;
}

/** The measures of the networks of all seeds before and after training, and the losses. */
export interface Training {
  /** The measures before training, by seed. */
  readonly untrained: readonly NetworkMeasures[];
  /** The measures after training, by seed. */
  readonly trained: readonly NetworkMeasures[];
  readonly states: { readonly untrained: States; readonly trained: States };
  /** The training loss by seed and step. */
  readonly losses: readonly (readonly number[])[];
  /** The loss on sequences that training has not seen, by seed. */
  readonly heldOut: readonly number[];
  readonly ablation: AblationMeasures;
}

/** The trainings, by the way to draw weights. */
export type Trainings = Readonly<Record<WeightKind, Training>>;

/** The sequences that networks are measured on. */
interface Sequences {
  /** The notebook's sequences with patterns. */
  readonly patterns: NDArray;
  /** Sequences of the adding problem that training has not seen. */
  readonly heldOut: Sample;
  /** Other sequences of the adding problem, for fitting readouts and the means of gates. */
  readonly fitting: Sample;
  /** A few sequences of the adding problem, for gradients. */
  readonly few: Sample;
}

/**
 * Measures the networks of all seeds, trains them on the adding problem, and measures again.
 *
 * @param weights The way to draw their weights.
 */
export async function train(
  context: Context,
  weights: WeightKind,
  { signal, progress }: PartProgress,
): Promise<Training> {
  const { parameters, seeds } = context;
  const model = network(context, forgetBias(parameters.forgetBias, baseInit(context, weights)));
  const optimizer = new Adam(model, { learningRate: parameters.learningRate });
  const loss = new MSELoss();
  const sequences: Sequences = {
    patterns: patternSequences(context),
    heldOut: taskSequences(context, parameters.heldOut, "held-out"),
    fitting: taskSequences(context, parameters.heldOut, "fitting"),
    few: taskSequences(context, Math.min(parameters.heldOut, FEW), "gradients"),
  };
  try {
    const untrained = await look(model, sequences);
    const losses = await fit(model, loss, optimizer, {
      steps: parameters.trainingSteps,
      signal,
      onStep: (done) => progress(done, parameters.trainingSteps),
      draw: (step) => taskSequences(context, parameters.trainingBatch, "training", step),
    });
    const end = await evaluate(model, loss, sequences.heldOut);
    if (![...losses.flatMap((step) => [...step]), ...end].every(Number.isFinite)) {
      const wanted = "small enough for the training loss to stay finite";
      throw new InputError("learningRate", wanted, parameters.learningRate);
    }
    const trained = await look(model, sequences);
    const kept = sigmoid(parameters.forgetBias);
    return {
      untrained: untrained.measures,
      trained: trained.measures,
      states: { untrained: untrained.states, trained: trained.states },
      losses: seeds.map((_, seed) => losses.map((step) => step[seed] ?? NaN)),
      heldOut: [...end],
      ablation: await measureAblation(model, trained.means, kept, sequences),
    };
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

/** Measures the networks of all seeds with their present weights. */
async function look(
  model: Network,
  { patterns, heldOut: { x: task }, fitting: { x: fitting }, few }: Sequences,
): Promise<Look> {
  const onPatterns = await traceAll(model, patterns);
  const onTask = await traceAll(model, task);
  const onFitting = await traceAll(model, fitting);
  const gradients = await cellGradients(model, few.x);
  const marks = marksOf(task);
  const sums = { task: runningSums(task), fitting: runningSums(fitting) };
  const [first] = onPatterns;
  return {
    measures: onTask.flatMap((traced, seed): NetworkMeasures[] => {
      const own = onPatterns[seed];
      const other = onFitting[seed];
      const at = marks[seed];
      const held = { task: sums.task[seed], fitting: sums.fitting[seed] };
      if (!own || !other || !at || !held.task || !held.fitting) return [];
      return [{
        patterns: measure(own),
        task: measure(traced),
        marks: measureMarks(traced, at),
        storage: measureStorage(
          { traced: other, sums: held.fitting },
          { traced, sums: held.task },
        ),
        gradients: gradients[seed] ?? [],
      }];
    }),
    states: {
      hidden: (first?.hidden ?? []).map(([sequence = []]) => sequence),
      cell: (first?.cell ?? []).map(([sequence = []]) => sequence),
    },
    means: unitMeans(onFitting),
  };
}
