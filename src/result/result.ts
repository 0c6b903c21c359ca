import type { Runtime } from "../platform/runtime.ts";
import type { BackendDescription } from "../core/backend.ts";
import type { Figure } from "./figure.ts";
import type { JsonObject } from "../core/json.ts";

/** An estimate over seeds with its confidence interval. */
export interface Estimate {
  /** The statistic of the values of all seeds. */
  readonly value: number;
  /** The lower end of the interval; `null` if n is too small. */
  readonly low: number | null;
  /** The upper end of the interval; `null` if n is too small. */
  readonly high: number | null;
  /** The number of independent values, usually seeds. */
  readonly n: number;
  /** The nominal coverage of the interval: 0.95. */
  readonly confidence: number;
  /** The method of value and interval: `"mean, BCa bootstrap, 10000 resamples"`. */
  readonly method: string;
}

/** A measured quantity, which pages can cite. */
export interface Metric {
  /** The id, unique in the result: lower-case letters, digits and single hyphens. */
  readonly id: string;
  /** The quantity in words. */
  readonly label: string;
  /** The unit, if the quantity has one. */
  readonly unit?: string;
  /** The label of each value, usually its seed. */
  readonly labels: readonly (number | string)[];
  /** The quantity for each label. */
  readonly values: readonly number[];
  /** The statistic that summarises the values. */
  readonly statistic: SeedStatistic;
  /** See {@link Claim.overlap}. */
  readonly overlap?: number;
  /** The statistic of the values with its interval. */
  readonly estimate: Estimate;
}

/** A column of a table. */
export interface Column {
  /** Unique in the table; the header of the column in CSV files. */
  readonly name: string;
  /** The content in words. */
  readonly label: string;
  /** The unit of the numbers, if they have one. */
  readonly unit?: string;
}

/** A table of numbers and texts. Figures are drawn from tables, and sites publish them. */
export interface Table {
  /** The id, unique in the result: lower-case letters, digits and single hyphens. */
  readonly id: string;
  /** The content of the rows in words. */
  readonly title: string;
  /** The columns in order. */
  readonly columns: readonly Column[];
  /** The rows, each with a cell for each column; `null` if there is no value. */
  readonly rows: readonly (readonly (number | string | null)[])[];
  /** The values behind the columns `value`, `low` and `high`, if the table has intervals over seeds. */
  readonly samples?: Samples;
}

/** The values by seed behind the intervals of a table. */
export interface Samples {
  /** The statistic that summarises the values of a row. */
  readonly statistic: SeedStatistic;
  /** The label of each value of a row, usually its seed. */
  readonly labels: readonly (number | string)[];
  /** The values of each row; `null` if the value of a label is missing. */
  readonly values: readonly (readonly (number | null)[])[];
}

/**
 * The statistic that summarises values by seed. The method of the interval depends on the
 * statistic.
 */
export type SeedStatistic = "mean" | "geometric-mean" | "share";

/**
 * The prediction of a claim, declared before its measure is known.
 *
 * `above` and `below` predict that the measure is on that side of `value`, by more than the smallest
 * effect. `near` predicts that it differs from `value` by less than the smallest effect.
 */
export interface Prediction {
  /** The relation of the measure to `value`. */
  readonly relation: "above" | "below" | "near";
  /** The value that the measure is compared with: 1 for a ratio, 0.5 for a share of wins. */
  readonly value: number;
  /**
   * The smallest effect of interest, a distance from `value`. For a geometric mean it is relative: 0.1
   * stands for the range from `value / 1.1` to `value * 1.1`.
   */
  readonly smallestEffect: number;
  /** The reason for the size of the smallest effect: a theory, a paper or a stated convention. */
  readonly reason: string;
}

/**
 * The verdict on a claim. `supported`: the measure is as predicted. `refuted`: it is on the other
 * side. `equivalent`: it differs from the value of the prediction by less than the smallest effect.
 * `undecided`: the seeds decide none of these, or are too few.
 */
export type Verdict = "supported" | "refuted" | "equivalent" | "undecided";

/** A quotation of the words that a hypothesis tests. */
export interface Quotation {
  /** The words, character by character as in the source. */
  readonly text: string;
  /** The file of the source in this repository: `"fixtures/notebook.md"`. */
  readonly file: string;
  /** The line of the words in the file, from 1. */
  readonly line: number;
}

/** The date and commit of a hypothesis. */
export interface Freeze {
  /** The date in ISO 8601: `"2026-11-27"`. */
  readonly date: string;
  /** The first commit that contains these words; `null` until it is known. */
  readonly commit: string | null;
}

/** A change of a hypothesis after its data were seen. */
export interface Revision extends Freeze {
  /** The change: the old and the new words. */
  readonly what: string;
  /** The reason. */
  readonly why: string;
}

