import type { Recording } from "../../../harness/experiment.ts";
import type { TableInput } from "../../../harness/seed_values.ts";
import type { Figure } from "../../../result/figure.ts";

/** Figures with the tables that they draw. */
export interface DrawnTables {
  /** The tables, to be recorded first. */
  readonly tables: readonly TableInput[];
  /** The figures. */
  readonly figures: readonly Figure[];
}

/** The texts of a figure that its caller writes. */
export interface FigureWords {
  /** The id of the figure and of its first table. */
  readonly id: string;
  /** A short heading. */
  readonly title: string;
  /** What the figure shows, of how many texts and seeds. */
  readonly caption: string;
}

/**
 * Records tables and their figures.
 *
 * @param context The run.
 * @param drawn The tables and figures.
 * @throws {InputError} If a figure does not fit its table, or an id is taken.
 */
export function recordDrawn(
  context: Pick<Recording, "figure" | "table">,
  { tables, figures }: DrawnTables,
): void {
  for (const table of tables) context.table(table);
  for (const figure of figures) context.figure(figure);
}

/**
 * Returns a number of a table, in which a missing one is `null`.
 *
 * @param value The number.
 * @returns The number; `null` if it is not finite.
 */
export function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
