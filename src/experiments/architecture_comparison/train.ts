import { addingProblem } from "../../data/adding_problem.ts";
import { type Sample, type SequenceTask, stackSamples } from "../../data/sequence_task.ts";
import { type Architecture, candidateName, candidatesOf } from "../architectures.ts";
import {
  type Initialisation,
  initialisations,
  initOf,
  sequenceNetwork,
} from "../sequence_network.ts";
import { checkpoints, type Context } from "./parameters.ts";
import * as tf from "@tensorflow/tfjs";
import { fitDecay } from "../../analysis/decay.ts";
import { mean } from "../../statistics/descriptive.ts";
import type { Random } from "../../core/random.ts";
import { evaluate } from "../../training/evaluate.ts";
import { fit } from "../../training/fit.ts";
import { MSELoss } from "../../training/engine/losses.ts";
import { Adam } from "../../training/optimizer.ts";
import type { PartProgress } from "../../harness/experiment.ts";
import { type Dynamics, measureDynamics } from "./dynamics.ts";

/** A network that is trained. */
export interface Student {
  /** The name of the network in tables and figures. */
  readonly name: string;
  readonly architecture: Architecture;
  readonly hiddenSize: number;
  readonly initialisation: Initialisation;
}

const [PYTORCH, GLOROT] = initialisations;

/** The RNN with as many parameters as the LSTM. */
export const MATCHED_RNN = "RNN, matched";

/** The LSTM that starts without a forget bias. */
export const PYTORCH_LSTM = "LSTM, PyTorch's weights";

/** The task that networks are trained on. */
export function taskOf({ parameters }: Context): SequenceTask {
  return addingProblem({ steps: parameters.addingSteps });
}

/**
 * The networks that are trained: RNN, LSTM and GRU with Glorot weights, the parameter-matched RNN,
 * and the LSTM with PyTorch's weights. A GRU with as many parameters as the LSTM has only a few
 * more units than the LSTM, so it is left out.
 */
export function studentsOf(context: Context): Student[] {
  const { hiddenSize } = context.parameters;
  const { inputSize, outputSize } = taskOf(context);
  const glorot = candidatesOf({ inputSize, hiddenSize, outputSize }).flatMap((candidate) => {
    const { architecture, matching } = candidate;
    if (architecture === "GRU" && matching === "matched parameters") return [];
    return [{
      name: candidateName(candidate),
      architecture,
      hiddenSize: candidate.hiddenSize,
      initialisation: GLOROT,
    }];
  });
  const lstm = { architecture: "LSTM", hiddenSize, initialisation: PYTORCH } as const;
  return [...glorot, { name: PYTORCH_LSTM, ...lstm }];
}

/** The names of the networks that are trained. */
export function studentNames(context: Context): string[] {
  return studentsOf(context).map(({ name }) => name);
}

/** The number of updates over which a training loss is averaged. */
export const GROUP = 25;

/** The measures of a network at the checkpoints of its training, of shape [seed][checkpoint]. */
export interface Trained {
  readonly student: Student;
  /** The ratio of test losses to the memoryless baseline on the same sequences. */
  readonly losses: readonly (readonly number[])[];
  /** The per-step decay factor. */
  readonly rates: readonly (readonly number[])[];
  /** The largest Lyapunov exponent, per step. */
  readonly exponents: readonly (readonly number[])[];
  /**
   * The gradient with respect to the state, relative to lag 0, of shape [seed][checkpoint][lag].
   */
  readonly byLag: readonly (readonly (readonly number[])[])[];
  /**
   * The number of updates until the mean training loss of {@link GROUP} updates is below half of
   * the memoryless baseline; the number of all updates if it never is. Of shape [seed].
   */
  readonly halfway: readonly number[];
  /** The same number for a tenth of the baseline. */
  readonly tenth: readonly number[];
  /** The worst violation of the transpose identity. */
  readonly error: number;
}

/** Trains every network on the adding problem, with all seeds side by side. */
export async function trainStudents(context: Context): Promise<Trained[]> {
  const students = new Map(studentsOf(context).map((student) => [student.name, student]));
  const parts = await context.each("training", [...students.keys()], async (name, part) => {
    const student = students.get(name);
    if (!student) throw new RangeError(`no network ${name}`);
    return await trainStudent(context, student, part);
  });
  return [...students.values()].flatMap((student, i) => {
    const part = parts[i];
    return part ? [{ student, ...part }] : [];
  });
}

/** Returns the random sources of a path, one for each seed. */
function sources({ seeds, random }: Context, ...path: string[]): Random[] {
  return seeds.map((seed) => random(seed, "adding problem", ...path));
}

