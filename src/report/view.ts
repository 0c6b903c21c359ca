import { InputError } from "../core/errors.ts";
import type { Figure } from "../result/figure.ts";
import { checkMachineIds } from "../result/ids.ts";
import type { Check, Claim, Manifest, Metric, Result, RunRecord, Table } from "../result/result.ts";
import type { Safe } from "./format/html.ts";

/** What a page shows of an experiment. */
export interface View {
  readonly result: Result;
  readonly run: RunRecord;
  /** Metrics by id: those of the result, then those of the machine. */
  readonly metrics: readonly Metric[];
  /** Tables by id: those of the result, then those of the machine. */
  readonly tables: readonly Table[];
  /** Figures by id: those of the result, then those of the machine. */
  readonly figures: readonly Figure[];
  /** Draws a figure for a width of screen; ids in the drawing are unique in this page. */
  readonly draw: (figure: Figure, screen: "wide" | "narrow") => Safe;
  /** The number of each figure that is in the page. */
  readonly numbers: Map<string, number>;
  /** What ids in the page begin with: empty on the experiment's own page. */
  readonly idPrefix: string;
  /** Whether the report has a page of methods, to which terms link. */
  readonly methods: boolean;
}

/**
 * What a page shows of a result and of its run's record of the machine.
 *
 * @param result The result.
 * @param manifest The manifest of the report.
 * @param draw Draws a figure.
 * @param idPrefix What ids in the page begin with.
 * @param methods Whether the report has a page of methods.
 * @throws {InputError} Where the manifest has no run of the result, or one with an id of the result.
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

/** Whether an entry was measured of the machine; ids there are unlike the result's. */
export function ofMachine(
  { run }: Pick<View, "run">,
  kind: "metrics" | "tables" | "figures",
  id: string,
): boolean {
  return run.machine[kind].some((entry) => entry.id === id);
}

/** What decides where files of an experiment are. */
export type Paths = Pick<View, "result" | "run">;

/** The file of the page of methods. */
export const METHODS = "methods.html";

/** The experiment's page. */
export function pagePath(result: Result): string {
  return `${result.experiment.id}.html`;
}

/** The experiment's result. */
export function resultPath(result: Result): string {
  return `data/${result.experiment.id}.json`;
}

/**
 * A table's file; `seeds.csv` has the values of seeds behind its intervals. What was measured of the
 * machine has a folder that differs from run to run.
 */
export function tablePath(
  view: Paths,
  table: string,
  type: "csv" | "json" | "seeds.csv",
): string {
  const folder = ofMachine(view, "tables", table) ? "machine" : "data";
  return `${folder}/${view.result.experiment.id}/${table}.${type}`;
}

/** The file with a metric's values. */
export function metricPath(view: Paths, metric: string): string {
  const { id } = view.result.experiment;
  return ofMachine(view, "metrics", metric)
    ? `machine/${id}/${metric}.metric.csv`
    : `metrics/${id}/${metric}.csv`;
}

/** The file that lists the claims of all experiments. */
export const CLAIMS_LIST = "claims/index.csv";

/** The file with a claim's values. */
export function claimPath({ result }: Paths, claim: string): string {
  return `claims/${result.experiment.id}/${claim}.csv`;
}

/** A figure's file. */
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

/** The run of a result. */
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
