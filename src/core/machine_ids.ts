import { InputError } from "./errors.ts";
import type { MachineRecord, Result } from "./result.ts";

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
