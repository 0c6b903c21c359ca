import * as tf from "@tensorflow/tfjs";
import type { BackendDescription } from "../src/core/backend.ts";

/** An implementation that is compared with others. */
export interface Contestant {
  /** Its name in tables. */
  readonly name: string;
  /** Its kind: this library, plain tfjs, or a library of Python. */
  readonly kind: "ours" | "stock" | "peer";
  /** Its backend of tfjs; null if it computes in another process. */
  readonly backend: BackendName | null;
  /** Its library of Python; null if it is not a peer. */
  readonly library: Library | null;
  /** Prepares the work. */
  prepare(): Promise<Ready>;
}

/** The outcome of a contestant. */
export interface Finding extends Pick<Contestant, "name" | "kind" | "backend" | "library"> {
  /** The reason why there is no measurement; null if there is one. */
  readonly failure: string | null;
  /** The measurement; null if it failed. */
  readonly measured: Measured | null;
  /** The fastest setting, and all settings with their seconds. */
  readonly setting: string;
  readonly tried: readonly { readonly setting: string; readonly seconds: number }[];
  /** The numbers that must agree, and whether they agree with the reference. */
  readonly checks: readonly number[];
  readonly agrees: boolean | null;
}

/** Options for {@link contest}. */
export interface ContestOptions {
  /** The name of the work in messages. */
  readonly title: string;
  /** Seconds for each measurement. */
  readonly seconds: number;
  /** Whether checks agree with those of the reference. */
  readonly agree: (found: readonly number[], reference: readonly number[]) => boolean;
  /** Shows progress. */
  readonly progress: (text: string, done: number, total: number) => void;
  /** Shows a failure. */
  readonly failed: (line: string) => void;
}

/**
 * Times implementations of the same work in rounds, after a check that their numbers agree. One
 * that fails is left out of later rounds; its finding has the reason.
 *
 * @returns A finding for each contestant, in order, and the name of the reference: the first peer
 * that did not fail to prepare, otherwise plain tfjs, otherwise this library; null if all failed.
 */
export async function contest(
  contestants: readonly Contestant[],
  { title, seconds, agree, progress, failed }: ContestOptions,
): Promise<{ readonly reference: string | null; readonly findings: readonly Finding[] }> {
  const failures = new Map<Contestant, string>();
  const ready: { contestant: Contestant; it: Ready }[] = [];
  const fail = (contestant: Contestant, error: unknown): void => {
    const message = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
    failures.set(contestant, message);
    failed(`${title}, ${contestant.name}: ${message}`);
  };
  for (const [i, contestant] of contestants.entries()) {
    progress(`preparing ${contestant.name}`, i, contestants.length);
    try {
      ready.push({ contestant, it: await contestant.prepare() });
    } catch (error) {
      fail(contestant, error);
    }
  }
  const reference = (["peer", "stock", "ours"] as const)
    .flatMap((kind) => ready.filter(({ contestant }) => contestant.kind === kind))[0];
  let done = 0;
  const measured = await measureInRounds(
    ready.map(({ contestant, it }) => async (slice) => {
      progress(`timing ${contestant.name}`, done++, ready.length);
      done %= ready.length;
      return await it.time(slice);
    }),
    seconds,
    (index, error) => {
      const one = ready[index];
      if (one) fail(one.contestant, error);
    },
  );
  for (const { contestant, it } of ready) {
    try {
      await it.dispose();
    } catch (error) {
      if (!failures.has(contestant)) fail(contestant, error);
    }
  }
  const findings = contestants.map((contestant): Finding => {
    const index = ready.findIndex((one) => one.contestant === contestant);
    const it = ready[index]?.it;
    const { name, kind, backend, library } = contestant;
    return {
      ...{ name, kind, backend, library },
      ...{ failure: failures.get(contestant) ?? null, measured: measured[index] ?? null },
      ...{ setting: it?.setting ?? "", tried: it?.tried ?? [], checks: it?.checks ?? [] },
      agrees: it && reference ? agree(it.checks, reference.it.checks) : null,
    };
  });
  return { reference: reference?.contestant.name ?? null, findings };
}

/** The fastest finding with a measurement. */
export function fastest<F extends { readonly measured: Pick<Measured, "seconds"> | null }>(
  findings: readonly F[],
): F | undefined {
  return findings.filter(({ measured }) => measured !== null)
    .toSorted((a, b) => (a.measured?.seconds ?? 0) - (b.measured?.seconds ?? 0))[0];
}

/** A library of Python. */
export type Library = "torch" | "jax";

/** The names of the libraries in tables, in their order. */
export const LIBRARY_TITLES: Readonly<Record<Library, string>> = { torch: "PyTorch", jax: "JAX" };

/** The name of a backend of tfjs. */
export type BackendName = BackendDescription["name"];

/** Prepared work of a competitor. */
export interface Ready {
  /** As {@link Timed.checks}. */
  readonly checks: readonly number[];
  /** The fastest setting; empty if there is only one. */
  readonly setting: string;
  /** The seconds of a step in each setting. */
  readonly tried: readonly { readonly setting: string; readonly seconds: number }[];
  /**
   * Runs for about `seconds` and returns the seconds of one step of all networks. In the learning
   * comparison it returns the seconds of one seed, and for sentence classifiers those of one network.
   */
  time(seconds: number): Promise<number>;
  /** Frees its memory. */
  dispose(): Promise<void>;
}

