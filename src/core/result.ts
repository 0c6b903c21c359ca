import type { BackendDescription } from "./backend.ts";
import type { Figure } from "./figure.ts";
import type { JsonObject } from "./json.ts";

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
  /** The number, and how surely it is known. */
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
}

/** The side on which the interval must lie for a claim to be supported. */
export type Threshold =
  | { readonly relation: "below" | "above"; readonly value: number }
  | { readonly relation: "within"; readonly low: number; readonly high: number };

/**
 * `supported`: the whole interval is on the stated side; `refuted`: on the other;
 * `inconclusive`: it is on both, or there are too few seeds for an interval.
 */
export type Verdict = "supported" | "refuted" | "inconclusive";

/** A sentence that a measurement can support or refute. */
export interface Claim {
  /** Unique in the result; letters, digits and hyphens. */
  readonly id: string;
  /** The sentence. */
  readonly statement: string;
  /** Who says so: a paper, a theory, the notebook. */
  readonly source?: string;
  /** What was measured to decide, in words. */
  readonly measure: string;
  /** The measure's unit, if it has one. */
  readonly unit?: string;
  /** What was measured, and how surely it is known. */
  readonly estimate: Estimate;
  /** Where the interval must lie. */
  readonly threshold: Threshold;
  /** What follows from estimate and threshold. */
  readonly verdict: Verdict;
}

/**
 * What an experiment found: deterministic, so that equal inputs on the same backend and adapter
 * give the same bytes. Times and dates are in the {@link Manifest}.
 */
export interface Result {
  /** The version of this format. */
  readonly format: "unroll-result-1";
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
  /** Sentences with their verdicts. */
  readonly claims: readonly Claim[];
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
  readonly format: "unroll-manifest-4";
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
    /** Processors that programs can run on at once. */
    readonly cores: number;
    readonly deno: string;
    readonly v8: string;
    readonly typescript: string;
    /** Versions of the packages, as deno.json pins them. */
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
