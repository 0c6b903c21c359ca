import type { Competitor, Job } from "./competitor.ts";
import { contest, type ContestOptions } from "./contest.ts";
import { agree, AGREEMENT } from "./norms.ts";
import { operationsOf } from "./operations.ts";
import { ratiosOf } from "./ratios.ts";
import type { Row } from "./results.ts";
import { valueOf } from "./workload.ts";

/** What a comparison stands on. */
export interface Comparison extends Pick<ContestOptions, "seconds" | "progress" | "failed"> {
  /** The least seconds that a job can take where the competitor computes. */
  readonly floor: (job: Job, competitor: Competitor) => number;
}

/**
 * Has every competitor that takes it do a workload, checks that their losses agree, and times them
 * in rounds.
 *
 * One that fails takes no further part, and its result says why.
 */
export async function compare(
  job: Job,
  competitors: readonly Competitor[],
  { floor, ...options }: Comparison,
): Promise<Row> {
  const { workload } = job;
  const taking = competitors.filter((competitor) => competitor.takes(workload));
  const { reference, findings } = await contest(
    taking.map((competitor) => ({ ...competitor, prepare: () => competitor.prepare(job) })),
    {
      ...options,
      title: workload.title,
      agree: (found, reference) => agree(found, reference, AGREEMENT),
    },
  );
  const results = taking.flatMap((competitor, i) => {
    const finding = findings[i];
    if (!finding) return [];
    const { measured } = finding;
    const value = measured ? valueOf(workload, measured.seconds) : null;
    return [{ ...finding, value, floor: floor(job, competitor) }];
  });
  const ratios = ratiosOf(results);
  return { workload, operations: operationsOf(workload), reference, results, ratios };
}
