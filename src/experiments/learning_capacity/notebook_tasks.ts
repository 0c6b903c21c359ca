import { mean } from "../../statistics/descriptive.ts";
import { InputError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import { type SequenceTask, stackSamples } from "../../data/sequence_task.ts";
import { type Architecture, architectures } from "../architectures.ts";
import { notebookInit } from "../sequence_network.ts";
import { notebookTasks } from "./jobs.ts";
import { meanBySeed, ratioBySeed } from "../ratios.ts";
import type { Context } from "./parameters.ts";
import { drawing, type Trained, trainNetworks, type TrainOptions } from "./train.ts";

/** A network on one of the notebook's tasks. */
export interface NotebookJob {
  readonly task: SequenceTask;
  readonly architecture: Architecture;
}

/** A network on one of the notebook's tasks, with the trained networks of the seeds. */
export interface NotebookOutcome extends NotebookJob, Trained {}

/**
 * Trains networks as the notebook does: for several epochs on the same few sequences, one sequence
 * for each update, without clipping, with the notebook's initial weights. Unlike the notebook, it
 * trains a new network for each task.
 */
export async function runNotebookTasks(context: Context): Promise<NotebookOutcome[]> {
  const items = notebookJobs(context);
  const byName = new Map(items.map((item) => [`${item.task.name}: ${item.architecture}`, item]));
  const parts = await context.each("notebook's tasks", [...byName.keys()], async (name, part) => {
    const item = byName.get(name);
    if (!item) throw new InputError("a part", "known", name);
    return await trainNetworks(notebookTraining(context, item), part);
  });
  return items.flatMap((item, i) => {
    const part = parts[i];
    return part ? [{ ...item, ...part }] : [];
  });
}

/** Lists each network on each task. */
export function notebookJobs({ parameters }: Context): NotebookJob[] {
  return notebookTasks(parameters).flatMap((task) =>
    architectures.map((architecture) => ({ task, architecture }))
  );
}

/**
 * Returns the options of training a network on a task. Each seed has its own sequences, which are
 * drawn in the order of their use.
 */
export function notebookTraining(
  context: Context,
  { task, architecture }: NotebookJob,
): TrainOptions {
  const { trainSequences, testSequences, epochs, hiddenSize, learningRate } = context.parameters;
  const sources = (...path: string[]): Random[] => {
    return context.seeds.map((seed) => context.random(seed, "notebook", task.name, ...path));
  };
  const data = sources("data");
  const known = Array.from(
    { length: trainSequences },
    () => stackSamples(data.map((source) => task.draw(1, source))),
  );
  return {
    ...{ task, architecture, hiddenSize, learningRate, known },
    init: notebookInit(architecture, task.inputSize),
    weights: sources("weights", architecture),
    updates: epochs * trainSequences,
    group: trainSequences,
    draw: (update) => {
      const sequence = known[update % trainSequences];
      if (!sequence) throw new InputError("the sequence of an update", "drawn", update);
      return sequence;
    },
    test: drawing(task, testSequences, sources("test"))(),
  };
}

/**
 * Records metrics of LSTM and RNN on the notebook's tasks: for each task, and two averages over
 * tasks. They are not claims about the notebook, since networks here are new for each task.
 */
export function recordNotebookMetrics(
  context: Context,
  outcomes: readonly NotebookOutcome[],
): void {
  const byTask = (architecture: Architecture): number[][] =>
    outcomes.filter((one) => one.architecture === architecture).map(({ tests }) => [...tests]);
  const [lstm, rnn] = [byTask("LSTM"), byTask("RNN")];
  const arithmetic = (losses: readonly (readonly number[])[]): number[] => {
    return context.seeds.map((_, seed) => mean(losses.map((own) => own[seed] ?? NaN)));
  };
  const geometric = meanBySeed(lstm.map((own, i) => ratioBySeed(own, rnn[i] ?? [])));
  context.metric({
    id: "notebook-tasks-mean",
    label: "LSTM / RNN: ratio of the mean test losses over the notebook's tasks, new networks",
    statistic: "geometric-mean",
    values: ratioBySeed(arithmetic(lstm), arithmetic(rnn)),
  });
  context.metric({
    id: "notebook-tasks-geometric",
    label: "LSTM / RNN: geometric mean over the notebook's tasks of the ratio of test losses",
    statistic: "geometric-mean",
    values: geometric,
  });
  for (const [i, name] of notebookTasks(context.parameters).map((task) => task.name).entries()) {
    context.metric({
      id: `notebook-${name.replaceAll(" ", "-")}`,
      label: `LSTM / RNN: ratio of test losses, ${name}`,
      statistic: "geometric-mean",
      values: ratioBySeed(lstm[i] ?? [], rnn[i] ?? []),
    });
  }
}
