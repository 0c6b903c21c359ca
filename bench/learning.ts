import { geometricMean } from "../src/statistics/descriptive.ts";
import type { BackendDescription } from "../src/core/backend.ts";
import type { NDArray } from "../src/core/nd_array.ts";
import { stackSamples } from "../src/data/sequence_task.ts";
import { defineExperiment } from "../src/harness/experiment.ts";
import { learningCapacity } from "../src/experiments/learning_capacity/experiment.ts";
import {
  notebookJobs,
  type NotebookOutcome,
  notebookTraining,
  runNotebookTasks,
} from "../src/experiments/learning_capacity/notebook_tasks.ts";
import type { Context } from "../src/experiments/learning_capacity/parameters.ts";
import { networksOf, type Trained } from "../src/experiments/learning_capacity/train.ts";
import { resolveParameters } from "../src/harness/parameters.ts";
import { runExperiment } from "../src/harness/run.ts";
import type { LearningReport } from "./compare.ts";
import {
  agree,
  AGREEMENT,
  contest,
  type Contestant,
  type ContestOptions,
  readyOn,
  type Timed,
} from "./contest.ts";
import { type Peer, readyAt, tensorFields } from "./peers.ts";
import { type Tensor, withNumbers } from "./workload.ts";

/** Parameters of `learning-capacity` that differ from its own. */
export type Given = Partial<Context["parameters"]>;

/** The seeds that are trained together. The peers get the numbers of the first seed. */
export const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;

/**
 * Runs the part of `learning-capacity` that uses the notebook's tasks, for all seeds together:
 * draws data and networks, trains and tests them, and reads the results.
 */
export async function learn(
  backend: BackendDescription,
  given: Given = {},
  seeds: readonly number[] = SEEDS,
): Promise<readonly NotebookOutcome[]> {
  const outcomes: NotebookOutcome[] = [];
  await inExperiment(backend, given, seeds, async (context) => {
    outcomes.push(...await runNotebookTasks(context));
  });
  return outcomes;
}

/**
 * The initial numbers of the first seed: the parameters of each network, by task and architecture,
 * and for each task the training sequences x and target [number, sequence, batch 1, feature] and
 * the test sequences test_x and test_target [sequence, batch, feature].
 */
export async function drawLearning(
  backend: BackendDescription,
  given: Given = {},
): Promise<readonly Tensor[]> {
  const tensors = new Map<string, Tensor>();
  // There is one seed, so its axis is removed.
  const add = (name: string, { shape, data }: NDArray, seedAxis = 0, parameter = false): void => {
    tensors.set(name, { name, shape: shape.toSpliced(seedAxis, 1), parameter, values: data });
  };
  await inExperiment(backend, given, SEEDS.slice(0, 1), async (context) => {
    for (const job of notebookJobs(context)) {
      const { task: { name }, architecture } = job;
      const training = notebookTraining(context, job);
      const { draw, known = [], test } = training;
      const network = networksOf(training);
      for (const [parameter, value] of Object.entries(await network.stateDict())) {
        add(`${name}/${architecture}/${parameter}`, value, 0, true);
      }
      network.dispose();
      const trained = stackSamples(known.map((_, i) => draw(i)));
      add(`${name}/x`, trained.x, 1);
      add(`${name}/target`, trained.target, 1);
      add(`${name}/test_x`, test.x);
      add(`${name}/test_target`, test.target);
    }
  });
  return [...tensors.values()];
}

/** Runs a function with the context of the experiment, which has its random numbers. */
async function inExperiment(
  backend: BackendDescription,
  parameters: Given,
  seeds: readonly number[],
  run: (context: Context) => Promise<void>,
): Promise<void> {
  const hypotheses = { claims: {}, checks: {} };
  const part = defineExperiment({ ...learningCapacity, hypotheses, run });
  await runExperiment(part, { parameters, seeds, backend });
}

/** Options for {@link compareLearning}. */
export interface LearningOptions extends Pick<ContestOptions, "seconds" | "progress" | "failed"> {
  readonly backends: readonly BackendDescription[];
  readonly peers: readonly Peer[];
  /** Parameters of the experiment that differ from its own. */
  readonly given?: Given;
}

/** Its name in messages. */
export const LEARNING = "learning comparison";

/**
 * Times the comparison of architectures on the notebook's tasks: the code of `learning-capacity`
 * with all seeds together, on each backend, and the notebook's code with one seed, in each PyTorch.
 * From the numbers of the first seed both must reach the same losses.
 */
export async function compareLearning(
  { backends, peers, given = {}, ...options }: LearningOptions,
): Promise<LearningReport> {
  const [backend] = backends;
  if (!backend) throw new RangeError("no backends");
  const drawn = await drawLearning(backend, given);
  return await withNumbers(drawn, async (file) => {
    const learning = resolveParameters(learningCapacity.parameters, given);
    const request = { file, learning, checkedEpochs: CHECKED_EPOCHS, tensors: tensorFields(drawn) };
    const contestants = [
      ...backends.map((backend): Contestant => ({
        ...{ name: `Unroll ${backend.name}`, kind: "ours", backend: backend.name, library: null },
        async prepare() {
          const ready = await readyOn(backend.name, () => ourLearning(backend, given));
          return { ...ready, time: async (seconds) => await ready.time(seconds) / SEEDS.length };
        },
      })),
      ...peers.filter(({ library }) => library === "torch").map((peer): Contestant => ({
        ...{ name: peer.title, kind: "peer", backend: null, library: peer.library },
        prepare: () => readyAt(peer, "learning", request),
      })),
    ];
    const title = LEARNING;
    const outcome = await contest(contestants, { ...options, title, agree: learnedTheSame });
    const { epochs, trainSequences: sequences } = learning;
    return { seeds: SEEDS.length, epochs, sequences, ...outcome };
  });
}

async function ourLearning(backend: BackendDescription, given: Given): Promise<Timed> {
  return {
    checks: learningChecks(await learn(backend, given)),
    setting: `${SEEDS.length} seeds together`,
    async run(times) {
      for (let i = 0; i < times; i++) await learn(backend, given);
    },
    // The experiment frees its networks and optimizers.
    dispose: () => {},
  };
}

/**
 * The number of epochs whose losses must agree to {@link AGREEMENT}. In later epochs rounding
 * errors grow, as they do between float32 and float64 in PyTorch.
 */
export const CHECKED_EPOCHS = 10;

/**
 * The largest relative difference of means over all networks at the end: rounding errors have
 * grown.
 */
export const AGREEMENT_AT_THE_END = 0.25;

/**
 * The numbers of the first seed that must agree: the loss of each network in each of the first
 * epochs, then the geometric means over the networks of the training loss in the last epoch and of
 * the test loss.
 */
export function learningChecks(outcomes: readonly Pick<Trained, "curves" | "tests">[]): number[] {
  const curves = outcomes.map(({ curves: [first = []] }) => first);
  return [
    ...curves.flatMap((curve) => curve.slice(0, CHECKED_EPOCHS)),
    geometricMean(curves.map((curve) => curve.at(-1) ?? NaN)),
    geometricMean(outcomes.map(({ tests: [first = NaN] }) => first)),
  ];
}

/**
 * Whether {@link learningChecks} agree: the epochs to `AGREEMENT`, the means to
 * `AGREEMENT_AT_THE_END`.
 */
export function learnedTheSame(found: readonly number[], reference: readonly number[]): boolean {
  return agree(found.slice(0, -2), reference.slice(0, -2), AGREEMENT) &&
    agree(found.slice(-2), reference.slice(-2), AGREEMENT_AT_THE_END);
}
