import type { ConfusionMatrix } from "../../../classification/confusion.ts";
import { InputError } from "../../../core/errors.ts";
import type { DrawnTables, FigureWords } from "./drawn_tables.ts";

/** The input of {@link confusionFigure}. */
export interface ConfusionInput extends FigureWords {
  /** The names of the classes, 2 to 12. */
  readonly classes: readonly string[];
  /** The matrices, one for each model. */
  readonly matrices: readonly {
    readonly name: string;
    /** The counts [true class, predicted class]. */
    readonly counts: ConfusionMatrix;
  }[];
}

/**
 * Makes confusion matrices with the counts, and the shares of the items of each true class.
 *
 * @param input The counts by model, and the words of the figure.
 * @returns A table with a row for each cell, and its figure.
 * @throws {InputError} If a matrix has another number of rows or columns than there are classes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { confusionFigure } from "./confusion.ts";
 *
 * const { tables: [table] } = confusionFigure({
 *   id: "confusion",
 *   title: "Confusion matrix",
 *   caption: "Mean over one seed.",
 *   classes: ["negative", "positive"],
 *   matrices: [{ name: "GRU", counts: [[30, 10], [20, 60]] }],
 * });
 * assertEquals(table?.rows[1], ["GRU", "negative", "positive", 10, 0.25]);
 * ```
 */
export function confusionFigure(input: ConfusionInput): DrawnTables {
  const { id, title, caption, classes, matrices } = input;
  const entries = matrices.flatMap(({ name, counts }) => {
    const lengths = [counts.length, ...counts.map((row) => row.length)];
    const wrong = lengths.find((length) => length !== classes.length);
    if (wrong !== undefined) {
      const wanted = `${classes.length} by ${classes.length}, as there are classes`;
      throw new InputError(`the confusion matrix of ${name}`, wanted, wrong);
    }
    return counts.flatMap((row, actual) => {
      const items = row.reduce((sum, count) => sum + count, 0);
      return row.map((count, predicted) => ({
        name,
        actual: classes[actual] ?? "",
        predicted: classes[predicted] ?? "",
        count,
        share: items > 0 ? count / items : null,
      }));
    });
  });
  const right = entries.filter(({ actual, predicted }) => actual === predicted)
    .map(({ name, actual, share }) =>
      `${name}, ${actual}: ${share === null ? "no items" : `${Math.round(100 * share)} %`}`
    );
  return {
    tables: [{
      id,
      title: `${title}: counts and shares`,
      columns: [
        { name: "model", label: "model" },
        { name: "actual", label: "true class" },
        { name: "predicted", label: "predicted class" },
        { name: "count", label: "number of items" },
        { name: "share", label: "share of the true class" },
      ],
      rows: entries.map((one) => [one.name, one.actual, one.predicted, one.count, one.share]),
    }],
    figures: [{
      kind: "confusion-matrix",
      id,
      title,
      caption,
      alt: "The number of items by true and predicted class, and their shares of the true class. " +
        `Predicted correctly: ${right.join("; ")}.`,
      table: id,
      classes,
      actual: "actual",
      predicted: "predicted",
      count: "count",
      share: "share",
      ...(matrices.length > 1 ? { facet: "model" } : {}),
    }],
  };
}