/**
 * Prepares work that is computed in this process.
 *
 * @param backend The backend of the work, which must have been started.
 * @param make Prepares the work on the current backend.
 */
export async function readyOn(backend: BackendName, make: () => Promise<Timed>): Promise<Ready> {
  const select = async (): Promise<void> => {
    if (!await tf.setBackend(backend)) throw new Error(`the backend ${backend} did not start`);
  };
  await select();
  const timed = await make();
  let times = 1;
  return {
    ...{ checks: timed.checks, setting: timed.setting, tried: [] },
    async time(seconds) {
      await select();
      const found = await timeFor(timed, seconds, times);
      times = found.times;
      return found.seconds;
    },
    async dispose() {
      await select();
      timed.dispose();
    },
  };
}

/** A prepared workload of a competitor that computes in this process. */
export interface Timed {
  /**
   * Numbers that must agree between competitors, computed from the initial weights.
   *
   * - `regression` and `language`: the loss before and after one update, as means over networks.
   * - `flow`: the loss and the Euclidean norms of the gradients with respect to the input and to
   *   all weights.
   * - `generation`: the largest logit of each row, for each of the first tokens.
   * - `sampling`: the first tokens of each row.
   * - `recurrence`: the norms of the gradients.
   * - the learning comparison: the result of `learningChecks`.
   * - sentence classifiers: the losses of an epoch and the mean accuracy; see `classifiesTheSame`.
   */
  readonly checks: readonly number[];
  /** The fastest setting; empty if there is only one. */
  readonly setting: string;
  /** Repeats the work `times` times and resolves when all of it is computed. */
  run(times: number): Promise<void>;
  /** Frees its memory. */
  dispose(): void;
}

/**
 * Runs for about `seconds` and returns the seconds of one repetition.
 *
 * The number of repetitions grows until a run fills the time. So the fixed cost of a run, such as
 * waiting for a GPU, is divided by their number, as in real use.
 *
 * @param first The initial number of repetitions: the number that filled the time before.
 */
export async function timeFor(
  timed: Pick<Timed, "run">,
  seconds: number,
  first = 1,
): Promise<{ seconds: number; times: number }> {
  let times = first;
  for (;;) {
    const start = performance.now();
    await timed.run(times);
    const took = (performance.now() - start) / 1000;
    if (took >= seconds / 2) return { seconds: took / times, times };
    // At most ten times as many: a cold run does not predict the time of later ones.
    times = Math.ceil(times * Math.min(10, Math.max(2, seconds / Math.max(took, 1e-6))));
  }
}

/** The measurement of a competitor. */
export interface Measured {
  /** The median over rounds of the seconds of one step or seed. */
  readonly seconds: number;
  /** Half the range of the rounds divided by the median. */
  readonly spread: number;
  /** The number of rounds. */
  readonly n: number;
}

/** The number of rounds, and the least number if a step is long. */
export const ROUNDS = 5;
const FEWEST = 3;

/**
 * Times competitors in rounds. In each round they run one after the other, so that a change in the
 * speed of the machine affects all of them.
 *
 * A competitor that has used its time has three rounds.
 *
 * @param competitors Functions that run for about the given seconds and return the seconds of one
 * step.
 * @param seconds The time of each competitor over all rounds.
 * @param failed Called with the index and the error of a competitor that fails.
 * @returns The measurements, in the order of the competitors; null for one that failed.
 */
export async function measureInRounds(
  competitors: readonly ((seconds: number) => Promise<number>)[],
  seconds: number,
  failed: (index: number, error: unknown) => void,
): Promise<(Measured | null)[]> {
  const all = competitors.map((time) => ({ time, found: [] as number[], spent: 0, out: false }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, one] of all.entries()) {
      if (one.out || (round >= FEWEST && one.spent >= seconds)) continue;
      const start = performance.now();
      try {
        one.found.push(await one.time(seconds / ROUNDS));
      } catch (error) {
        one.out = true;
        failed(index, error);
      }
      one.spent += (performance.now() - start) / 1000;
    }
  }
  return all.map(({ found, out }) => out ? null : summary(found));
}

/** The median, spread and count of some timings. */
export function summary(found: readonly number[]): Measured {
  const sorted = found.toSorted((a, b) => a - b);
  const n = sorted.length;
  const median = ((sorted[(n - 1) >> 1] ?? NaN) + (sorted[n >> 1] ?? NaN)) / 2;
  const range = (sorted[n - 1] ?? NaN) - (sorted[0] ?? NaN);
  return { seconds: median, spread: range / 2 / median, n };
}

/** The largest relative difference of losses: sums of float32 in another order differ by less. */
export const AGREEMENT = 1e-3;

/** The mean of some numbers. */
export function mean(values: ArrayLike<number>): number {
  return Array.from(values).reduce((a, b) => a + b, 0) / values.length;
}

/** The Euclidean norm of the numbers of several arrays together. */
export function norm(arrays: readonly ArrayLike<number>[]): number {
  let squares = 0;
  for (const array of arrays) {
    for (let i = 0; i < array.length; i++) squares += (array[i] ?? 0) ** 2;
  }
  return Math.sqrt(squares);
}

/** Whether each number differs from that of the reference by at most a fraction of it. */
export function agree(
  found: readonly number[],
  reference: readonly number[],
  relative: number,
): boolean {
  return found.length === reference.length && found.every((value, i) => {
    const wanted = reference[i] ?? NaN;
    return Math.abs(value - wanted) <= relative * Math.abs(wanted);
  });
}
