import type { z } from "zod";
import { estimate } from "../statistics/estimate.ts";
import { checkSchema, claimSchema, unmeasuredSchema } from "../result/claim_schema.ts";
import { readConfusion } from "../result/confusion_rows.ts";
import { checkChart, checkDrawing, checkRows } from "../result/figure_check.ts";
import { InputError, isPlainObject } from "../core/errors.ts";
import type { Chart, Figure } from "../result/figure.ts";
import { isTableLayer, type Layer, layerColumns } from "../result/marks.ts";
import { figureSchema } from "../result/figure_schema.ts";
import { checkOptions } from "../core/options.ts";
import type {
  Check,
  Claim,
  Declarations,
  DeclaredCheck,
  Hypothesis,
  Metric,
  Table,
  Unmeasured,
} from "../result/result.ts";
import { metricSchema, tableSchema } from "../result/result_schema.ts";
import { readWordStrips } from "../result/word_strips_rows.ts";
import { pathText, schemaProblem } from "../core/schema.ts";
import { decideClaims, type OpenClaim, openClaim } from "./decide.ts";
import { fill, nothingDeclared } from "./declarations.ts";
import {
  type CheckInput,
  type ClaimInput,
  type MetricInput,
  nameOf,
  seedValues,
  type TableInput,
  withIntervals,
} from "./seed_values.ts";

/** Collects the records of an experiment, and throws on records that a report could not show. */
export class Recorder {
  readonly metrics: Metric[] = [];
  readonly tables: Table[] = [];
  readonly figures: Figure[] = [];
  readonly checks: Check[] = [];
  readonly unmeasuredClaims: Unmeasured[] = [];
  readonly #labels: readonly (number | string)[];
  readonly #declarations: Declarations;
  readonly #parameters: Readonly<Record<string, unknown>>;
  readonly #open = new Map<string, OpenClaim>();

  /**
   * Starts an empty recorder.
   *
   * @param labels The default labels of values: the seeds.
   * @param declarations The declared claims and checks. Default: none.
   * @param parameters The values of `{name}` in declared sentences. Default: none.
   */
  constructor(
    labels: readonly (number | string)[],
    declarations: Declarations = nothingDeclared,
    parameters: Readonly<Record<string, unknown>> = {},
  ) {
    this.#labels = labels;
    this.#declarations = declarations;
    this.#parameters = parameters;
  }

