import type { CalibrationBandBin } from "../../../classification/calibration_band.ts";
import type { Chart } from "../../../result/figure.ts";
import { type DrawnTables, type FigureWords, known } from "./drawn_tables.ts";

/** The input of {@link calibrationFigure}. */
export interface CalibrationInput extends FigureWords {
  /** The class whose probability is predicted: `"positive"`. */
  readonly label: string;
  /** The bins of each model, from `calibrationBand`. */
  readonly curves: readonly {
    readonly name: string;
    readonly bins: readonly CalibrationBandBin[];
  }[];
  /** The title and the caption of the histogram of predictions, whose id is `id` and `-histogram`. */
  readonly histogram: Omit<FigureWords, "id">;
}

/**
 * Makes calibration curves with bands and the diagonal of perfect calibration, and a histogram of
 * the predictions.
 *
 * @param input The bins by model, and the words of both figures.
 * @returns The table of bins, the table of the diagonal, and the two figures.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { calibrationFigure } from "./calibration.ts";
 *
 * const observed = { value: 0.3, low: 0.2, high: 0.5, resamples: 1000 };
 * const { figures } = calibrationFigure({
 *   id: "calibration",
 *   title: "Calibration",
 *   caption: "Bands: 95 % intervals.",
 *   label: "positive",
 *   curves: [{ name: "GRU", bins: [{ low: 0, high: 1, predicted: 0.4, observed, count: 50 }] }],
 *   histogram: { title: "Predictions", caption: "Items by predicted probability." },
 * });
 * assertEquals(figures.map(({ id }) => id), ["calibration", "calibration-histogram"]);
 * ```
 */
export function calibrationFigure(input: CalibrationInput): DrawnTables {
  const { id, title, caption, label, curves, histogram } = input;
  const x = `predicted probability of the class ${label}`;
  const y = `share of the class ${label}`;
  const binName = ({ low, high }: CalibrationBandBin) => `${decimal(low)}\u2013${decimal(high)}`;
  const table = {
    id,
    title: `${title}: bins`,
    columns: [
      { name: "model", label: "model" },
      { name: "bin", label: "bin of the predicted probability" },
      { name: "predicted", label: `mean ${x}` },
      { name: "observed", label: y },
      { name: "low", label: "lower end of the interval" },
      { name: "high", label: "upper end of the interval" },
      { name: "count", label: "texts in the bin" },
    ],
    rows: curves.flatMap(({ name, bins }) =>
      bins.map((bin) => {
        const { value, low, high } = bin.observed;
        return [name, binName(bin), ...[bin.predicted, value, low, high].map(known), bin.count];
      })
    ),
  };
  const diagonal = {
    id: `${id}-diagonal`,
    title: "Perfect calibration: the class is as frequent as predicted",
    columns: [{ name: "predicted", label: x }, { name: "observed", label: y }],
    rows: [[0, 0], [1, 1]],
  };
  const bins = [...new Set(curves.flatMap((curve) => curve.bins.map(binName)))];
  const names = curves.map(({ name }) => name);
  const shared = { table: id, x: "predicted", series: "model" } as const;
  const curve: Chart = {
    kind: "chart",
    id,
    title,
    caption,
    alt:
      `For ${names.join(", ")}: the ${y} against the ${x}, both from 0 to 1, a line with a band ` +
      "for each model, and the diagonal of perfect calibration.",
    x: { label: x, scale: "linear", domain: [0, 1] },
    y: { label: y, scale: "linear", domain: [0, 1] },
    series: names,
    seriesLabel: "model",
    aspect: "equal",
    layers: [
      {
        mark: "line",
        table: diagonal.id,
        x: "predicted",
        y: "observed",
        role: "theory",
        label: "perfect calibration",
      },
      { mark: "band", ...shared, low: "low", high: "high" },
      { mark: "line", ...shared, y: "observed", role: "measured" },
    ],
  };
  const counts: Chart = {
    kind: "chart",
    id: `${id}-histogram`,
    ...histogram,
    alt: `For ${names.join(", ")}: a bar for each bin of the ${x}, as long as the number of items.`,
    x: { label: "texts in the bin", scale: "linear" },
    y: { label: x, scale: "category", categories: bins },
    ...(names.length > 1 ? { facet: "model" } : {}),
    layers: [{ mark: "bar", table: id, x: "count", y: "bin" }],
  };
  return { tables: [table, diagonal], figures: [curve, counts] };
}

/** An end of a bin, with at most two decimals. */
function decimal(end: number): string {
  return String(Number(end.toFixed(2)));
}