/** Trains a network for all seeds side by side, and measures it at the checkpoints. */
async function trainStudent(
  context: Context,
  { name, architecture, hiddenSize, initialisation }: Student,
  { signal, progress }: PartProgress,
): Promise<Omit<Trained, "student">> {
  const { parameters } = context;
  const { trainingSteps, checkpointEvery, trainingBatch, testBatch, probes } = parameters;
  const task = taskOf(context);
  const { inputSize, outputSize, readout } = task;
  const init = initOf(architecture, initialisation);
  const model = sequenceNetwork({
    ...{ architecture, inputSize, hiddenSize, outputSize, readout },
    random: sources(context, name, "weights"),
    ...(init ? { init } : {}),
  });
  const { learningRate, clipGradNorm } = parameters;
  const adam = new Adam(model, { learningRate, clipGradNorm });
  // All networks of a seed are trained on the same sequences.
  const data = sources(context, "data");
  const test = drawEach(context, "test", testBatch);
  const probe = drawEach(context, "probes", probes);
  const x = tf.tensor4d(probe.x.data, [context.seeds.length, task.steps, probes, inputSize]);
  const states = (architecture === "LSTM" ? 2 : 1) * hiddenSize;
  const starts = sources(context, name, "change").map((source) =>
    Float64Array.from(source.array(states))
  );
  try {
    const found: { losses: Float32Array; dynamics: Dynamics[] }[] = [];
    const trainingLosses: Float32Array[] = [];
    for (const done of checkpoints(context)) {
      if (done > 0) {
        trainingLosses.push(
          ...await fit(model, new MSELoss(), adam, {
            steps: checkpointEvery,
            draw: () => stackSamples(data.map((source) => task.draw(trainingBatch, source))),
            signal,
            onStep: (more) => progress(done - checkpointEvery + more, trainingSteps),
          }),
        );
      }
      found.push({
        losses: await evaluate(model, new MSELoss(), test),
        dynamics: await measureDynamics(architecture, model, x, starts),
      });
    }
    const baseline = memorylessLosses(context, test);
    const bySeed = <T>(of: (one: typeof found[number], seed: number) => T): T[][] =>
      context.seeds.map((_, seed) => found.map((one) => of(one, seed)));
    const stepsTo = (bound: number): number[] =>
      context.seeds.map((_, seed) =>
        stepsBelow(trainingLosses.map((losses) => losses[seed] ?? NaN), bound)
      );
    const byLag = bySeed(({ dynamics }, seed) => dynamics[seed]?.byLag ?? []);
    return {
      losses: bySeed(({ losses }, seed) => (losses[seed] ?? NaN) / (baseline[seed] ?? NaN)),
      rates: byLag.map((own) => own.map((norms) => fitDecay(norms).rate)),
      exponents: bySeed(({ dynamics }, seed) => dynamics[seed]?.exponent ?? NaN),
      byLag,
      halfway: stepsTo(task.memoryless.value / 2),
      tenth: stepsTo(task.memoryless.value / 10),
      error: Math.max(...found.flatMap(({ dynamics }) => dynamics.map(({ error }) => error))),
    };
  } finally {
    x.dispose();
    adam.dispose();
    model.dispose();
  }
}

/** Draws sequences for each seed, the same for all networks. */
function drawEach(context: Context, name: string, batch: number): Sample {
  const task = taskOf(context);
  return stackSamples(sources(context, name).map((source) => task.draw(batch, source)));
}

/**
 * Computes for each seed the loss of a constant prediction of 1, the mean of the targets, on the
 * test sequences.
 */
function memorylessLosses({ seeds }: Context, { target }: Sample): number[] {
  const size = target.data.length / seeds.length;
  return seeds.map((_, seed) => {
    const own = Array.from(target.data.slice(seed * size, (seed + 1) * size));
    return mean(own.map((sum) => (sum - 1) ** 2));
  });
}

/**
 * Counts the updates until the mean loss of a group is below a bound; all updates if it never is.
 */
export function stepsBelow(losses: readonly number[], bound: number): number {
  for (let end = GROUP; end <= losses.length; end += GROUP) {
    if (mean(losses.slice(end - GROUP, end)) < bound) return end;
  }
  return losses.length;
}

/** Finds the network of an architecture with the common size and Glorot weights. */
export function trainedOf(
  all: readonly Trained[],
  architecture: Architecture,
): Trained {
  return named(all, architecture);
}

/** Finds the RNN with as many parameters as the LSTM. */
export function matchedOf(all: readonly Trained[]): Trained {
  return named(all, MATCHED_RNN);
}

/** Finds a trained network by its name. */
function named(all: readonly Trained[], name: string): Trained {
  const found = all.find(({ student }) => student.name === name);
  if (!found) throw new RangeError(`no ${name} was trained`);
  return found;
}

/** Returns the values of all seeds at a checkpoint. */
export function atCheckpoint(
  values: readonly (readonly number[])[],
  index: number,
): number[] {
  return values.map((own) => own.at(index) ?? NaN);
}
