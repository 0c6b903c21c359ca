import type { Runtime } from "../platform/runtime.ts";
import type { BackendDescription } from "../core/backend.ts";
import type { Figure } from "./figure.ts";
import type { JsonObject } from "../core/json.ts";

/** A number over seeds with the interval that says how surely it is known. */
export interface Estimate {
  /** The statistic's value over all seeds. */
  readonly value: number;
  /** Lower end of the interval; `null` where n is too small for one. */
  readonly low: number | null;
  /** Upper end of the interval; `null` where n is too small for one. */
  readonly high: number | null;
  /** How many independent values, usually seeds, it rests on. */
  readonly n: number;
  /** What the interval would cover: 0.95. */
  readonly confidence: number;
  /** How value and interval were computed: `"mean, BCa bootstrap, 10000 resamples"`. */
  readonly method: string;
}

/** A measured quantity that prose can take. */
export interface Metric {
  /** Unique in the result; letters, digits and hyphens. */
  readonly id: string;
  /** What it is, in words. */
  readonly label: string;
  /** Its unit, if it has one. */
  readonly unit?: string;
  /** What each value is of; usually the seeds. */
  readonly labels: readonly (number | string)[];
  /** The quantity, for each label. */
  readonly values: readonly number[];
  /** How values are summed up. */
  readonly statistic: SeedStatistic;
  /** See {@link Claim.overlap}. */
  readonly overlap?: number;
  /** The statistic of the values, and how surely it is known. */
  readonly estimate: Estimate;
}

/** A column of a table. */
export interface Column {
  /** Unique in the table; the CSV's header. */
  readonly name: string;
  /** What it holds, in words. */
  readonly label: string;
  /** The unit of its numbers, if they have one. */
  readonly unit?: string;
}

/** Rows of numbers and words: what figures are drawn from and readers download. */
export interface Table {
  /** Unique in the result; letters, digits and hyphens. */
  readonly id: string;
  /** What the rows are, in words. */
  readonly title: string;
  /** What each cell of a row is. */
  readonly columns: readonly Column[];
  /** A cell for each column; `null` where there is no value. */
  readonly rows: readonly (readonly (number | string | null)[])[];
  /** What the columns `value`, `low` and `high` are of, if the table has intervals over seeds. */
  readonly samples?: Samples;
}

/** The values of seeds behind the intervals of a table. */
export interface Samples {
  /** How values of seeds are summed up. */
  readonly statistic: SeedStatistic;
  /** What each value of a row is of; usually the seeds. */
  readonly labels: readonly (number | string)[];
  /** The values of each row, `null` where a label has none. */
  readonly values: readonly (readonly (number | null)[])[];
}

/** How values of seeds are summed up, which decides the interval. */
export type SeedStatistic = "mean" | "geometric-mean" | "share";

/**
 * What a claim predicts of its measure, stated before it is measured.
 *
 * `above` and `below` predict on which side of `value` the measure lies, by more than an effect that
 * is too small to matter. `near` predicts that it differs from `value` by less than that.
 */
export interface Prediction {
  /** The direction, or none. */
  readonly relation: "above" | "below" | "near";
  /** What the measure is compared with: 1 for a ratio, 0.5 for a share of wins. */
  readonly value: number;
  /**
   * The smallest effect of interest: a distance from `value`; for a geometric mean a relative one, so
   * that 0.1 reaches from `value / 1.1` to `value * 1.1`.
   */
  readonly smallestEffect: number;
  /** Why this size: a theory, a paper or a stated convention. */
  readonly reason: string;
}

/**
 * `supported`: the measure is as predicted; `refuted`: it is on the other side; `equivalent`: it
 * differs from the value of the prediction by less than the smallest effect of interest; `undecided`:
 * the seeds do not tell, or are too few.
 */
export type Verdict = "supported" | "refuted" | "equivalent" | "undecided";

/** The exact words that a hypothesis tests. */
export interface Quotation {
  /** Character by character as it stands in the source. */
  readonly text: string;
  /** The file of this repository that has the source: `"fixtures/notebook.md"`. */
  readonly file: string;
  /** The line of the file that has it, from 1. */
  readonly line: number;
}

/** When a hypothesis was written down. */
export interface Freeze {
  /** ISO 8601: `"2026-11-27"`. */
  readonly date: string;
  /** The first commit that has it in these words; `null` until that is known. */
  readonly commit: string | null;
}

/** A change of a hypothesis after data were seen. */
export interface Revision extends Freeze {
  /** What was changed, from what to what. */
  readonly what: string;
  /** Why. */
  readonly why: string;
}

