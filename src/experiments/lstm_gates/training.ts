import { InputError } from "../../core/errors.ts";
import type { Numbers } from "../../data/sequence_task.ts";
import { glorotInit } from "../../model/recurrent_init.ts";
import { forgetBias } from "../../model/gate_bias_init.ts";
import { SequenceModel } from "../../model/sequence_model.ts";
import { evaluate } from "../../training/evaluate.ts";
import { fit } from "../../training/fit.ts";
import { MSELoss } from "../../training/losses.ts";
import { Adam } from "../../training/optimizer.ts";
import type { PartProgress } from "../experiment.ts";
import { measure, type Measures } from "./measure.ts";
import { type MarkMeasures, measureMarks } from "./measure_marks.ts";
import { headLayer, recurrentLayer, type Traceable, traceAll } from "./networks.ts";
import type { Context } from "./parameters.ts";
import { marksOf, patternSequences, taskSequences } from "./sequences.ts";

/** A network before or after training, on each kind of sequences. */
export interface NetworkMeasures {
  /** On the notebook's sequences. */
  readonly patterns: Measures;
  /** On sequences of the adding problem that training has not seen. */
  readonly task: Measures;
  /** Its gates at the marks of those. */
  readonly marks: MarkMeasures;
}

/** The states of the first seed on the first of the notebook's sequences: [sequence, hidden]. */
export interface States {
  readonly hidden: readonly (readonly number[])[];
  readonly cell: readonly (readonly number[])[];
}

/** The networks of all seeds at one time. */
interface Look {
  /** By seed. */
  readonly measures: readonly NetworkMeasures[];
  readonly states: States;
}

/** What training the networks of all seeds gave. */
export interface Training {
  /** By seed. */
  readonly untrained: readonly NetworkMeasures[];
  /** By seed. */
  readonly trained: readonly NetworkMeasures[];
  readonly states: { readonly untrained: States; readonly trained: States };
  /** The training loss by seed and step. */
  readonly losses: readonly (readonly number[])[];
  /** The loss on sequences that training has not seen, by seed. */
  readonly heldOut: readonly number[];
}

/** Measures the networks of all seeds, trains them on the adding problem, and measures again. */
export async function train(
  context: Context,
  { signal, progress }: PartProgress,
): Promise<Training> {
  const { parameters, seeds } = context;
  const init = forgetBias(parameters.forgetBias, glorotInit);
  const model = new SequenceModel({
    recurrent: recurrentLayer(context, init),
    head: headLayer(context),
    readout: "last",
  });
  const optimizer = new Adam(model, { learningRate: parameters.learningRate });
  const loss = new MSELoss();
  const patterns = patternSequences(context);
  const heldOut = taskSequences(context, parameters.heldOut, "held-out");
  try {
    const untrained = await look(model, patterns, heldOut.x);
    const losses = await fit(model, loss, optimizer, {
      steps: parameters.trainingSteps,
      signal,
      onStep: (done) => progress(done, parameters.trainingSteps),
      draw: (step) => taskSequences(context, parameters.trainingBatch, "training", step),
    });
    const end = await evaluate(model, loss, heldOut);
    if (![...losses.flatMap((step) => [...step]), ...end].every(Number.isFinite)) {
      const wanted = "small enough for the training loss to stay finite";
      throw new InputError("learningRate", wanted, parameters.learningRate);
    }
    const trained = await look(model, patterns, heldOut.x);
    return {
      untrained: untrained.measures,
      trained: trained.measures,
      states: { untrained: untrained.states, trained: trained.states },
      losses: seeds.map((_, seed) => losses.map((step) => step[seed] ?? NaN)),
      heldOut: [...end],
    };
  } finally {
    optimizer.dispose();
    model.dispose();
  }
}

/** Measures the networks of all seeds as they are. */
async function look(model: Traceable, patterns: Numbers, task: Numbers): Promise<Look> {
  const onPatterns = await traceAll(model, patterns);
  const onTask = await traceAll(model, task);
  const marks = marksOf(task);
  const [first] = onPatterns;
  return {
    measures: onTask.flatMap((traced, seed): NetworkMeasures[] => {
      const own = onPatterns[seed];
      const at = marks[seed];
      if (!own || !at) return [];
      return [{ patterns: measure(own), task: measure(traced), marks: measureMarks(traced, at) }];
    }),
    states: {
      hidden: (first?.hidden ?? []).map(([sequence = []]) => sequence),
      cell: (first?.cell ?? []).map(([sequence = []]) => sequence),
    },
  };
}
