import type { z } from "zod";
import { verdict } from "../analysis/verdict.ts";
import { checkChart, checkRows, layerColumns } from "../core/chart_check.ts";
import { unfoldingSteps } from "../core/drawing_check.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import type { Chart, Figure } from "../core/figure.ts";
import type { Layer } from "../core/figure_layers.ts";
import type { Claim, Estimate, Metric, Table } from "../core/result.ts";
import { figureSchema } from "../core/figure_schema.ts";
import { claimSchema, metricSchema, tableSchema } from "../core/result_schema.ts";
import { pathText, schemaProblem } from "../core/schema_problem.ts";

/** Keeps what an experiment records, and refuses what a report could not show. */
export class Recorder {
  readonly metrics: Metric[] = [];
  readonly tables: Table[] = [];
  readonly figures: Figure[] = [];
  readonly claims: Claim[] = [];

  /** @throws {InputError} On a metric that is not of its schema, or an id that was recorded before. */
  metric(metric: Metric): void {
    const recorded = checked("metric", metricSchema, metric);
    checkInterval(`metric ${recorded.id}`, recorded.estimate);
    this.metrics.push(unique("metric", this.metrics, recorded));
  }

  /**
   * @throws {InputError} On a table that is not of its schema, a repeated id, a row of the wrong length,
   * or a cell that is not a finite number, text or `null`.
   */
  table(table: Table): void {
    checkCells(table);
    const recorded = checked("table", tableSchema, table);
    const names = recorded.columns.map(({ name }) => name);
    if (new Set(names).size < names.length) {
      throw new InputError(`table ${table.id}: columns`, "of different names", names);
    }
    if (names.includes("__proto__")) {
      throw new InputError(`table ${table.id}: a column`, "of another name", "__proto__");
    }
    this.tables.push(unique("table", this.tables, recorded));
  }

  /**
   * @throws {InputError} On a figure that is not of its schema, a repeated id, a layer that names no
   * recorded table or column, or one that the chart's axes or the table's rows do not suit.
   */
  figure(figure: Figure): void {
    const recorded = checked("figure", figureSchema, figure);
    if (recorded.kind === "chart") {
      checkChart(recorded);
      const tables = recorded.layers.map((layer) => this.#checkLayer(recorded, layer));
      const { facet } = recorded;
      const columns = tables.flatMap((table) => table?.columns.map(({ name }) => name) ?? []);
      if (facet !== undefined && !columns.includes(facet)) {
        const wanted = `a column of a table that it draws (${[...new Set(columns)].join(", ")})`;
        throw new InputError(`figure ${figure.id}: facet`, wanted, facet);
      }
    } else {
      unfoldingSteps(recorded);
    }
    this.figures.push(unique("figure", this.figures, recorded));
  }

  /**
   * Adds the verdict.
   *
   * @throws {InputError} On a claim that is not of its schema, or with a verdict of its own, or an id that
   * was recorded before.
   */
  claim(claim: Omit<Claim, "verdict">): void {
    if (isPlainObject(claim) && "verdict" in claim) {
      throw new InputError("the verdict of a claim", "left to its interval", claim.verdict);
    }
    // Any verdict stands in for the one that follows from what is checked here.
    const recorded = checked("claim", claimSchema, claim, { verdict: "inconclusive" });
    checkInterval(`claim ${recorded.id}`, recorded.estimate);
    const decided = { ...recorded, verdict: verdict(recorded.estimate, recorded.threshold) };
    this.claims.push(unique("claim", this.claims, decided));
  }

  #checkLayer(figure: Chart, layer: Layer): Table | undefined {
    if (layer.mark === "rule" || layer.mark === "circle") return undefined;
    const table = this.tables.find((one) => one.id === layer.table);
    if (!table) {
      const known = this.tables.map((one) => one.id).join(", ");
      const wanted = known === "" ? "a table that is recorded before it" : `one of ${known}`;
      throw new InputError(`figure ${figure.id}: table`, wanted, layer.table);
    }
    const columns = table.columns.map((column) => column.name);
    for (const name of layerColumns(layer)) {
      if (!columns.includes(name)) {
        const wanted = `one of ${columns.join(", ")}`;
        throw new InputError(`figure ${figure.id}: column of ${table.id}`, wanted, name);
      }
    }
    checkRows(figure, layer, table);
    return table;
  }
}

/** The value may lie outside: a bootstrap interval of low confidence need not hold it. */
function checkInterval(what: string, { low, high }: Estimate): void {
  if (low === null ? high === null : high !== null && low <= high) return;
  throw new InputError(`${what}: low and high`, "two numbers in order, or null both", [low, high]);
}

/** The most characters of an id: it names files. */
const LONGEST_ID = 100;

function unique<T extends { readonly id: string }>(kind: string, known: readonly T[], one: T): T {
  if (one.id.length > LONGEST_ID) {
    throw new InputError(`${kind} id`, `at most ${LONGEST_ID} characters long`, one.id);
  }
  if (known.some((other) => other.id === one.id)) {
    throw new InputError(`${kind} id`, "recorded once", one.id);
  }
  return one;
}

/** Checks each cell, and names it by its row and column. The schema refuses what is not a table. */
function checkCells(table: Table): void {
  if (!Array.isArray(table?.rows) || !Array.isArray(table.columns)) return;
  for (const [r, row] of table.rows.entries()) {
    if (!Array.isArray(row) || row.length !== table.columns.length) {
      const wanted = `of ${table.columns.length} cells, one for each column`;
      throw new InputError(`table ${table.id}, row ${r}`, wanted, row);
    }
    for (const [c, cell] of row.entries()) {
      if (cell !== null && typeof cell !== "string" && !Number.isFinite(cell)) {
        const place = `table ${table.id}, row ${r}, column ${table.columns[c]?.name}`;
        throw new InputError(place, "a finite number, text or null", cell);
      }
    }
  }
}

/** A copy of a record that fits its schema: later changes by the caller do not reach it. */
function checked<T extends { readonly id: string }>(
  kind: string,
  schema: z.ZodType<T>,
  given: Partial<T>,
  more: Partial<T> = {},
): T {
  if (!isPlainObject(given)) throw new InputError(`a ${kind}`, "an object", given);
  const value = { ...given, ...more };
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, wanted, found } = schemaProblem(parsed.error, value);
  const what = typeof given.id === "string" ? `${kind} ${given.id}` : kind;
  const name = path.length > 0 ? `${what}: ${pathText(path)}` : what;
  throw new InputError(name, wanted, found);
}
