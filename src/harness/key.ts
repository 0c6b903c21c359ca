import type { BackendDescription } from "../core/backend.ts";
import { sha256 } from "../platform/sha256.ts";
import { describe } from "../core/errors.ts";
import { type JsonObject, stableStringify } from "../core/json.ts";

/** The inputs that a result depends on. */
export interface RunInputs {
  readonly experiment: string;
  readonly version: number;
  readonly parameters: JsonObject;
  readonly seeds: readonly number[];
  readonly backend: BackendDescription;
  /** SHA-256 of each source file that the run depends on, by path. */
  readonly source: Readonly<Record<string, string>>;
  /** SHA-256 of each file that the parameters name, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** SHA-256 of the packages of the lock file. */
  readonly lock: string;
}

/**
 * Computes the key under which a result is kept: runs with equal keys have equal results.
 *
 * @param inputs The inputs of the run.
 * @returns The SHA-256 of the inputs.
 */
export function runKey(inputs: RunInputs): string {
  return sha256(stableStringify(inputs));
}

/**
 * Describes why an earlier result cannot be used again: the inputs that changed, with their values.
 *
 * @param before The inputs of the earlier run with the fewest differences; `null` for the first
 *   run.
 * @param now The inputs of the new run.
 * @returns The differences, separated by semicolons.
 */
export function whyRun(before: RunInputs | null, now: RunInputs): string {
  if (before === null) return "no earlier run is kept";
  const reasons = differences(before, now);
  return reasons.length > 0 ? reasons.join("; ") : "nothing changed";
}

/**
 * Counts the inputs that differ. {@link whyRun} explains most with the earlier run that has the
 * fewest differences.
 *
 * @param before The inputs of an earlier run.
 * @param now The inputs of the new run.
 * @returns The number of differences.
 */
export function distance(before: RunInputs, now: RunInputs): number {
  return differences(before, now).length;
}

/** Describes each difference in words. */
function differences(before: RunInputs, now: RunInputs): string[] {
  const reasons: string[] = [];
  if (before.experiment !== now.experiment) {
    reasons.push(`the experiment is ${now.experiment}, was ${before.experiment}`);
  }
  if (before.version !== now.version) {
    reasons.push(`the experiment's version is ${now.version}, was ${before.version}`);
  }
  for (const name of changed(before.parameters, now.parameters)) {
    const [is, was] = [now, before].map(({ parameters }) =>
      Object.hasOwn(parameters, name) ? parameters[name] : undefined
    );
    reasons.push(`parameter ${name} is ${describe(is)}, was ${describe(was)}`);
  }
  if (stableStringify(before.seeds) !== stableStringify(now.seeds)) {
    reasons.push(
      before.seeds.length === now.seeds.length
        ? `the seeds are ${describe(now.seeds)}, were ${describe(before.seeds)}`
        : `there are ${now.seeds.length} seeds, were ${before.seeds.length}`,
    );
  }
  if (stableStringify(before.backend) !== stableStringify(now.backend)) {
    const what = before.backend.name === now.backend.name
      ? `the ${now.backend.name} backend's adapter or versions changed`
      : `the backend is ${now.backend.name}, was ${before.backend.name}`;
    reasons.push(what);
  }
  for (const path of changed(before.files, now.files)) {
    // If the name of a file changed, a parameter changed, too, which is listed above.
    if (Object.hasOwn(before.files, path) && Object.hasOwn(now.files, path)) {
      reasons.push(`the file ${path} changed`);
    }
  }
  const sources = changed(before.source, now.source);
  if (sources.length > 0) {
    const more = sources.length > 3 ? ` and ${sources.length - 3} more` : "";
    reasons.push(`the source changed (${sources.slice(0, 3).join(", ")}${more})`);
  }
  if (before.lock !== now.lock) reasons.push("the packages in deno.lock changed");
  return reasons;
}

function changed(
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  // Own properties only, since every object has a "constructor".
  const text = (values: Readonly<Record<string, unknown>>, name: string) =>
    stableStringify(Object.hasOwn(values, name) ? values[name] ?? null : null);
  return [...names].sort().filter((name) => text(before, name) !== text(now, name));
}
