/** A workload, made ready by a competitor that computes in this process. */
export interface Timed {
  /**
   * Numbers by which competitors are compared, from the workload's first weights. `regression` and
   * `language`: the loss before and after one update (the mean over networks). `flow`: the loss,
   * then the Euclidean norms of the gradients with respect to the input and to all weights.
   * `generation`: at each of the first tokens the largest logit of each row. `sampling`: the first
   * tokens of each row. `recurrence`: the two norms. Of the learning comparison what
   * `learningChecks` gives.
   */
  readonly checks: readonly number[];
  /** What was chosen where there was a choice; empty where there was none. */
  readonly setting: string;
  /** Does it so many times, and resolves when all is computed. */
  run(times: number): Promise<void>;
  /** Frees what it holds. */
  dispose(): void;
}

/**
 * Runs for about `seconds` and gives the seconds that one time took.
 *
 * The count grows until a run fills the time, so that what a run costs once, such as waiting for a
 * GPU, is spread as in real use.
 *
 * @param first How many times to begin with: what filled the time before.
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
    // Ten times at most: the first, cold run says little about how long more will take.
    times = Math.ceil(times * Math.min(10, Math.max(2, seconds / Math.max(took, 1e-6))));
  }
}
