import { InputError } from "../core/errors.ts";
import type { Figure } from "../core/figure.ts";
import type { Claim, Result, RunRecord } from "../core/result.ts";
import type { Safe } from "./html.ts";

/** What a page shows of an experiment. */
export interface View {
  readonly result: Result;
  readonly run: RunRecord;
  /** Draws a figure for a width of screen; ids in the drawing are unique in this page. */
  readonly draw: (figure: Figure, screen: "wide" | "narrow") => Safe;
  /** The number of each figure that is in the page. */
  readonly numbers: Map<string, number>;
  /** What ids in the page begin with: empty on the experiment's own page. */
  readonly idPrefix: string;
}

/** The experiment's page. */
export function pagePath(result: Result): string {
  return `${result.experiment.id}.html`;
}

/** The experiment's result. */
export function resultPath(result: Result): string {
  return `data/${result.experiment.id}.json`;
}

/** A table's file. */
export function tablePath(result: Result, table: string, type: "csv" | "json"): string {
  return `data/${result.experiment.id}/${table}.${type}`;
}

/** A figure's file. */
export function figurePath(result: Result, figure: string): string {
  return `figures/${result.experiment.id}/${figure}.svg`;
}

/** The id of a claim's row. */
export function claimId(claim: Claim): string {
  return `claim-${claim.id}`;
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
