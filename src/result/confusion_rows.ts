import { InputError } from "../core/errors.ts";
import type { ConfusionFigure } from "./confusion_figure.ts";
import { figureRows } from "./figure_rows.ts";
import type { Table } from "./result.ts";

/** A cell of a confusion matrix. */
export interface ConfusionCell {
  /** The index of the true class. */
  readonly actual: number;
  /** The index of the predicted class. */
  readonly predicted: number;
  /** The number of items. */
  readonly count: number;
  /** The share of the items of the true class; `null` if there are no such items. */
  readonly share: number | null;
}

/** One matrix of a figure. */
export interface ConfusionPanel {
  /** The value of the facet; `null` if the figure has no facets. */
  readonly facet: string | null;
  /** The cells, in the order of the table. */
  readonly cells: readonly ConfusionCell[];
}

/** The matrices of a figure. */
export interface ConfusionPanels {
  /** The matrices in the order of the table. */
  readonly panels: readonly ConfusionPanel[];
  /** The label of the column of the true class. */
  readonly actualLabel: string;
  /** The label of the column of the predicted class. */
  readonly predictedLabel: string;
  /** The label of the column of the shares. */
  readonly shareLabel: string;
}

/**
 * Reads the matrices of a figure, and checks them.
 *
 * @param figure The figure.
 * @param tables The tables of the result.
 * @returns The matrices, and the labels of their columns.
 * @throws {InputError} If two classes have the same name; the table or a column does not exist; a
 * class is not in the list; a count is below 0; a share is not from 0 to 1; or a cell has two rows.
 */
export function readConfusion(
  figure: ConfusionFigure,
  tables: readonly Table[],
): ConfusionPanels {
  const { classes, actual, predicted, count, share, facet } = figure;
  if (new Set(classes).size < classes.length) {
    throw new InputError(`the classes of figure ${figure.id}`, "different names", classes);
  }
  const names = [actual, predicted, count, share, ...(facet === undefined ? [] : [facet])];
  const { rows, labels } = figureRows(figure, tables, names);
  const groups = Map.groupBy(rows, (row) => facet === undefined ? null : row.name(facet));
  const panels = [...groups].map(([name, own]) => {
    const taken = new Set<string>();
    const cells = own.map((row): ConfusionCell => {
      const cell = {
        actual: row.indexIn(actual, classes),
        predicted: row.indexIn(predicted, classes),
        count: row.number(count),
        share: row.cell(share) === null ? null : row.number(share, 1),
      };
      const key = `${classes[cell.actual]} predicted as ${classes[cell.predicted]}`;
      if (taken.has(key)) {
        const what = `the cell ${key} of figure ${figure.id}`;
        throw new InputError(what, "in one row of its matrix", "two");
      }
      taken.add(key);
      return cell;
    });
    return { facet: name, cells };
  });
  const label = (column: string) => labels.get(column) ?? column;
  return {
    panels,
    actualLabel: label(actual),
    predictedLabel: label(predicted),
    shareLabel: label(share),
  };
}