/** A sentence that a measurement can refute, declared before it is measured. */
export interface Hypothesis {
  /** The sentence. `{name}` stands for the parameter of that name. */
  readonly statement: string;
  /** The words that it tests, if a text of this repository says so. */
  readonly quotation?: Quotation;
  /** Who says so: the notebook, a paper with its DOI, a theory, or this report. */
  readonly source: string;
  /** What is measured in each seed. `{name}` stands for the parameter of that name. */
  readonly measure: string;
  /** The measure's unit, if it has one. */
  readonly unit?: string;
  /** How values of seeds are summed up. */
  readonly statistic: SeedStatistic;
  /** What is predicted. */
  readonly predicts: Prediction;
  /**
   * Hypotheses of one family share a risk of 5 % that any of them is wrongly found to differ, and one
   * of 5 % that any is wrongly found to be equivalent (Holm).
   */
  readonly family: string;
  /** What was searched over before the measure, and how the verdict allows for it. */
  readonly search?: string;
  /**
   * What was known of the outcome when the hypothesis was written down, such as the result of an
   * earlier run; absent if nothing was.
   */
  readonly priorResult?: string;
  /** What a page says for each verdict; `{estimate}` stands for the estimate. */
  readonly findings: Readonly<Record<Verdict, string>>;
  /** When it was written down. */
  readonly frozen: Freeze;
  /** What was changed since. */
  readonly revisions: readonly Revision[];
}

/** An identity or a theorem, which a measurement cannot refute: it checks the instrument. */
export interface DeclaredCheck {
  /** The sentence. `{name}` stands for the parameter of that name. */
  readonly statement: string;
  /** Where it is proved. */
  readonly source: string;
  /** What is computed in each case; its largest value counts. */
  readonly measure: string;
  /** The largest value that rounding explains. */
  readonly limit: number;
  /** Why this limit. */
  readonly reason: string;
}

/** Everything that an experiment declares before it runs, by id. */
export interface Declarations {
  /** What can fail. */
  readonly claims: Readonly<Record<string, Hypothesis>>;
  /** What cannot fail unless the instrument does. */
  readonly checks: Readonly<Record<string, DeclaredCheck>>;
}

/** What a claim would be under another convention. */
export interface Alternative {
  /** The convention: `"vanished = 1/1000"`. */
  readonly name: string;
  /** The measure of each seed under it. */
  readonly values: readonly number[];
  /** Its estimate. */
  readonly estimate: Estimate;
  /**
   * The verdict that it would give: p values are adjusted within the family, in which these values
   * stand in for those of the claim.
   */
  readonly verdict: Verdict;
}

/** A value of a claim without which the verdict is another one. */
export interface Influence {
  /** What the value is of: a seed. */
  readonly label: number | string;
  /**
   * The verdict without it: p values are adjusted within the family, whose other claims keep all of
   * their values.
   */
  readonly verdict: Verdict;
}

/** A hypothesis and what was found. */
export interface Claim extends Hypothesis {
  /** Unique in the result; letters, digits and hyphens. */
  readonly id: string;
  /** What each value is of; usually the seeds. */
  readonly labels: readonly (number | string)[];
  /** The measure, for each label. */
  readonly values: readonly number[];
  /** What the values were computed from, by name and label: the two losses of a ratio. */
  readonly parts?: Readonly<Record<string, readonly number[]>>;
  /**
   * The size of a test set over that of its training set, if the labels are overlapping splits of
   * the same data: intervals and tests allow for it (Nadeau & Bengio, 2003).
   */
  readonly overlap?: number;
  /** The statistic of the values with its interval. */
  readonly estimate: Estimate;
  /** Two-sided p of no difference from the prediction's value; `null` with too few values. */
  readonly p: number | null;
  /** Holm's adjustment of it within the family. */
  readonly adjustedP: number | null;
  /** p of a difference of at least the smallest effect (two one-sided tests). */
  readonly equivalenceP: number | null;
  /** Holm's adjustment of it within the family. */
  readonly adjustedEquivalenceP: number | null;
  /**
   * p of a difference of at most the smallest effect; a claim of nearness is refuted if its adjusted
   * value is small.
   */
  readonly outsideP: number | null;
  /** Holm's adjustment of it within the family. */
  readonly adjustedOutsideP: number | null;
  /** The share of values on the predicted side, or within the smallest effect for `near`. */
  readonly agreeing: Estimate;
  /** Two-sided p of Wilcoxon's signed-rank test against the prediction's value. */
  readonly signedRankP: number | null;
  /** The smallest effect that so many values decide with a power of 0.8 within the family. */
  readonly detectable: number | null;
  /** What follows. */
  readonly verdict: Verdict;
  /** What would follow without allowance for the family. */
  readonly unadjustedVerdict: Verdict;
  /** What would follow under other conventions. */
  readonly alternatives: readonly Alternative[];
  /** Each value without which the verdict is another one; empty with too few values for a verdict. */
  readonly influential: readonly Influence[];
}

