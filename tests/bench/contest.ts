import type { Library } from "./library.ts";
import type { BackendName, Ready } from "./ready.ts";
import { type Measured, measureInRounds } from "./rounds.ts";

/** One who takes part in a contest. */
export interface Contestant {
  /** Its name in tables. */
  readonly name: string;
  /** What it is to the others. */
  readonly kind: "ours" | "stock" | "peer";
  /** The backend of tfjs that it computes on; null outside of this process. */
  readonly backend: BackendName | null;
  /** The library of Python that it stands for; null where it is no peer. */
  readonly library: Library | null;
  /** Makes ready what is to be done. */
  prepare(): Promise<Ready>;
}

/** What came of one contestant. */
export interface Finding extends Pick<Contestant, "name" | "kind" | "backend" | "library"> {
  /** Why there is no measurement; null where there is one. */
  readonly failure: string | null;
  /** What was measured; null where it failed. */
  readonly measured: Measured | null;
  /** What was chosen where there was a choice, and what else was tried, seconds of each. */
  readonly setting: string;
  readonly tried: readonly { readonly setting: string; readonly seconds: number }[];
  /** The numbers that must agree, and whether they do with the reference. */
  readonly checks: readonly number[];
  readonly agrees: boolean | null;
}

/** How a contest is held. */
export interface ContestOptions {
  /** What is done, for messages. */
  readonly title: string;
  /** Seconds for each measurement. */
  readonly seconds: number;
  /** Whether one's checks agree with the reference's. */
  readonly agree: (found: readonly number[], reference: readonly number[]) => boolean;
  /** Is told what is going on, with how much is done. */
  readonly progress: (text: string, done: number, total: number) => void;
  /** Is told of what failed. */
  readonly failed: (line: string) => void;
}

/**
 * Has all do the same, checks that their numbers agree, and times them in rounds.
 *
 * One that fails takes no further part, and its finding says why.
 *
 * @returns What came of each, in their order, and the name of the one that the others are compared
 * with: a peer, or else plain tfjs, or else ours; null where all failed.
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

/** The fastest of those that did not fail. */
export function fastest<F extends Pick<Finding, "measured">>(
  findings: readonly F[],
): F | undefined {
  return findings.filter(({ measured }) => measured !== null)
    .toSorted((a, b) => (a.measured?.seconds ?? 0) - (b.measured?.seconds ?? 0))[0];
}
