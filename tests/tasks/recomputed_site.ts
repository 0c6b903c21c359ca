import type {
  Alternative,
  Claim,
  Estimate,
  Manifest,
  Metric,
  Result,
  Table,
} from "../../src/result/result.ts";
import {
  type Answer,
  detectableAgain,
  estimateAgain,
  holmAgain,
  psAgain,
  testAgain,
  type TestAnswer,
  verdictAgain,
} from "../statistics/independent_inference.ts";

/** The outcome of {@link recomputeSite}. */
export interface Recomputed {
  /** The number of compared numbers, verdicts and texts. */
  readonly compared: number;
  /** The values that differ from the stated ones. */
  readonly problems: readonly string[];
}

/** The files of a site by path. */
export type Files = ReadonlyMap<string, string>;

/** The tolerance between two implementations, whose functions are exact to about 1e-10. */
const RELATIVE = 1e-8;

/** The smallest magnitude to which a difference is relative. */
const SMALLEST = 1e-14;

/** The level that a family shares. */
const LEVEL = 0.05;

/** The rows of a CSV file, without its header. */
function csv(files: Files, path: string): string[][] {
  const text = files.get(path);
  if (text === undefined) throw new Error(`${path} is not in the site`);
  const rows: string[][] = [[]];
  // A cell is quoted, with its quotes doubled, or has no comma and no line break.
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    if (end === "\n") rows.push([]);
    if (end === "") break;
  }
  return rows.slice(1).filter((row) => row.length > 1);
}

function numbers(cells: readonly string[]): number[] {
  return cells.filter((cell) => cell !== "").map(Number);
}

/**
 * Computes every estimate, interval, p value and verdict of a site from its CSV files, with an
 * independent implementation, and compares them with the JSON files.
 *
 * @param files The site.
 * @returns The number of compared values, and the differences.
 */
export function recomputeSite(files: Files): Recomputed {
  const comparison = new Comparison();
  const manifest: Manifest = JSON.parse(files.get("data/manifest.json") ?? "");
  for (const { experiment, machine } of manifest.runs) {
    const result: Result = JSON.parse(files.get(`data/${experiment}.json`) ?? "");
    const metrics = (all: readonly Metric[], path: (id: string) => string) => {
      for (const metric of all) {
        const values = csv(files, path(metric.id)).map((row) => Number(row[1]));
        comparison.metric(`${experiment}: metric ${metric.id}`, metric, values);
      }
    };
    const tables = (all: readonly Table[], folder: string) => {
      for (const table of all) {
        if (!table.samples) continue;
        const path = `${folder}/${experiment}/${table.id}`;
        const seeds = csv(files, `${path}.seeds.csv`);
        comparison.table(`${path}.csv`, table, csv(files, `${path}.csv`), seeds);
      }
    };
    metrics(result.metrics, (id) => `metrics/${experiment}/${id}.csv`);
    metrics(machine.metrics, (id) => `machine/${experiment}/${id}.metric.csv`);
    tables(result.tables, "data");
    tables(machine.tables, "machine");
    const claims = result.claims.map((claim) => {
      const rows = csv(files, `claims/${experiment}/${claim.id}.csv`);
      return { claim, rows, values: rows.map((row) => Number(row[1])) };
    });
    for (const family of Map.groupBy(claims, ({ claim }) => claim.family).values()) {
      comparison.family(experiment, family);
    }
    for (const { id, worst, limit, holds } of result.checks) {
      comparison.equal(`${experiment}: check ${id}`, holds, worst <= limit);
    }
  }
  return comparison;
}

/** A claim with its values from the CSV file. */
interface Published {
  readonly claim: Claim;
  readonly rows: readonly string[][];
  readonly values: readonly number[];
}

class Comparison implements Recomputed {
  compared = 0;
  readonly problems: string[] = [];

  equal(what: string, stated: unknown, found: unknown): void {
    this.compared++;
    if (stated !== found) this.problems.push(`${what} is ${stated}, found ${found}`);
  }

  /**
   * Compares two numbers relative to their size, or to `scale` if they are differences of larger
   * numbers.
   */
  close(what: string, stated: number | null, found: number | null, scale = 0): void {
    if (stated === null || found === null) return this.equal(what, stated, found);
    this.compared++;
    const size = Math.max(Math.abs(stated), Math.abs(found), scale, SMALLEST);
    if (Math.abs(stated - found) <= RELATIVE * size) return;
    this.problems.push(`${what} is ${stated}, found ${found}`);
  }

  estimate(what: string, stated: Estimate, found: Answer, n: number): void {
    // The rounding error of a mean is relative to the size of the values, which the width of the
    // interval estimates.
    const spread = (stated.high ?? stated.value) - (stated.low ?? stated.value);
    this.close(`${what}: value`, stated.value, found.value, spread);
    this.close(`${what}: low`, stated.low, found.low);
    this.close(`${what}: high`, stated.high, found.high);
    this.equal(`${what}: n`, stated.n, n);
    this.equal(`${what}: confidence`, stated.confidence, 0.95);
  }

  metric(what: string, { statistic, overlap = 0, estimate }: Metric, values: number[]): void {
    this.estimate(what, estimate, estimateAgain({ values, statistic, overlap }), values.length);
  }

