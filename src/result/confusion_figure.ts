import { z } from "zod";
import { textSchema as text } from "../core/schema.ts";
import { type FigureText, figureTextSchema } from "./figure_text.ts";

/** The largest number of classes whose cells have room for a number on a narrow screen. */
const MOST_CLASSES = 12;

/**
 * A confusion matrix: a cell for each true and each predicted class, with the number of items and
 * the share of the items of the true class. The shade is the share.
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
