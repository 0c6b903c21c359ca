import type { ConfusionMatrix } from "../../classification/confusion.ts";

/** The largest number of classes of a figure. */
const MOST_SHOWN = 12;

/** Confusion matrices with the names of their classes. */
export interface ShownClasses {
  readonly classes: readonly string[];
  /** The counts of each matrix [true class, predicted class]. */
  readonly matrices: readonly ConfusionMatrix[];
  /** The number of classes that are counted together as the last one; 0 if all are shown. */
  readonly merged: number;
}

/**
 * Counts rare classes together, so that a figure has room for all cells: of more than 12 classes the
 * 11 with the most items stay, and the last class is all others.
 *
 * @param classes The names of the classes.
 * @param matrices The matrices of the same items.
 * @returns The classes that are shown, in the given order, and their matrices.
 */
export function shownClasses(
  classes: readonly string[],
  matrices: readonly ConfusionMatrix[],
): ShownClasses {
  if (classes.length <= MOST_SHOWN) return { classes, matrices, merged: 0 };
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const items = (matrices[0] ?? []).map((row, label) => ({ label, count: sum(row) }));
  const kept = items.sort((a, b) => b.count - a.count || a.label - b.label)
    .slice(0, MOST_SHOWN - 1).map(({ label }) => label).sort((a, b) => a - b);
  const others = [...classes.keys()].filter((label) => !kept.includes(label));
  const groups = [...kept.map((label) => [label]), others];
  return {
    classes: [...kept.map((label) => classes[label] ?? ""), `${others.length} other classes`],
    matrices: matrices.map((matrix) =>
      groups.map((rows) =>
        groups.map((columns) =>
          sum(rows.flatMap((row) => columns.map((column) => matrix[row]?.[column] ?? NaN)))
        )
      )
    ),
    merged: others.length,
  };
}
