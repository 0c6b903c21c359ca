/** What was measured of one competitor. */
export interface Measured {
  /** Seconds of one step, or of one seed: the median over rounds. */
  readonly seconds: number;
  /** Half the distance of the fastest from the slowest round, as a share of the median. */
  readonly spread: number;
  /** How many rounds. */
  readonly n: number;
}

/** How many rounds there are, and the fewest where a step is long. */
export const ROUNDS = 5;
const FEWEST = 3;

/**
 * Times competitors in rounds, one after the other in each, so that a machine that changes its
 * speed changes it for all.
 *
 * A competitor whose steps fill its time early leaves after three rounds.
 *
 * @param competitors Each runs for about so many seconds and gives the seconds of one step.
 * @param seconds What each may take over all its rounds.
 * @param failed Is told of one that fails; it takes no further part.
 * @returns What was measured, in the order of the competitors; null for one that failed.
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
