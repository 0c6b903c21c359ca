import { assert } from "@std/assert";
import type { Result } from "../../src/result/result.ts";

/** Returns the rows of a table of a result. */
export function rows(result: Result, id: string): Result["tables"][number]["rows"] {
  const table = result.tables.find((one) => one.id === id);
  assert(table, `there is no table ${id}`);
  return table.rows;
}