/** A sentence that a measurement can refute, declared before it is measured. */
export interface Hypothesis {
  /** The sentence. `{name}` stands for the parameter of that name. */
  readonly statement: string;
  /** The words that the hypothesis tests, if a text in this repository contains them. */
  readonly quotation?: Quotation;
  /** The source of the sentence: the notebook, a paper with its DOI, a theory, or this report. */
  readonly source: string;
  /** The quantity that is measured in each seed. `{name}` stands for the parameter of that name. */
  readonly measure: string;
  /** The unit of the measure, if there is one. */
  readonly unit?: string;
  /** The statistic that summarises the values by seed. */
  readonly statistic: SeedStatistic;
  /** The prediction. */
  readonly predicts: Prediction;
  /**
   * The family. Holm's method limits two risks to 5 % in each family: the risk of any wrong verdict
   * of a difference, and the risk of any wrong verdict of equivalence.
   */
  readonly family: string;
  /**
   * The search that preceded the measure, if there was a search, and how the verdict accounts for
   * it.
   */
  readonly search?: string;
  /**
   * What was known of the outcome when the hypothesis was written, such as the result of an earlier
   * run. Absent if nothing was known.
   */
  readonly priorResult?: string;
  /** The sentence of a page for each verdict. `{estimate}` stands for the estimate. */
  readonly findings: Readonly<Record<Verdict, string>>;
  /** The date and commit of the hypothesis. */
  readonly frozen: Freeze;
  /** The later changes of the hypothesis. */
  readonly revisions: readonly Revision[];
}

/** A check of the program: an identity or a theorem, which measurements cannot refute. */
export interface DeclaredCheck {
  /** The sentence. `{name}` stands for the parameter of that name. */
  readonly statement: string;
  /** The source of the proof. */
  readonly source: string;
  /** The quantity that is computed in each case. Its largest value decides. */
  readonly measure: string;
  /** The largest value that rounding can explain. */
  readonly limit: number;
  /** The reason for the limit. */
  readonly reason: string;
}

/** The claims and checks that an experiment declares before it runs, by id. */
export interface Declarations {
  /** The hypotheses, which measurements can refute. */
  readonly claims: Readonly<Record<string, Hypothesis>>;
  /** The checks of the program. */
  readonly checks: Readonly<Record<string, DeclaredCheck>>;
}

/** The outcome of a claim under another convention. */
export interface Alternative {
  /** The convention: `"vanished = 1/1000"`. */
  readonly name: string;
  /** The measure of each seed under the convention. */
  readonly values: readonly number[];
  /** The statistic of the values with its interval. */
  readonly estimate: Estimate;
  /**
   * The verdict. Its p values are adjusted within the family, in which these values replace those of the
   * claim.
   */
  readonly verdict: Verdict;
}

/** A value of a claim whose omission changes the verdict. */
export interface Influence {
  /** The label of the value, usually its seed. */
  readonly label: number | string;
  /**
   * The verdict without the value. Its p values are adjusted within the family, whose other claims keep all
   * of their values.
   */
  readonly verdict: Verdict;
}

/** A hypothesis with its measurement and verdict. */
export interface Claim extends Hypothesis {
  /** The id, unique in the result: lower-case letters, digits and single hyphens. */
  readonly id: string;
  /** The label of each value, usually its seed. */
  readonly labels: readonly (number | string)[];
  /** The measure for each label. */
  readonly values: readonly number[];
  /** The quantities behind the values, by name and label, such as the two losses of a ratio. */
  readonly parts?: Readonly<Record<string, readonly number[]>>;
  /**
   * The size of a test set divided by the size of the training set, if the labels are overlapping
   * splits of the same data. Intervals and tests account for the overlap (Nadeau & Bengio, 2003,
   * doi:10.1023/A:1024068626366).
   */
  readonly overlap?: number;
  /** The statistic of the values with its interval. */
  readonly estimate: Estimate;
  /** The two-sided p value of no difference from the predicted value; `null` with too few values. */
  readonly p: number | null;
  /** The value `p`, adjusted within the family by Holm's method. */
  readonly adjustedP: number | null;
  /** The p value of a difference of at least the smallest effect (two one-sided tests). */
  readonly equivalenceP: number | null;
  /** The value `equivalenceP`, adjusted within the family by Holm's method. */
  readonly adjustedEquivalenceP: number | null;
  /**
   * The p value of a difference of at most the smallest effect. A prediction `near` is refuted if its
   * adjusted value is small.
   */
  readonly outsideP: number | null;
  /** The value `outsideP`, adjusted within the family by Holm's method. */
  readonly adjustedOutsideP: number | null;
  /** The share of values on the predicted side, or, for `near`, within the smallest effect. */
  readonly agreeing: Estimate;
  /** The two-sided p value of Wilcoxon's signed-rank test against the predicted value. */
  readonly signedRankP: number | null;
  /** The smallest effect that this number of values detects with a power of 0.8 within the family. */
  readonly detectable: number | null;
  /** The verdict. */
  readonly verdict: Verdict;
  /** The verdict without the adjustment for the family. */
  readonly unadjustedVerdict: Verdict;
  /** The outcomes under other conventions. */
  readonly alternatives: readonly Alternative[];
  /** The values whose omission changes the verdict; empty with too few values for a verdict. */
  readonly influential: readonly Influence[];
}