  /** Compares the rows of a table with the rows of values by seed, which have the same order. */
  table(what: string, table: Table, rows: string[][], seeds: string[][]): void {
    const { statistic = "mean", labels = [] } = table.samples ?? {};
    this.equal(`${what}: rows`, rows.length, seeds.length);
    const place = table.columns.findIndex(({ name }) => name === "value");
    for (const [r, row] of rows.entries()) {
      const values = numbers(seeds[r]?.slice(-labels.length) ?? []);
      const isUsable = values.length === labels.length &&
        (statistic !== "geometric-mean" || values.every((value) => value > 0));
      const none: Answer | { value: null; low: null; high: null } = {
        ...{ value: null, low: null, high: null },
      };
      const found = isUsable ? estimateAgain({ values, statistic }) : none;
      for (const [i, name] of (["value", "low", "high"] as const).entries()) {
        const cell = row[place + i] ?? "";
        const stated = cell === "" ? null : Number(cell);
        this.close(`${what}, row ${r}: ${name}`, stated, found[name]);
      }
    }
  }

  /** Compares the claims of a family, whose p values are adjusted together. */
  family(experiment: string, family: readonly Published[]): void {
    const tests = family.map(({ claim, values }) =>
      testAgain(questionOf(claim, values), claim.predicts)
    );
    for (const [i, { claim, rows, values }] of family.entries()) {
      const test = tests[i];
      if (!test) continue;
      this.#claim(`${experiment}: claim ${claim.id}`, claim, test, adjustedAgain(tests, i));
      const effect = detectableAgain(
        questionOf(claim, values),
        claim.predicts,
        LEVEL / family.length,
      );
      this.close(`${experiment}: claim ${claim.id}: detectable`, claim.detectable, effect);
      this.#influential(`${experiment}: claim ${claim.id}`, claim, values, tests, i);
      const before = 2 + Object.keys(claim.parts ?? {}).length;
      for (const [a, alternative] of claim.alternatives.entries()) {
        const others = numbers(rows.map((row) => row[before + a] ?? ""));
        const what = `${experiment}: claim ${claim.id} under ${alternative.name}`;
        this.#alternative(what, claim, alternative, others, tests, i);
      }
    }
  }

  #claim(
    what: string,
    claim: Claim,
    test: TestAnswer,
    adjusted: Ps,
  ): void {
    const n = claim.values.length;
    this.estimate(`${what}: estimate`, claim.estimate, test, n);
    this.estimate(`${what}: agreeing`, claim.agreeing, test.agreeing, n);
    this.close(`${what}: p`, claim.p, test.p);
    this.close(`${what}: equivalenceP`, claim.equivalenceP, test.equivalenceP);
    this.close(`${what}: outsideP`, claim.outsideP, test.outsideP);
    this.close(`${what}: signedRankP`, claim.signedRankP, test.signedRankP);
    this.close(`${what}: adjustedP`, claim.adjustedP, adjusted.p);
    this.close(`${what}: adjusted equivalenceP`, claim.adjustedEquivalenceP, adjusted.equivalenceP);
    this.close(`${what}: adjusted outsideP`, claim.adjustedOutsideP, adjusted.outsideP);
    const { predicts, verdict, unadjustedVerdict } = claim;
    this.equal(`${what}: verdict`, verdict, verdictAgain(test.value, predicts, adjusted));
    const plain = verdictAgain(test.value, predicts, test);
    this.equal(`${what}: verdict without adjustment`, unadjustedVerdict, plain);
  }

  /**
   * Finds the labels whose omission changes the verdict; none if there are too few values for a
   * verdict.
   */
  #influential(
    what: string,
    claim: Claim,
    values: readonly number[],
    tests: readonly TestAnswer[],
    place: number,
  ): void {
    const test = tests[place];
    if (!test) return;
    const { labels, predicts } = claim;
    const decided = verdictAgain(test.value, predicts, adjustedAgain(tests, place));
    const found = test.p === null ? [] : values.flatMap((_, left) => {
      const question = questionOf(claim, values.toSpliced(left, 1));
      const other = { ...test, ...psAgain(question, predicts) };
      const adjusted = adjustedAgain(tests.with(place, other), place);
      const verdict = verdictAgain(estimateAgain(question).value, predicts, adjusted);
      return verdict === decided ? [] : [`${labels[left]} ${verdict}`];
    });
    const stated = claim.influential.map(({ label, verdict }) => `${label} ${verdict}`);
    this.equal(`${what}: influential`, stated.join(", "), found.join(", "));
  }

  /** Compares an alternative. Its p values replace those of the claim in the family. */
  #alternative(
    what: string,
    claim: Claim,
    stated: Alternative,
    values: readonly number[],
    tests: readonly TestAnswer[],
    place: number,
  ): void {
    const test = testAgain(questionOf(claim, values), claim.predicts);
    this.estimate(what, stated.estimate, test, values.length);
    const adjusted = adjustedAgain(tests.with(place, test), place);
    const found = verdictAgain(test.value, claim.predicts, adjusted);
    this.equal(`${what}: verdict`, stated.verdict, found);
  }
}

type Ps = Pick<TestAnswer, "p" | "equivalenceP" | "outsideP">;

/** Computes the adjusted p values of one member of a family, each kind by itself. */
function adjustedAgain(family: readonly TestAnswer[], place: number): Ps {
  const kind = (name: keyof Ps) => {
    const adjusted = holmAgain(family.map((test) => test[name] ?? 1));
    return family[place]?.[name] == null ? null : adjusted[place] ?? null;
  };
  return { p: kind("p"), equivalenceP: kind("equivalenceP"), outsideP: kind("outsideP") };
}

function questionOf({ statistic, overlap = 0 }: Claim, values: readonly number[]) {
  return { values, statistic, overlap };
}
