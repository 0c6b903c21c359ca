import { InputError } from "../core/errors.ts";
import type { Figure } from "../result/figure.ts";
import { checkMachineIds } from "../result/ids.ts";
import type { Check, Claim, Manifest, Metric, Result, RunRecord, Table } from "../result/result.ts";
import type { Safe } from "./format/html.ts";

/** The data of an experiment that its page shows. */
export interface View {
  readonly result: Result;
  readonly run: RunRecord;
  /** The metrics of the result, then those of the machine. */
  readonly metrics: readonly Metric[];
  /** The tables of the result, then those of the machine. */
  readonly tables: readonly Table[];
  /** The figures of the result, then those of the machine. */
  readonly figures: readonly Figure[];
  /** Draws a figure for a width of screen; ids in the drawing are unique in this page. */
  readonly draw: (figure: Figure, screen: "wide" | "narrow") => Safe;
  /** The number of each figure that is in the page. */
  readonly numbers: Map<string, number>;
  /** The prefix of ids in the page: empty on the page of the experiment itself. */
  readonly idPrefix: string;
  /** Whether the report has a page of methods, to which terms link. */
  readonly methods: boolean;
}

/**
 * Joins a result with the record of its run on the machine.
 *
 * @param result The result.
 * @param manifest The manifest of the report.
 * @param draw Draws a figure.
 * @param idPrefix The prefix of ids in the page.
 * @param methods Whether the report has a page of methods.
 * @throws {InputError} If the manifest has no run of the result, or an id of the machine is also an id
 * of the result.
 */
export function viewOf(
  result: Result,
  manifest: Manifest,
  draw: View["draw"],
  idPrefix: string,
  methods = false,
): View {
  const run = runOf(manifest.runs, result);
  checkMachineIds(result, run.machine);
  return {
    result,
    run,
    metrics: [...result.metrics, ...run.machine.metrics],
    tables: [...result.tables, ...run.machine.tables],
    figures: [...result.figures, ...run.machine.figures],
    draw,
    numbers: new Map(),
    idPrefix,
    methods,
  };
}

/** Whether an entry describes the machine. Its id differs from the ids of the result. */
export function ofMachine(
  { run }: Pick<View, "run">,
  kind: "metrics" | "tables" | "figures",
  id: string,
): boolean {
  return run.machine[kind].some((entry) => entry.id === id);
}

/** The part of a view that determines the paths of files. */
export type Paths = Pick<View, "result" | "run">;

/** The path of the page of methods. */
export const METHODS = "methods.html";

/** The path of the page of an experiment. */
export function pagePath(result: Result): string {
  return `${result.experiment.id}.html`;
}

/** The path of the result of an experiment. */
export function resultPath(result: Result): string {
  return `data/${result.experiment.id}.json`;
}

/**
 * The path of a table; `seeds.csv` has the values of the seeds behind its intervals. Measurements
 * of the machine differ from run to run, so they are in a separate folder.
 */
export function tablePath(
  view: Paths,
  table: string,
  type: "csv" | "json" | "seeds.csv",
): string {
  const folder = ofMachine(view, "tables", table) ? "machine" : "data";
  return `${folder}/${view.result.experiment.id}/${table}.${type}`;
}

/** The path of the values of a metric. */
export function metricPath(view: Paths, metric: string): string {
  const { id } = view.result.experiment;
  return ofMachine(view, "metrics", metric)
    ? `machine/${id}/${metric}.metric.csv`
    : `metrics/${id}/${metric}.csv`;
}

/** The path of the list of the claims of all experiments. */
export const CLAIMS_LIST = "claims/index.csv";

/** The path of the values of a claim. */
export function claimPath({ result }: Paths, claim: string): string {
  return `claims/${result.experiment.id}/${claim}.csv`;
}

/** The path of a figure. */
export function figurePath(view: Paths, figure: string): string {
  const folder = ofMachine(view, "figures", figure) ? "machine" : "figures";
  return `${folder}/${view.result.experiment.id}/${figure}.svg`;
}

/** The id of a claim, measured or not, in its page. */
export function claimId(claim: Pick<Claim, "id">): string {
  return `claim-${claim.id}`;
}

/** The id of a check in its page. */
export function checkId(check: Pick<Check, "id">): string {
  return `check-${check.id}`;
}

/** Returns the run of a result. */
export function runOf(runs: readonly RunRecord[], result: Result): RunRecord {
  const run = runs.find((candidate) => candidate.experiment === result.experiment.id);
  if (run) return run;
  const known = runs.map((candidate) => candidate.experiment);
  throw new InputError(
    "the manifest's runs",
    `one for each result (${result.experiment.id})`,
    known,
  );
}
