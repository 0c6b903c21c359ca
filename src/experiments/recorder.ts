import type { z } from "zod";
import { verdict } from "../analysis/verdict.ts";
import { checkChart, checkRows, layerColumns } from "../core/chart_check.ts";
import { InputError } from "../core/errors.ts";
import type { Chart, Figure } from "../core/figure.ts";
import type { Layer } from "../core/figure_layers.ts";
import type { Claim, Metric, Table } from "../core/result.ts";
import { figureSchema } from "../core/figure_schema.ts";
import { claimSchema, metricSchema, tableSchema } from "../core/result_schema.ts";

/** Keeps what an experiment records, and refuses what a report could not show. */
export class Recorder {
  readonly metrics: Metric[] = [];
  readonly tables: Table[] = [];
  readonly figures: Figure[] = [];
  readonly claims: Claim[] = [];

  /** @throws {InputError} On an id that was recorded before. */
  metric(metric: Metric): void {
    check(`metric ${metric.id}`, metricSchema, metric);
    this.metrics.push(unique("metric", this.metrics, metric));
  }

  /** @throws {InputError} On a repeated id, a row of the wrong length, or a cell that is no finite number. */
  table(table: Table): void {
    for (const [r, row] of table.rows.entries()) {
      if (row.length !== table.columns.length) {
        const wanted = `of ${table.columns.length} cells, one for each column`;
        throw new InputError(`table ${table.id}, row ${r}`, wanted, row);
      }
      for (const [c, cell] of row.entries()) {
        if (typeof cell === "number" && !Number.isFinite(cell)) {
          const place = `table ${table.id}, row ${r}, column ${table.columns[c]?.name}`;
          throw new InputError(place, "a finite number, text or null", cell);
        }
      }
    }
    const names = table.columns.map(({ name }) => name);
    if (new Set(names).size < names.length) {
      throw new InputError(`table ${table.id}: columns`, "of different names", names);
    }
    check(`table ${table.id}`, tableSchema, table);
    this.tables.push(unique("table", this.tables, table));
  }

  /**
   * @throws {InputError} On a repeated id, a layer that names no recorded table or column, or one
   * that the chart's axes or the table's rows do not suit.
   */
  figure(figure: Figure): void {
    if (figure.kind === "chart") {
      checkChart(figure);
      for (const layer of figure.layers) this.#checkLayer(figure, layer);
    }
    check(`figure ${figure.id}`, figureSchema, figure);
    this.figures.push(unique("figure", this.figures, figure));
  }

  /** Adds the verdict. @throws {InputError} On an id that was recorded before. */
  claim(claim: Omit<Claim, "verdict">): void {
    const decided = { ...claim, verdict: verdict(claim.estimate, claim.threshold) };
    check(`claim ${claim.id}`, claimSchema, decided);
    this.claims.push(unique("claim", this.claims, decided));
  }

  #checkLayer(figure: Chart, layer: Layer): void {
    if (layer.mark === "rule" || layer.mark === "circle") return;
    const table = this.tables.find((one) => one.id === layer.table);
    if (!table) {
      const known = this.tables.map((one) => one.id).join(", ");
      throw new InputError(`figure ${figure.id}: table`, `one of ${known}`, layer.table);
    }
    const columns = table.columns.map((column) => column.name);
    for (const name of layerColumns(layer)) {
      if (!columns.includes(name)) {
        const wanted = `one of ${columns.join(", ")}`;
        throw new InputError(`figure ${figure.id}: column of ${table.id}`, wanted, name);
      }
    }
    checkRows(figure, layer, table);
  }
}

function unique<T extends { readonly id: string }>(kind: string, known: readonly T[], one: T): T {
  if (known.some((other) => other.id === one.id)) {
    throw new InputError(`${kind} id`, "recorded once", one.id);
  }
  return one;
}

function check<T>(what: string, schema: z.ZodType<T>, value: T): void {
  const issue = schema.safeParse(value).error?.issues[0];
  if (issue === undefined) return;
  const place = issue.path.reduce<unknown>(
    (at, key) => at !== null && typeof at === "object" ? Reflect.get(at, key) : undefined,
    value,
  );
  const name = issue.path.length > 0 ? `${what}: ${issue.path.join(".")}` : what;
  throw new InputError(name, `valid (${issue.message})`, place);
}
