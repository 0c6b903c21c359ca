import { InputError } from "../core/errors.ts";
import type { MachineRecord, Result } from "./result.ts";
import { idSchema } from "../core/schema.ts";

/**
 * Throws if the result and the record of the machine share an id. Pages look up metrics, tables and
 * figures in both by the id alone.
 *
 * @param result The result.
 * @param machine The record of the machine.
 * @throws {InputError} If two metrics, two tables or two figures have the same id.
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
      "in the result or in the record of the machine, not in both",
      twice.id,
    );
  }
}

/** The names of files of a site that no experiment can have. */
const RESERVED = ["index", "methods", "manifest", "schema"];

/** The largest length of an id, which is part of file names. */
const LONGEST = 100;

/**
 * Throws unless a text can be the id of an experiment, which is part of the names of pages and
 * files.
 *
 * @param id The text.
 * @throws {InputError} If `id` is anything but lower-case words joined by hyphens, has more than
 * 100 characters, or is the name of another file of a site.
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
