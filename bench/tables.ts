import { markdownTable } from "../tasks/cli/document_blocks.ts";
import type { CommandsReport } from "./commands.ts";
import { AGREEMENT_OF_ACCURACY } from "./classifier.ts";
import type {
  BenchReport,
  ClassifierReport,
  LearningReport,
  Ratio,
  Result,
  Row,
} from "./compare.ts";
import { AGREEMENT, fastest, LIBRARY_TITLES } from "./contest.ts";
import { AGREEMENT_AT_THE_END, CHECKED_EPOCHS } from "./learning.ts";
import { unitOf, valueOf } from "./workload.ts";

/** The report as Markdown: the machine, its speeds, and the tables of values. */
export function renderReport(report: BenchReport): string {
  const { rows, notes, learning, classifier, commands } = report;
  return [
    ...machineLines(report),
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
    ...(classifier ? ["", classifierText(classifier)] : []),
    ...(commands ? ["", commandsText(commands)] : []),
  ].join("\n");
}

function machineLines({ machine, versions, peers }: BenchReport): string[] {
  const { processor, threads, os, adapters, load } = machine;
  return [
    `- ${processor}, ${threads} threads, ${os}; load average ${load.toFixed(1)} before the bench`,
    ...adapters.map((adapter) => `- WebGPU: ${adapter}`),
    `- ${
      [...Object.entries(versions).map(([name, version]) => `${name} ${version}`), ...peers]
        .join(", ")
    }`,
  ];
}

function workloadsText(rows: readonly Row[]): string {
  const ratios = ratioTable(rows);
  return [
    valueTable(rows),
    "",
    "In brackets: how many times as fast Unroll is, on the same backend, or on its fastest for a " +
    "peer. The floor is the time of the operations or bytes of the workload at the speeds above; " +
    "the distance is Unroll's time divided by it. ≠: the losses disagree.",
    ...(ratios === null ? [] : [
      "",
      ratios,
      "",
      "The fastest peer, and the fastest of each library: over versions, implementations and " +
      "settings. Above 1 Unroll is faster.",
    ]),
    "",
    detailTable(rows),
  ].join("\n");
}