/** A declared claim that this run did not measure. */
export interface Unmeasured {
  /** The claim's id. */
  readonly id: string;
  /** Its sentence. */
  readonly statement: string;
  /** Why: `"the profile trains no second network"`. */
  readonly reason: string;
}

/** A check of the instrument and how it came out. */
export interface Check extends DeclaredCheck {
  /** Unique in the result; letters, digits and hyphens. */
  readonly id: string;
  /** How many cases were computed. */
  readonly cases: number;
  /** The largest value among them. */
  readonly worst: number;
  /** Whether it is within the limit. */
  readonly holds: boolean;
}

/**
 * What an experiment found: deterministic, so that equal inputs on the same backend and adapter
 * give the same bytes. Times and dates are in the {@link Manifest}.
 */
export interface Result {
  /** The version of this format. */
  readonly format: "unroll-result-2";
  /** What was asked. */
  readonly experiment: {
    readonly id: string;
    readonly title: string;
    /** The one question that the experiment answers. */
    readonly question: string;
    /** Raised when the experiment's meaning changes. */
    readonly version: number;
  };
  /** Every parameter, defaults too. */
  readonly parameters: JsonObject;
  /** What the estimates are over. */
  readonly seeds: readonly number[];
  /** What computed it. */
  readonly backend: BackendDescription;
  /** Quantities that prose can take. */
  readonly metrics: readonly Metric[];
  /** What figures are drawn from. */
  readonly tables: readonly Table[];
  /** Charts and drawings, as data. */
  readonly figures: readonly Figure[];
  /** Declared sentences with their verdicts. */
  readonly claims: readonly Claim[];
  /** Declared sentences that were not measured. */
  readonly unmeasured: readonly Unmeasured[];
  /** Checks of the instrument. */
  readonly checks: readonly Check[];
}

/**
 * The machine that a run ran on, and what was measured of it, such as times by length. It differs from run to
 * run, so it is in the manifest and not in the result.
 */
export interface MachineRecord {
  /** The operating system: `"linux"`. */
  readonly os: string;
  /** The processor's architecture: `"x86_64"`. */
  readonly arch: string;
  /** Processors that programs can run on at once. */
  readonly cores: number;
  /** Quantities that prose can take; ids are unlike those of the result. */
  readonly metrics: readonly Metric[];
  /** What figures are drawn from. */
  readonly tables: readonly Table[];
  /** Charts of these tables. */
  readonly figures: readonly Figure[];
}

/** How one result of a report came about. */
export interface RunRecord {
  /** The experiment's id. */
  readonly experiment: string;
  /** Digest of everything the result depends on; equal keys mean an equal result. */
  readonly key: string;
  /** When it was computed, ISO 8601. */
  readonly date: string;
  /** Wall time of the run in seconds, without time kept from an interrupted one. */
  readonly seconds: number;
  /** Wall time in seconds by named part. */
  readonly timings: Readonly<Record<string, number>>;
  /** The machine that it ran on, and what it measured of it. */
  readonly machine: MachineRecord;
  /** Whether this report took it from the store. */
  readonly reused: boolean;
  /** Why it was computed: no earlier run, or what had changed. */
  readonly reason: string;
  /** SHA-256 of the result's file in the site. */
  readonly sha256: string;
  /** The command that computes it again. */
  readonly command: string;
}

/** What a report rests on: machines, versions, dates, times. */
export interface Manifest {
  /** The version of this format. */
  readonly format: "unroll-manifest-5";
  /** When the site was built, ISO 8601. */
  readonly date: string;
  /** `quick`, `standard` or `full`. */
  readonly profile: string;
  /** What computed the results. */
  readonly backend: BackendDescription;
  /** The machine that built the site, and the versions on it. */
  readonly environment: {
    readonly os: string;
    readonly arch: string;
    /** How many logical processors the machine has. */
    readonly cores: number;
    /** The program that ran the code. */
    readonly runtime: Runtime;
    /** Versions of the packages, as deno.json requires them. */
    readonly packages: Readonly<Record<string, string>>;
  };
  /** The commit of the checkout; `null` outside one. */
  readonly commit: string | null;
  /** The report's results, in its order. */
  readonly runs: readonly RunRecord[];
  /**
   * SHA-256 of every file of the site but the manifest itself, by path. `renderSite` fills it in; a
   * new build replaces and removes these files and no others.
   */
  readonly files: Readonly<Record<string, string>>;
}
