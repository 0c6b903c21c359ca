import { InputError } from "../core/errors.ts";
import type { MachineRecord, Result } from "./result.ts";
import { idSchema } from "../core/schema.ts";

/**
 * Refuses ids that are in both: pages find a metric, a table or a figure of either by its id alone.
 *
 * @throws {InputError} On the first id that is in both.
 */
export function checkMachineIds(
  result: Pick<Result, "metrics" | "tables" | "figures">,
  machine: MachineRecord,
): void {
  for (const kind of ["metrics", "tables", "figures"] as const) {
    const ids = new Set(result[kind].map(({ id }) => id));
    const twice = machine[kind].find(({ id }) => ids.has(id));
    if (twice === undefined) continue;
    throw new InputError(
      `${kind.slice(0, -1)} id`,
      "recorded in the result or of the machine, not in both",
      twice.id,
    );
  }
}

/** Names of files in a site that do not belong to an experiment. */
const RESERVED = ["index", "methods", "manifest", "schema"];

/** The most characters of an id: it names files. */
const LONGEST = 100;

/**
 * Checks the id of an experiment, which names its pages and files.
 *
 * @param id The id.
 * @throws {InputError} If it is not made of lower-case words joined by hyphens, is longer than 100
 * characters, or names another file of a site.
 */
export function checkExperimentId(id: string): void {
  if (!idSchema.safeParse(id).success) {
    throw new InputError("experiment id", "lower-case words joined by hyphens", id);
  }
  if (id.length > LONGEST) {
    throw new InputError("experiment id", `at most ${LONGEST} characters long`, id);
  }
  if (RESERVED.includes(id)) {
    throw new InputError("experiment id", `a name other than ${RESERVED.join(", ")}`, id);
  }
}