/** A line for each workload, a column for each competitor. */
export function valueTable(rows: readonly Row[]): string {
  const names = [...new Set(rows.flatMap(({ results }) => results.map(({ name }) => name)))];
  return markdownTable(
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

/** A line for each measurement: spread, rounds, setting, and whether its losses agree. */
export function detailTable(rows: readonly Row[]): string {
  return markdownTable(
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

/** A value, and how many times as fast this library is. */
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

const libraries = (["torch", "jax"] as const).map((id) => ({ id, title: LIBRARY_TITLES[id] }));

/**
 * A line for each workload and backend: how many times as fast this library is as the fastest peer,
 * and as the fastest peer of each library.
 *
 * @returns The table; null if no workload has a peer.
 */
export function ratioTable(rows: readonly Row[]): string | null {
  const compared = rows.filter(({ results }) => results.some(({ kind }) => kind === "peer"));
  if (compared.length === 0) return null;
  const shown = libraries.filter(({ id }) =>
    compared.some(({ results }) => results.some(({ library }) => library === id))
  );
  return markdownTable(
    ["Workload", "Times as fast as", "The fastest peer", ...shown.map(({ title }) => title)],
    compared.flatMap(({ workload, results, ratios }) =>
      results.filter(({ kind }) => kind === "ours").map(({ name }) => {
        const own = ratios.filter((ratio) => ratio.name === name);
        const best = own.find(({ fastestOf }) => fastestOf === "peers");
        return [
          ...[workload.title, name, ratioCell(best, ` ${best?.peer}`)],
          ...shown.map(({ id }) => ratioCell(own.find(({ fastestOf }) => fastestOf === id))),
        ];
      })
    ),
  );
}

function ratioCell(ratio: Ratio | undefined, of = ""): string {
  return ratio ? `${times(ratio.times)}${of}${ratio.agrees ? "" : " ≠"}` : "–";
}

/** The wanted ratio of the notebook's seconds to those of a seed of this library. */
export const WANTED = 50;

/** The learning comparison as Markdown: a line for each implementation, and a description. */
export function learningText(report: LearningReport): string {
  const percent = (fraction: number): string => `${number(100 * fraction)} %`;
  return [
    learningTable(report),
    "",
    "RNN, LSTM and GRU on three tasks of the notebook: each is trained for some epochs on a few " +
    "sequences, one a step, and tested. Unroll runs the code of learning-capacity for " +
    `${report.seeds} seeds together. PyTorch runs the notebook's code, with Python loops over ` +
    "steps and sequences, for one seed. The time includes drawing data, making networks and " +
    "reading losses. From the data and weights of one seed the losses of each network in the " +
    `first ${CHECKED_EPOCHS} epochs must agree to ${percent(AGREEMENT)}, and the geometric means ` +
    `over the networks at the end to ${percent(AGREEMENT_AT_THE_END)}, since rounding errors ` +
    "grow. The test loss is the second of these means.",
  ].join("\n");
}

function learningTable({ findings, reference }: LearningReport): string {
  const best = fastest(findings.filter(({ kind }) => kind === "ours"))?.measured;
  return markdownTable(
    [
      ...["Learning comparison", "Seconds a seed", "Unroll, per seed", "Spread", "n", "Losses"],
      ...["Test loss", "Setting"],
    ],
    findings.map(({ name, kind, measured, failure, checks, agrees, setting }) => {
      const times = kind === "peer" && measured && best ? measured.seconds / best.seconds : null;
      const losses = name === reference ? "reference" : agrees ? "agree" : "disagree";
      return [
        name,
        measured ? number(measured.seconds) : "failed",
        times === null ? "–" : `${number(times)} times as fast (wanted: ${WANTED})`,
        measured ? `±${number(100 * measured.spread)} %` : "–",
        String(measured?.n ?? "–"),
        checks.length === 0 ? "–" : losses,
        checks.length === 0 ? "–" : number(checks.at(-1) ?? NaN),
        failure ?? setting,
      ];
    }),
  );
}

/** The training of sentence classifiers as Markdown: a line for each implementation. */
export function classifierText(report: ClassifierReport): string {
  const ours = fastest(report.findings.filter(({ kind }) => kind === "ours"))?.measured;
  const lines = report.findings.map((finding) => {
    const { name, measured, failure, accuracy, agrees, setting } = finding;
    const losses = name === report.reference ? "reference" : agrees ? "agree" : "disagree";
    return [
      name,
      measured ? number(measured.seconds) : "failed",
      measured && ours ? times(measured.seconds / ours.seconds) : "–",
      measured ? `±${number(100 * measured.spread)} %` : "–",
      String(measured?.n ?? "–"),
      accuracy === null ? "–" : number(accuracy),
      accuracy === null ? "–" : losses,
      failure ?? setting,
    ];
  });
  return [
    markdownTable(
      [
        ...["Sentence classifier", "Seconds a network", "Time / Unroll's best", "Spread", "n"],
        ...["Accuracy", "Losses", "Setting"],
      ],
      lines,
    ),
    "",
    `The first network of sentiment in its first fold: ${report.training} sentences in ` +
    `${report.epochs} epochs of batches of ${report.batchSize}, and after each epoch the losses ` +
    `of ${report.validation} sentences. PyTorch has the sentences as ids; the time of Unroll ` +
    "includes the vocabulary and the ids. From the weights and the batches of one network, " +
    `without dropout, the losses of the first epoch must agree to ${number(100 * AGREEMENT)} %, ` +
    `and the mean accuracies of ${report.networks} networks with dropout to ` +
    `${AGREEMENT_OF_ACCURACY}.`,
  ].join("\n");
}

/** The rates of the commands as a table in Markdown. */
export function commandsText({ train, generate }: CommandsReport): string {
  const { charactersPerSecond, bitsPerCharacter, peakBytes } = train;
  const memory = peakBytes === null ? "" : `, at most ${number(peakBytes / 1e9)} GB`;
  return markdownTable(["Command", "Characters/s", "Remarks"], [
    [
      ...["train", charactersPerSecond.map(number).join(", ")],
      `${bitsPerCharacter.map((bits) => bits.toFixed(3)).join(", ")} bits a character${memory}`,
    ],
    ...generate.map(({ samples, charactersPerSecond }) => [
      ...["generate", charactersPerSecond.map(number).join(", "), `texts: ${samples}`],
    ]),
  ]);
}

/** Three digits, thousands set apart. */
export function number(value: number): string {
  return value.toLocaleString("en", { maximumSignificantDigits: 3 });
}

/** How many times as fast or as long something is: two digits at least, three at most. */
export function times(value: number): string {
  return `${
    value.toLocaleString("en", { minimumSignificantDigits: 2, maximumSignificantDigits: 3 })
  }×`;
}