  /**
   * Records a metric with its estimate.
   *
   * @param metric The metric and its values.
   * @throws {InputError} If the metric does not match its schema, its id is taken, or the statistic
   * does not exist for its values.
   */
  metric(metric: MetricInput): void {
    const what = nameOf("metric", metric);
    const given = seedValues(what, metric, this.#labels);
    const { statistic } = given;
    const { overlap } = metric;
    const options = overlap === undefined ? { statistic } : { statistic, overlap };
    const recorded = checked("metric", metricSchema, {
      ...metric,
      ...given,
      estimate: estimate(given.values, options),
    });
    this.metrics.push(unique("metric", this.metrics, recorded));
  }

  /**
   * Records a table. A column with a statistic is followed by two columns with the ends of its
   * interval.
   *
   * @param table The columns and rows.
   * @throws {InputError} If the table does not match its schema; if its id is taken; if a row has
   * the wrong length; if two columns have a statistic; or if a cell is invalid. A cell must be a
   * finite number, text or `null`; in the column with a statistic, also a list with a number for
   * each label.
   */
  table(table: TableInput): void {
    // Only a table can be read here. The schema below refuses any other value.
    const isTable = Array.isArray(table?.rows) && Array.isArray(table.columns);
    if (isTable) checkCells(table);
    const given = isTable ? withIntervals(table, this.#labels) : table;
    const recorded = checked("table", tableSchema, given);
    const names = recorded.columns.map(({ name }) => name);
    if (new Set(names).size < names.length) {
      throw new InputError(`table ${table.id}: names of columns`, "all different", names);
    }
    if (names.includes("__proto__")) {
      throw new InputError(
        `table ${table.id}: the name of a column`,
        "other than __proto__",
        "__proto__",
      );
    }
    this.tables.push(unique("table", this.tables, recorded));
  }

  /**
   * Records a figure.
   *
   * @param figure The figure, as data.
   * @throws {InputError} If the figure does not match its schema, its id is taken, it names an unknown
   * table or column, or it does not fit the rows of its table.
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
    } else if (recorded.kind === "drawing") {
      checkDrawing(recorded);
    } else if (recorded.kind === "word-strips") {
      readWordStrips(recorded, this.tables);
    } else {
      readConfusion(recorded, this.tables);
    }
    this.figures.push(unique("figure", this.figures, recorded));
  }

  /**
   * Records the measure of a declared claim, which {@link Recorder.decide} decides.
   *
   * @param id The claim's id.
   * @param measured The measure by seed.
   * @throws {InputError} If the claim is not declared or recorded already, or the values are
   * invalid.
   */
  claim(id: string, measured: ClaimInput): void {
    const declared = this.#declared("claim", id, this.#declarations.claims);
    this.#open.set(id, openClaim(id, this.#filled(declared), measured, this.#labels));
  }

  /**
   * Records a check of the program.
   *
   * @param id The check's id.
   * @param measured The number of cases and the largest value of the measure.
   * @throws {InputError} If the check is not declared or recorded already, or a number is invalid.
   */
  check(id: string, measured: CheckInput): void {
    const declared = this.#declared("check", id, this.#declarations.checks);
    checkOptions<CheckInput>(`check ${id}`, measured, { cases: true, worst: true });
    const { cases, worst } = measured;
    const holds = worst <= declared.limit;
    const recorded = checked("check", checkSchema, {
      id,
      ...this.#filled(declared),
      cases,
      worst,
      holds,
    });
    this.checks.push(recorded);
  }

  /**
   * Records the reason why a declared claim or check is not measured.
   *
   * @param id Its id.
   * @param reason The reason.
   * @throws {InputError} If the claim or check is not declared, or is recorded already.
   */
  unmeasured(id: string, reason: string): void {
    const { claims, checks } = this.#declarations;
    const { statement } = this.#filled(
      this.#declared("claim or check", id, { ...claims, ...checks }),
    );
    const given = { id, statement, reason };
    this.unmeasuredClaims.push(checked("unmeasured claim", unmeasuredSchema, given));
  }

  /**
   * Decides the claims, each family together.
   *
   * @returns The claims in the order of their declaration.
   * @throws {InputError} If a declared claim or check is neither recorded nor unmeasured.
   */
  decide(): Claim[] {
    const { claims, checks } = this.#declarations;
    for (const id of [...Object.keys(claims), ...Object.keys(checks)]) {
      if (this.#isRecorded(id)) continue;
      const help = `Record it, or give the reason: context.unmeasured("${id}", "...").`;
      throw new InputError("each declared claim and check", "recorded by the run", id, help);
    }
    const open = Object.keys(claims).flatMap((id) => this.#open.get(id) ?? []);
    return decideClaims(open).map((claim) => checked("claim", claimSchema, claim));
  }

  #isRecorded(id: string): boolean {
    return this.#open.has(id) ||
      [...this.checks, ...this.unmeasuredClaims].some((one) => one.id === id);
  }

  #declared<T>(kind: string, id: string, known: Readonly<Record<string, T>>): T {
    const declared = Object.hasOwn(known, id) ? known[id] : undefined;
    if (declared === undefined) {
      const ids = Object.keys(known).join(", ");
      const wanted = ids === "" ? "declared in the experiment's hypotheses" : `one of ${ids}`;
      throw new InputError(`${kind} id`, wanted, id);
    }
    if (this.#isRecorded(id)) throw new InputError(`${kind} id`, "recorded once", id);
    return declared;
  }

  /** Fills the parameters into the sentences of a declaration. */
  #filled<T extends Hypothesis | DeclaredCheck>(declared: T): T {
    const text = (sentence: string) => fill(sentence, this.#parameters);
    const more = "findings" in declared
      ? {
        predicts: { ...declared.predicts, reason: text(declared.predicts.reason) },
        findings: {
          supported: text(declared.findings.supported),
          refuted: text(declared.findings.refuted),
          equivalent: text(declared.findings.equivalent),
          undecided: text(declared.findings.undecided),
        },
      }
      : { reason: text(declared.reason) };
    const { statement, measure } = declared;
    return { ...declared, ...more, statement: text(statement), measure: text(measure) };
  }

  #checkLayer(figure: Chart, layer: Layer): Table | undefined {
    if (!isTableLayer(layer)) return undefined;
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

/** The largest number of characters of an id, which is part of file names. */
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

/** Throws an error that names the row and column of an invalid cell, if there is one. */
function checkCells(table: TableInput): void {
  for (const [r, row] of table.rows.entries()) {
    if (!Array.isArray(row) || row.length !== table.columns.length) {
      const wanted = `of ${table.columns.length} cells, one for each column`;
      throw new InputError(`table ${table.id}, row ${r}`, wanted, row);
    }
    for (const [c, cell] of row.entries()) {
      const column = table.columns[c];
      if (column?.statistic !== undefined && Array.isArray(cell)) continue;
      if (cell !== null && typeof cell !== "string" && !Number.isFinite(cell)) {
        const cellName = `table ${table.id}, row ${r}, column ${column?.name}`;
        throw new InputError(cellName, "a finite number, text or null", cell);
      }
    }
  }
}

/** Returns a copy of a record that matches its schema, so that later changes have no effect. */
function checked<T extends { readonly id: string }>(
  kind: string,
  schema: z.ZodType<T>,
  given: unknown,
): T {
  if (!isPlainObject(given)) throw new InputError(`a ${kind}`, "an object", given);
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const { path, wanted, found } = schemaProblem(parsed.error, given);
  const id = given["id"];
  const what = typeof id === "string" ? `${kind} ${id}` : kind;
  const name = path.length > 0 ? `${what}: ${pathText(path)}` : what;
  throw new InputError(name, wanted, found);
}
