import type * as tf from "@tensorflow/tfjs";
import { mean } from "../../analysis/statistics.ts";
import type { Random } from "../../core/random.ts";
import { type Sample, sideBySide } from "../../data/sequence_task.ts";
import type { SequenceModel } from "../../model/sequence_model.ts";
import { evaluate } from "../../training/evaluate.ts";
import { fit } from "../../training/fit.ts";
import { CrossEntropyLoss, MSELoss } from "../../training/losses.ts";
import { Adam } from "../../training/optimizer.ts";
import type { PartProgress } from "../experiment.ts";
import { sequenceNetwork } from "../sequence_network.ts";
import { contenderName } from "../contenders.ts";
import { initOf, tutorialStarts } from "../initialisations.ts";
import type { Job } from "./jobs.ts";
import type { Context } from "./parameters.ts";

/** How many points a learning curve has at most. */
const POINTS = 50;

/** The largest 32-bit float. */
const LARGEST_FLOAT = 2 ** 127 * (2 - 2 ** -23);

/** What a job measured. */
export interface Outcome extends Job {
  /** Where the points of the curves lie: epochs, or steps, done. */
  readonly xs: readonly number[];
  /** Training losses [seed][point], each the mean since the point before. */
  readonly curves: readonly (readonly number[])[];
  /** Test losses [seed]. */
  readonly tests: readonly number[];
  /** Losses on the training sequences after training [seed]; empty where sequences were fresh. */
  readonly fits: readonly number[];
  /** Seeds in which training left the numbers behind: their losses are the largest in float32. */
  readonly diverged: number;
}

/** Trains the networks of each job, those of all seeds side by side. */
export async function train(context: Context, jobs: readonly Job[]): Promise<Outcome[]> {
  const byId = new Map(jobs.map((job) => [idOf(job), job]));
  const [{ setting } = { setting: "learning" }] = jobs;
  const parts = await context.each(setting, [...byId.keys()], async (id, part) => {
    const job = byId.get(id);
    if (!job) throw new RangeError(`no job ${id}`);
    return await trainJob(context, job, part);
  });
  return jobs.flatMap((job, i) => {
    const part = parts[i];
    return part ? [{ ...job, ...part }] : [];
  });
}

function idOf({ task, contender }: Job): string {
  return `${task.name}: ${contenderName(contender)}`;
}

/** The networks of a job before training, those of all seeds side by side; the caller's to dispose. */
export function networkOf(context: Context, job: Job): SequenceModel<tf.TensorContainer> {
  const { task: { inputSize, outputSize, readout }, contender: { architecture, hiddenSize } } = job;
  // With few sequences everything is as the tutorial has it.
  const init = job.setting === "memorising"
    ? initOf(architecture, tutorialStarts[architecture])
    : undefined;
  return sequenceNetwork({
    ...{ architecture, inputSize, hiddenSize, outputSize, readout },
    random: sources(context, job, idOf(job), "weights"),
    ...(init ? { init } : {}),
  });
}

/** How a job is trained and tested: on sequences of each seed's own, drawn in the order of use. */
export function planOf(context: Context, job: Job): Plan {
  const data = sources(context, job, job.task.name, "data");
  const test = sources(context, job, job.task.name, "test");
  return job.setting === "memorising"
    ? memorising(context, job, data, test)
    : learning(context, job, data, test);
}

async function trainJob(context: Context, job: Job, { signal, progress }: PartProgress) {
  const { task, setting } = job;
  const { learningRate, clipGradNorm } = context.parameters;
  const model = networkOf(context, job);
  const clip = setting === "learning" ? { clipGradNorm } : {};
  const adam = new Adam(model, { learningRate, ...clip });
  const loss = task.loss === "squaredError" ? new MSELoss() : new CrossEntropyLoss();
  try {
    const { steps, draw, group, test, sequences } = planOf(context, job);
    const losses = await fit(model, loss, adam, {
      ...{ steps, draw, signal },
      onStep: (done) => progress(done, steps),
    });
    const tests = await evaluate(model, loss, test());
    const fits: Float32Array[] = [];
    for (const sequence of sequences) fits.push(await evaluate(model, loss, sequence));
    const bySeed = (rows: readonly Float32Array[], r: number) => rows.map((row) => row[r] ?? NaN);
    return {
      xs: groups(steps, group).map(([, end]) => setting === "memorising" ? end / group : end),
      curves: context.seeds.map((_, r) =>
        groups(steps, group).map(([start, end]) => finite(bySeed(losses.slice(start, end), r)))
      ),
      tests: [...tests].map((one) => finite([one])),
      fits: fits.length === 0 ? [] : context.seeds.map((_, r) => finite(bySeed(fits, r))),
      diverged: context.seeds.filter((_, r) =>
        !bySeed([...losses, tests], r).every(Number.isFinite)
      )
        .length,
    };
  } finally {
    adam.dispose();
    model.dispose();
  }
}

/** Each seed draws from paths of its own, so that its network is what it would be alone. */
function sources({ seeds, random }: Context, { setting }: Job, ...path: string[]): Random[] {
  return seeds.map((seed) => random(seed, setting, ...path));
}

/** The mean of losses; where training has left the numbers behind, the largest in float32. */
export function finite(losses: readonly number[]): number {
  return losses.every(Number.isFinite) ? mean(losses) : LARGEST_FLOAT;
}

/** How a job is trained and tested. */
export interface Plan {
  readonly steps: number;
  readonly draw: (step: number) => Sample;
  /** How many steps a point of the curve takes together. */
  readonly group: number;
  readonly test: () => Sample;
  /** The sequences that are trained on again and again, one by one; none where they are fresh. */
  readonly sequences: readonly Sample[];
}

/** The same sequences in every epoch, one a step. */
function memorising(
  { parameters }: Context,
  { task }: Job,
  data: readonly Random[],
  test: readonly Random[],
): Plan {
  const { trainSequences, testSequences, epochs } = parameters;
  const sequences = Array.from(
    { length: trainSequences },
    () => sideBySide(data.map((source) => task.draw(1, source))),
  );
  return {
    steps: epochs * trainSequences,
    draw: (step) => {
      const sequence = sequences[step % trainSequences];
      if (!sequence) throw new RangeError(`no sequence for step ${step}`);
      return sequence;
    },
    group: trainSequences,
    test: () => sideBySide(test.map((source) => task.draw(testSequences, source))),
    sequences,
  };
}

/** Fresh sequences at every step. */
function learning(
  { parameters }: Context,
  { task, perStep }: Job,
  data: readonly Random[],
  test: readonly Random[],
): Plan {
  const { trainingSteps, shortSteps, trainingBatch, testBatch } = parameters;
  const steps = perStep ? shortSteps : trainingSteps;
  return {
    steps,
    draw: () => sideBySide(data.map((source) => task.draw(trainingBatch, source))),
    group: Math.ceil(steps / POINTS),
    test: () => sideBySide(test.map((source) => task.draw(testBatch, source))),
    sequences: [],
  };
}

/** The steps from start to before end, in groups of so many; the last may be smaller. */
function groups(steps: number, group: number): [start: number, end: number][] {
  return Array.from(
    { length: Math.ceil(steps / group) },
    (_, i) => [i * group, Math.min(steps, (i + 1) * group)],
  );
}
