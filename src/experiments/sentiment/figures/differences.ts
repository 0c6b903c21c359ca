import { InputError } from "../../../core/errors.ts";
import { type DrawnTables, type FigureWords, known } from "./drawn_tables.ts";

/** The input of {@link differencesFigure}. */
export interface DifferencesInput extends FigureWords {
  /** The quantity: `"difference in accuracy"`. */
  readonly label: string;
  /** The unit of the quantity, if it has one. */
  readonly unit?: string;
  /** The kind of the rows: `"comparison"`. */
  readonly rowLabel: string;
  /** The differences with their intervals, in order from the top. */
  readonly rows: readonly {
    readonly name: string;
    /** The name of the series, if a row has several estimates. */
    readonly series?: string;
    readonly value: number;
    readonly low: number;
    readonly high: number;
  }[];
  /** The kind of the series: `"set"`. */
  readonly seriesLabel?: string;
  /** The smallest difference that matters, which has a line on both sides of 0. */
  readonly margin?: number;
}

/**
 * Makes a chart of differences with intervals, a row for each, with lines at 0 and at the smallest
 * difference that matters.
 *
 * @param input The differences, and the words of the figure.
 * @returns A table with a row for each difference, and its figure.
 * @throws {InputError} If some rows have a series and others do not, or the margin is not above 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { differencesFigure } from "./differences.ts";
 *
 * const { tables: [table] } = differencesFigure({
 *   id: "differences",
 *   title: "Differences in accuracy",
 *   caption: "Lines: 95 % intervals.",
 *   label: "difference in accuracy",
 *   rowLabel: "comparison",
 *   rows: [{ name: "GRU − TF-IDF", value: 0.01, low: -0.02, high: 0.04 }],
 *   margin: 0.02,
 * });
 * assertEquals(table?.rows, [["GRU − TF-IDF", 0.01, -0.02, 0.04]]);
 * ```
 */
export function differencesFigure(input: DifferencesInput): DrawnTables {
  const { id, title, caption, label, unit, rowLabel, rows, seriesLabel, margin } = input;
  if (margin !== undefined && !(margin > 0)) throw new InputError("margin", "above 0", margin);
  const named = rows.filter(({ series }) => series !== undefined);
  const hasSeries = named.length > 0;
  if (hasSeries && named.length < rows.length) {
    throw new InputError("series", "given for all rows or for none", named.length);
  }
  const own = unit === undefined ? {} : { unit };
  const categories = [...new Set(rows.map(({ name }) => name))];
  const series = [...new Set(named.flatMap(({ series }) => series ?? []))];
  const rule = (value: number, text: string) => ({
    mark: "rule" as const,
    axis: "x" as const,
    value,
    label: text,
  });
  const none = rule(0, "no difference");
  const rules = margin === undefined ? [none] : [
    rule(-margin, `margin \u2212${margin}`),
    none,
    rule(margin, `margin ${margin}`),
  ];
  return {
    tables: [{
      id,
      title,
      columns: [
        { name: "name", label: rowLabel },
        ...(hasSeries ? [{ name: "series", label: seriesLabel ?? "series" }] : []),
        { name: "difference", label, ...own },
        { name: "low", label: "lower end of the interval", ...own },
        { name: "high", label: "upper end of the interval", ...own },
      ],
      rows: rows.map((row) => [
        row.name,
        ...(row.series === undefined ? [] : [row.series]),
        ...[row.value, row.low, row.high].map(known),
      ]),
    }],
    figures: [{
      kind: "chart",
      id,
      title,
      caption,
      alt: `The ${label} with its interval, a row for each ${rowLabel}` +
        `${margin === undefined ? "" : `, and lines at 0 and at ${margin} on both sides of it`}. ` +
        rows.map(spokenDifference).join(" "),
      x: { label, ...own, scale: "linear" },
      y: { label: rowLabel, scale: "category", categories },
      ...(hasSeries ? { series } : {}),
      ...(hasSeries && seriesLabel !== undefined ? { seriesLabel } : {}),
      layers: [
        ...rules,
        {
          mark: "interval",
          table: id,
          x: "difference",
          low: "low",
          high: "high",
          y: "name",
          ...(hasSeries ? { series: "series" } : {}),
        },
      ],
    }],
  };
}

function spokenDifference(
  { name, series, value, low, high }: DifferencesInput["rows"][number],
): string {
  const [middle, from, to] = [value, low, high].map((number) => Number(number.toPrecision(2)));
  return `${name}${series === undefined ? "" : ` (${series})`}: ${middle} [${from}, ${to}].`;
}