/** A declared claim that a run did not measure. */
export interface Unmeasured {
  /** The id of the claim. */
  readonly id: string;
  /** The sentence of the claim. */
  readonly statement: string;
  /** The reason: `"the profile trains no second network"`. */
  readonly reason: string;
}

/** A check of the program with its outcome. */
export interface Check extends DeclaredCheck {
  /** The id, unique in the result: lower-case letters, digits and single hyphens. */
  readonly id: string;
  /** The number of cases that were computed. */
  readonly cases: number;
  /** The largest value of the measure among the cases. */
  readonly worst: number;
  /** Whether the largest value is within the limit. */
  readonly holds: boolean;
}

/**
 * The result of an experiment. It is deterministic: equal inputs on the same backend and adapter give the
 * same bytes. Times and dates are in the {@link Manifest}.
 */
export interface Result {
  /** The version of this format. */
  readonly format: "unroll-result-2";
  /** The experiment. */
  readonly experiment: {
    readonly id: string;
    readonly title: string;
    /** The one question that the experiment answers. */
    readonly question: string;
    /** The version of the experiment, which rises if its meaning changes. */
    readonly version: number;
  };
  /** All parameters, including those with default values. */
  readonly parameters: JsonObject;
  /** The seeds. */
  readonly seeds: readonly number[];
  /** The backend that computed the result. */
  readonly backend: BackendDescription;
  /** The metrics. */
  readonly metrics: readonly Metric[];
  /** The tables. */
  readonly tables: readonly Table[];
  /** The charts and drawings as data. */
  readonly figures: readonly Figure[];
  /** The claims with their verdicts. */
  readonly claims: readonly Claim[];
  /** The declared claims that were not measured. */
  readonly unmeasured: readonly Unmeasured[];
  /** The checks of the program. */
  readonly checks: readonly Check[];
}

/**
 * The machine of a run, and measurements of it, such as times by sequence length. They differ from run to
 * run, so they are in the manifest and not in the result.
 */
export interface MachineRecord {
  /** The operating system: `"linux"`. */
  readonly os: string;
  /** The processor's architecture: `"x86_64"`. */
  readonly arch: string;
  /** The number of logical processors. */
  readonly cores: number;
  /** The metrics. Their ids differ from those of the result. */
  readonly metrics: readonly Metric[];
  /** The tables. Their ids differ from those of the result. */
  readonly tables: readonly Table[];
  /** The charts of these tables. Their ids differ from those of the result. */
  readonly figures: readonly Figure[];
}

/** The record of how a result of a report was computed. */
export interface RunRecord {
  /** The id of the experiment. */
  readonly experiment: string;
  /** The digest of all inputs of the result. Equal keys mean equal results. */
  readonly key: string;
  /** The time at which the result was computed, in ISO 8601. */
  readonly date: string;
  /** The wall time of the run in seconds, without parts that an interrupted run had finished. */
  readonly seconds: number;
  /** The wall time of each part in seconds, by name. */
  readonly timings: Readonly<Record<string, number>>;
  /** The machine and its measurements. */
  readonly machine: MachineRecord;
  /** Whether the result comes from the store. */
  readonly reused: boolean;
  /** The reason for the run: no earlier run was kept, or an input had changed. */
  readonly reason: string;
  /** The SHA-256 digest of the result's file in the site. */
  readonly sha256: string;
  /** The command that computes the result again. */
  readonly command: string;
}

/** The record of how a report was computed: machines, versions, dates and times. */
export interface Manifest {
  /** The version of this format. */
  readonly format: "unroll-manifest-5";
  /** The time at which the site was built, in ISO 8601. */
  readonly date: string;
  /** The profile: `quick`, `standard` or `full`. */
  readonly profile: string;
  /** The backend that computed the results. */
  readonly backend: BackendDescription;
  /** The machine that built the site, and its versions. */
  readonly environment: {
    readonly os: string;
    readonly arch: string;
    /** The number of logical processors. */
    readonly cores: number;
    /** The runtime. */
    readonly runtime: Runtime;
    /** The versions of the packages, as deno.json requires them. */
    readonly packages: Readonly<Record<string, string>>;
  };
  /** The commit of the checkout; `null` outside a checkout. */
  readonly commit: string | null;
  /** The runs of the results, in the order of the report. */
  readonly runs: readonly RunRecord[];
  /**
   * The SHA-256 digest of each file of the site except the manifest, by path. `renderSite` fills it in. A
   * new build replaces and removes these files only.
   */
  readonly files: Readonly<Record<string, string>>;
}
