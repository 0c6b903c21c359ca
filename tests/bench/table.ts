import { fastest } from "./contest.ts";
import { learningText } from "./learning_table.ts";
import { number, table, times } from "./markdown.ts";
import { ratioTable } from "./ratio_table.ts";
import type { BenchReport, Result, Row } from "./results.ts";
import { unitOf, valueOf } from "./workload.ts";

/** The report as Markdown: the tables of values, how they came about, and what they stand on. */
export function renderReport(report: BenchReport): string {
  const { rows, notes, learning } = report;
  return [
    ...report.machine.map((line) => `- ${line}`),
    ...report.speeds.map(({ name, threads, flopsPerSecond }) => {
      const on = threads === null ? "" : `, ${threads} ${threads === 1 ? "thread" : "threads"}`;
      return `- Matrix product, ${name}${on}: ${number(flopsPerSecond / 1e9)} GFLOP/s`;
    }),
    `- Copy, read and written: ${
      report.bandwidth.map(({ size, bytesPerSecond }) =>
        `${number(bytesPerSecond / 1e9)} GB/s at ${bytes(size)}`
      ).join(", ")
    }`,
    ...notes.map((note) => `- ${note}`),
    ...(rows.length > 0 ? ["", workloadsText(rows)] : []),
    ...(learning ? ["", learningText(learning)] : []),
  ].join("\n");
}

function workloadsText(rows: readonly Row[]): string {
  const ratios = ratioTable(rows);
  return [
    valueTable(rows),
    "",
    "In brackets: how many times as fast Unroll is, on the same backend or else on its fastest. " +
    "The floor is what the operations and bytes of the workload take at the speeds above; the " +
    "last column is Unroll's distance from it. ≠: the losses disagree.",
    ...(ratios === null ? [] : [
      "",
      ratios,
      "",
      "The fastest peer, and the fastest of a library: of all its versions and implementations, each " +
      "at its best setting. Above 1 Unroll is faster.",
    ]),
    "",
    detailTable(rows),
  ].join("\n");
}

/** One line a workload, one column a competitor. */
export function valueTable(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap(({ results }) => results.map(({ name }) => name)))];
  return table(
    ["Workload", "Unit", ...names, "Floor", "Distance"],
    rows.map(({ workload, results }) => {
      const best = fastest(results.filter(({ kind }) => kind === "ours"));
      const floor = best ?? results[0];
      const distance = best?.measured ? best.measured.seconds / best.floor : null;
      return [
        ...[workload.title, unitOf(workload)],
        ...names.map((name) => {
          const result = results.find((one) => one.name === name);
          return result ? cell(result, results) : "–";
        }),
        floor ? number(valueOf(workload, floor.floor)) : "–",
        distance === null ? "–" : `${number(distance)}×`,
      ];
    }),
  );
}

/** One line a measurement: its spread, rounds and setting, and whether its losses agree. */
export function detailTable(rows: readonly Row[]): string {
  return table(
    ["Workload", "Implementation", "Median", "Unit", "Spread", "n", "Floors", "Losses", "Setting"],
    rows.flatMap(({ workload, results, reference }) =>
      results.map((result) => {
        const { name, measured, value, failure, setting, floor } = result;
        const agrees = name === reference ? "reference" : result.agrees ? "agree" : "disagree";
        return [
          ...[workload.title, name, value === null ? "failed" : number(value), unitOf(workload)],
          measured ? `±${number(100 * measured.spread)} %` : "–",
          String(measured?.n ?? "–"),
          measured ? `${number(measured.seconds / floor)}×` : "–",
          result.checks.length === 0 ? "–" : agrees,
          failure ?? (setting === "" ? "–" : setting),
        ];
      })
    ),
  );
}

/** A value with how many times as fast ours is. */
function cell(result: Result, results: readonly Result[]): string {
  const { kind, value, measured, agrees, backend } = result;
  if (value === null || measured === null) return "failed";
  const sign = agrees === false ? " ≠" : "";
  const ours = results.filter((one) => one.kind === "ours");
  const opponent = kind === "stock"
    ? fastest(ours.filter((one) => one.backend === backend))
    : fastest(ours);
  if (kind === "ours" || !opponent?.measured) return `${number(value)}${sign}`;
  return `${number(value)} (${times(measured.seconds / opponent.measured.seconds)})${sign}`;
}

function bytes(size: number): string {
  return size < 2 ** 20 ? `${size / 2 ** 10} KiB` : `${size / 2 ** 20} MiB`;
}
