import { z } from "zod";
import { textSchema as text } from "../core/schema.ts";
import { type FigureText, figureTextSchema } from "./figure_text.ts";

/** The largest number of classes whose cells have room for a number on a narrow screen. */
const MOST_CLASSES = 12;

/**
 * A confusion matrix: a cell for each true and each predicted class, with the number of items and
 * the share of the items of the true class. The shade is the share.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { ConfusionFigure } from "./confusion_figure.ts";
 * import { readConfusion } from "./confusion_rows.ts";
 *
 * const table = {
 *   id: "confusion",
 *   title: "Predictions by true class",
 *   columns: [
 *     { name: "actual", label: "true class" },
 *     { name: "predicted", label: "predicted class" },
 *     { name: "count", label: "items" },
 *     { name: "share", label: "share of the true class" },
 *   ],
 *   rows: [
 *     ["negative", "negative", 30, 0.75],
 *     ["negative", "positive", 10, 0.25],
 *     ["positive", "negative", 20, 0.2],
 *     ["positive", "positive", 80, 0.8],
 *   ],
 * };
 * const figure: ConfusionFigure = {
 *   kind: "confusion-matrix",
 *   id: "confusion",
 *   title: "Confusion matrix",
 *   caption: "Predictions of one network for 140 texts.",
 *   alt: "75 % of the negative and 80 % of the positive texts are predicted correctly.",
 *   table: "confusion",
 *   classes: ["negative", "positive"],
 *   actual: "actual",
 *   predicted: "predicted",
 *   count: "count",
 *   share: "share",
 * };
 * // In an experiment: context.table(table); context.figure(figure);
 * assertEquals(readConfusion(figure, [table]).panels[0]?.cells.length, 4);
 * ```
 */
export interface ConfusionFigure extends FigureText {
  /** The kind of a figure that is a confusion matrix. */
  readonly kind: "confusion-matrix";
  /** The id of the table, with a row for each cell. A cell without a row is empty. */
  readonly table: string;
  /** The classes in order: from the top and from the left, 2 to 12. */
  readonly classes: readonly string[];
  /** The column of the true class. */
  readonly actual: string;
  /** The column of the predicted class. */
  readonly predicted: string;
  /** The column of the number of items, 0 or more. */
  readonly count: string;
  /**
   * The column of the share of the items of the true class, from 0 to 1; `null` if the class has no
   * items.
   */
  readonly share: string;
  /** The column for several matrices: one for each of its values. */
  readonly facet?: string;
}

/** Validates a {@link ConfusionFigure}. */
export const confusionFigureSchema = z.strictObject({
  kind: z.literal("confusion-matrix"),
  ...figureTextSchema,
  table: text,
  classes: z.array(text).min(2).max(MOST_CLASSES),
  actual: text,
  predicted: text,
  count: text,
  share: text,
  facet: text.exactOptional(),
}) satisfies z.ZodType<ConfusionFigure>;
