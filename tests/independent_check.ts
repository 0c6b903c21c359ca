import { csvParse } from "d3-dsv";
import type { Claim, Estimate, Manifest, Metric, Result, Table } from "../src/core/result.ts";
import { holmOf, intervalOf, type Statistic, testsOf } from "./independent_statistics.ts";

/** The fewest values that an interval rests on. */
const FEWEST = 10;

/** What was compared, and what is not as the independent statistics give it. */
export interface IndependentCheck {
  /** How many intervals were compared. */
  readonly intervals: number;
  /** How many p values were compared. */
  readonly tests: number;
  /** What differs. */
  readonly problems: readonly string[];
}

/**
 * Computes the intervals, p values and verdicts of a site from its CSV files, by statistics that share
 * no code with those that made the site.
 *
 * @param files The site's files by path.
 */
export function independentCheck(files: ReadonlyMap<string, string>): IndependentCheck {
  const problems: string[] = [];
  let [intervals, tests] = [0, 0];
  const near = (what: string, stated: number | null, found: number, tolerance = 1e-6) => {
    const isNear = stated !== null &&
      Math.abs(stated - found) <= tolerance * Math.max(1e-12, Math.abs(stated), Math.abs(found));
    if (!isNear) problems.push(`${what}: stated ${stated}, found ${found}`);
  };
  const json = (path: string) => JSON.parse(files.get(path) ?? "null");
  /** The numbers of a column. */
  const column = (path: string, name: string): number[] =>
    [...csvParse(files.get(path) ?? "")].map((row) => row[name] ?? "").filter((cell) => cell !== "")
      .map(Number);
  const estimate = (
    what: string,
    stated: Pick<Estimate, "value" | "low" | "high">,
    values: readonly number[],
    statistic: Statistic,
    overlap = 0,
  ) => {
    const [value, low, high] = intervalOf(values, statistic, overlap);
    near(`${what}: value`, stated.value, value);
    if (values.length < FEWEST) {
      if (stated.low !== null || stated.high !== null) problems.push(`${what}: has an interval`);
      return;
    }
    intervals += 1;
    // Ends near 0 are as exact as the interval is wide.
    const width = high - low;
    for (const [end, found] of [["low", low], ["high", high]] as const) {
      const given = stated[end];
      if (given !== null && Math.abs(given - found) <= 1e-6 * width) continue;
      near(`${what}: ${end}`, given, found);
    }
  };
  const metric = (path: string, { id, statistic, overlap, estimate: stated }: Metric) =>
    estimate(`${path} ${id}`, stated, column(path, "value"), statistic, overlap);
  const table = (path: string, { rows, columns, samples }: Table) => {
    if (!samples) return;
    const place = columns.findIndex(({ name }) => name === "value");
    [...csvParse(files.get(path) ?? "")].forEach((cells, r) => {
      const values = samples.labels.map((label) => cells[String(label)] ?? "");
      const numbers = values.filter((cell) => cell !== "").map(Number);
      const [value = null, low = null, high = null] = (rows[r] ?? []).slice(place, place + 3);
      if (typeof value !== "number") return;
      const ends = {
        low: low === null ? null : Number(low),
        high: high === null ? null : Number(high),
      };
      estimate(`${path} ${r}`, { value, ...ends }, numbers, samples.statistic);
    });
  };
  const claim = (path: string, one: Claim) => {
    const { statistic, overlap = 0, predicts, estimate: stated } = one;
    const values = column(path, "value");
    estimate(path, stated, values, statistic, overlap);
    const agreeing = values.map((value) => agrees(value, one) ? 1 : 0);
    estimate(`${path} agreeing`, one.agreeing, agreeing, "share", overlap);
    for (const other of one.alternatives) {
      const its = column(path, `alternative: ${other.name}`);
      estimate(`${path} ${other.name}`, other.estimate, its, statistic, overlap);
    }
    const found = values.length < FEWEST ? null : testsOf(values, statistic, overlap, predicts);
    if (!found) return;
    tests += 1;
    // Of a tiny p the digits hang on the last ones of the values.
    if (Math.max(one.p ?? 1, found.p) > 1e-12) near(`${path} p`, one.p, found.p, 1e-4);
    if (Math.max(one.equivalenceP ?? 1, found.equivalenceP) > 1e-12) {
      near(`${path} equivalenceP`, one.equivalenceP, found.equivalenceP, 1e-4);
    }
  };
  const manifest: Manifest = json("data/manifest.json");
  for (const { experiment: id, machine } of manifest.runs) {
    const { claims, metrics, tables }: Result = json(`data/${id}.json`);
    for (const one of metrics) metric(`metrics/${id}/${one.id}.csv`, one);
    for (const one of machine.metrics) metric(`machine/${id}/${one.id}.metric.csv`, one);
    for (const one of tables) table(`data/${id}/${one.id}.seeds.csv`, one);
    for (const one of machine.tables) table(`machine/${id}/${one.id}.seeds.csv`, one);
    for (const one of claims) claim(`claims/${id}/${one.id}.csv`, one);
    for (const family of Map.groupBy(claims, (one) => one.family).values()) {
      const ps = holmOf(family.map(({ p }) => p ?? 1));
      const equivalencePs = holmOf(family.map(({ equivalenceP }) => equivalenceP ?? 1));
      for (const [i, one] of family.entries()) {
        const what = `claims/${id}/${one.id}`;
        if (one.p === null) continue;
        near(`${what} adjustedP`, one.adjustedP, ps[i] ?? NaN);
        near(`${what} adjustedEquivalenceP`, one.adjustedEquivalenceP, equivalencePs[i] ?? NaN);
        const verdict = verdictOf(one);
        if (verdict !== null && one.verdict !== verdict) {
          problems.push(`${what}: stated ${one.verdict}, found ${verdict}`);
        }
      }
    }
  }
  return { intervals, tests, problems };
}

function agrees(measured: number, { predicts, statistic }: Claim): boolean {
  const { relation, value, smallestEffect } = predicts;
  if (relation === "above") return measured > value;
  if (relation === "below") return measured < value;
  return statistic === "geometric-mean"
    ? Math.abs(Math.log(measured / value)) < Math.log(1 + smallestEffect)
    : Math.abs(measured - value) < smallestEffect;
}

/** The verdict by the adjusted p values; `null` if it depends on one that is not published. */
function verdictOf(claim: Claim): Claim["verdict"] | null {
  const { predicts: { relation, value }, adjustedP, adjustedEquivalenceP, estimate } = claim;
  const [isDifferent, isEquivalent] = [adjustedP, adjustedEquivalenceP].map((p) => (p ?? 1) < 0.05);
  if (relation === "near") return isEquivalent ? "supported" : null;
  if (isEquivalent) return "equivalent";
  if (!isDifferent || estimate.value === value) return "undecided";
  return (estimate.value > value) === (relation === "above") ? "supported" : "refuted";
}
