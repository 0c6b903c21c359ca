import * as tf from "@tensorflow/tfjs";
import { median } from "../../statistics/descriptive.ts";
import { letOthersRun } from "../../core/event_loop.ts";
import { sequenceNetwork } from "../sequence_network.ts";
import type { Candidate } from "../architectures.ts";
import type { PartProgress } from "../../harness/experiment.ts";
import { type Context, sortedLengths } from "./parameters.ts";

/** Time and memory of the forward and backward pass of one network at one length. */
export interface Cost {
  readonly length: number;
  /** The milliseconds of each repeat. */
  readonly times: readonly number[];
  /** The largest number of bytes in tensors of tfjs at one time. */
  readonly peakBytes: number;
}

/** The costs of one candidate, by length. */
export interface CandidateCost {
  readonly candidate: Candidate;
  readonly costs: readonly Cost[];
}

/**
 * The shortest computing time of a measurement, in milliseconds, without the wait for the result.
 */
const LEAST = 5;

/**
 * The least ratio of computing time to the wait for a result, so that an error in the wait is
 * small.
 */
const WAITS = 8;

/** Milliseconds of warm-up before the measurements, in which the engine compiles the hot code. */
const WARM_UP = 500;

/**
 * Measures time and memory of each candidate at each length. Repeats alternate between candidates,
 * so that a temporary slowdown of the machine affects all of them.
 */
export async function measureCost(
  context: Context,
  candidates: readonly Candidate[],
): Promise<CandidateCost[]> {
  const byCandidate = await context.once("time and memory", async (part) => {
    const prepared = candidates.map((candidate) => prepare(context, candidate));
    try {
      return await measure(context, prepared.map(({ runs }) => runs), part);
    } finally {
      for (const { dispose } of prepared) dispose();
    }
  });
  return candidates.map((candidate, i) => ({ candidate, costs: byCandidate[i] ?? [] }));
}

/** The forward and backward pass of a network at one length. */
interface Run {
  readonly length: number;
  /** Runs the two passes `count` times, and waits for the last result. */
  readonly times: (count: number) => Promise<void>;
  readonly peakBytes: () => Promise<number>;
}

/** Creates a network, its inputs and its runs. */
function prepare(context: Context, { architecture, hiddenSize }: Candidate) {
  const { inputSize, outputSize, batch } = context.parameters;
  const random = context.random("cost");
  const model = sequenceNetwork({
    ...{ architecture, inputSize, hiddenSize, outputSize, readout: "last" },
    random: [random],
  });
  const variables = Object.values(model.parameters);
  const inputs: tf.Tensor[] = [];
  const runs = sortedLengths(context).map((length): Run => {
    const x = tf.tensor4d(random.array(length * batch * inputSize), [1, length, batch, inputSize]);
    inputs.push(x);
    const pass = tf.valueAndGrads((input: tf.Tensor) =>
      model.forward(input).output.square().mean()
    );
    const once = () => {
      const { value, grads } = pass([x, ...variables]);
      return [value, ...grads];
    };
    return {
      length,
      async times(count) {
        for (let i = 1; i < count; i++) tf.dispose(once());
        const last = once();
        // Reading a value waits for everything that was computed before it.
        await last.at(-1)?.data();
        tf.dispose(last);
      },
      async peakBytes() {
        // The memory also has tensors of other networks, which do not count.
        const others = tf.memory().numBytes;
        const own = [x, ...variables].reduce((bytes, { size }) => bytes + 4 * size, 0);
        return (await tf.profile(() => tf.dispose(once()))).peakBytes - others + own;
      },
    };
  });
  const dispose = (): void => {
    tf.dispose(inputs);
    model.dispose();
  };
  return { runs, dispose };
}

/** Measures the prepared runs of all networks, after a warm-up. */
async function measure(
  context: Context,
  networks: readonly (readonly Run[])[],
  { signal, progress }: PartProgress,
): Promise<Cost[][]> {
  const all = networks.flat();
  for (const start = performance.now(); performance.now() - start < WARM_UP;) {
    for (const run of all) await run.times(1);
  }
  const wait = await waitAlone();
  const least = Math.max(LEAST, WAITS * wait) + wait;
  const counts = new Map<Run, number>();
  for (const run of all) counts.set(run, await countFor(run, least));
  const taken = new Map<Run, number[]>(all.map((run) => [run, []]));
  const { repeats } = context.parameters;
  for (let repeat = 0; repeat < repeats; repeat++) {
    progress(repeat, repeats);
    for (const [run, times] of taken) {
      await letOthersRun(signal);
      const count = counts.get(run) ?? 1;
      times.push(Math.max(0, await milliseconds(run, count) - wait) / count);
    }
  }
  const cost = async (run: Run): Promise<Cost> => {
    const times = taken.get(run) ?? [];
    return {
      length: run.length,
      times,
      peakBytes: await run.peakBytes(),
    };
  };
  const costs: Cost[][] = [];
  for (const runs of networks) {
    const own: Cost[] = [];
    for (const run of runs) own.push(await cost(run));
    costs.push(own);
  }
  return costs;
}

/** Returns the current time in milliseconds. */
type Clock = () => number;

const now: Clock = () => performance.now();

/** Measures the milliseconds of a number of repeats. */
async function milliseconds(
  run: Pick<Run, "times">,
  count: number,
  clock: Clock = now,
): Promise<number> {
  const start = clock();
  await run.times(count);
  return clock() - start;
}

/** Finds a number of repeats, a power of two, that take at least `least` milliseconds together. */
export async function countFor(
  run: Pick<Run, "times">,
  least: number,
  clock: Clock = now,
): Promise<number> {
  let count = 1;
  while (count < 4096 && await milliseconds(run, count, clock) < least) count *= 2;
  return count;
}

/**
 * Measures the milliseconds of waiting for a result that takes no computing time. On a GPU they are
 * about ten, for any amount of work.
 */
async function waitAlone(): Promise<number> {
  const times: number[] = [];
  while (times.length < 7) {
    const start = performance.now();
    const nothing = tf.tidy(() => tf.scalar(1).square());
    await nothing.data();
    times.push(performance.now() - start);
    nothing.dispose();
  }
  return median(times);
}
