import type { Competitor, Job, Ready } from "./competitor.ts";
import { agree } from "./norms.ts";
import { operationsOf } from "./operations.ts";
import type { Result, Row } from "./results.ts";
import { measureInRounds } from "./rounds.ts";
import { valueOf } from "./workload.ts";

/** How far two competitors' losses may lie apart, as a fraction: float32 in another order. */
const AGREEMENT = 1e-3;

/** What a comparison stands on. */
export interface Comparison {
  /** Seconds for each measurement. */
  readonly seconds: number;
  /** The least seconds that a job can take where the competitor computes. */
  readonly floor: (job: Job, competitor: Competitor) => number;
  /** Is told what is going on, with how much is done. */
  readonly progress: (text: string, done: number, total: number) => void;
  /** Is told of what failed. */
  readonly failed: (line: string) => void;
}

/**
 * Has every competitor do a workload, checks that their losses agree, and times them in rounds.
 *
 * One that fails takes no further part, and its result says why.
 */
export async function compare(
  job: Job,
  competitors: readonly Competitor[],
  { seconds, floor, progress, failed }: Comparison,
): Promise<Row> {
  const { workload } = job;
  const failures = new Map<Competitor, string>();
  const ready: { competitor: Competitor; it: Ready }[] = [];
  const fail = (competitor: Competitor, error: unknown): void => {
    const message = (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
    failures.set(competitor, message);
    failed(`${workload.title}, ${competitor.name}: ${message}`);
  };
  const taking = competitors.filter((competitor) => competitor.takes(workload));
  for (const [i, competitor] of taking.entries()) {
    progress(`preparing ${competitor.name}`, i, taking.length);
    try {
      ready.push({ competitor, it: await competitor.prepare(job) });
    } catch (error) {
      fail(competitor, error);
    }
  }
  const reference = (["peer", "stock", "ours"] as const)
    .flatMap((kind) => ready.filter(({ competitor }) => competitor.kind === kind))[0];
  let done = 0;
  const measured = await measureInRounds(
    ready.map(({ competitor, it }) => async (slice) => {
      progress(`timing ${competitor.name}`, done++, ready.length);
      done %= ready.length;
      return await it.time(slice);
    }),
    seconds,
    (index, error) => {
      const one = ready[index];
      if (one) fail(one.competitor, error);
    },
  );
  for (const { competitor, it } of ready) {
    try {
      await it.dispose();
    } catch (error) {
      if (!failures.has(competitor)) fail(competitor, error);
    }
  }
  const results = taking.map((competitor): Result => {
    const index = ready.findIndex((one) => one.competitor === competitor);
    const [it, found] = [ready[index]?.it, measured[index] ?? null];
    return {
      ...{ name: competitor.name, kind: competitor.kind, backend: competitor.backend },
      ...{ failure: failures.get(competitor) ?? null, measured: found },
      value: found ? valueOf(workload, found.seconds) : null,
      ...{ setting: it?.setting ?? "", tried: it?.tried ?? [], checks: it?.checks ?? [] },
      agrees: it && reference ? agree(it.checks, reference.it.checks, AGREEMENT) : null,
      floor: floor(job, competitor),
    };
  });
  return {
    ...{ workload, operations: operationsOf(workload), results },
    reference: reference?.competitor.name ?? null,
  };
}
