import { z } from "zod";
import { markdownTable } from "../tasks/cli/document_blocks.ts";
import { AGREEMENT_OF_ACCURACY } from "./classifier.ts";
import { rateOf } from "./commands.ts";
import { AGREEMENT, fastest, LIBRARY_TITLES } from "./contest.ts";
import { AGREEMENT_AT_THE_END, CHECKED_EPOCHS } from "./learning.ts";
import { number, times } from "./tables.ts";
import { unitOf, valueOf } from "./workload.ts";

const findingSchema = z.object({
  name: z.string(),
  kind: z.enum(["ours", "stock", "peer"]),
  library: z.enum(["torch", "jax"]).nullable(),
  setting: z.string().nullable(),
  agrees: z.boolean().nullable(),
  measured: z.object({
    seconds: z.number(),
    spread: z.number().nullable(),
    n: z.int().nullable(),
  }).nullable(),
});

const workloadSchema = z.object({
  title: z.string(),
  cell: z.enum(["lstm", "gru", "rnn_tanh", "rnn_relu"]),
  unit: z.enum(["steps/s", "tokens/s", "ms"]),
  replicas: z.int(),
  steps: z.int(),
  batch: z.int(),
  inputSize: z.int(),
  hiddenSize: z.int(),
  numLayers: z.int(),
  outputSize: z.int(),
  vocabulary: z.int(),
});

/**
 * The parts of a bench's report that the tables of documents are made of. A file of numbers that were
 * copied from elsewhere has a `source` and null for what is not known.
 */
export const keptReportSchema = z.object({
  date: z.iso.date(),
  commit: z.string().nullable(),
  source: z.string().optional(),
  machine: z.object({
    processor: z.string(),
    threads: z.int(),
    os: z.string(),
    adapters: z.array(z.string()),
    load: z.number().nullable(),
  }),
  versions: z.record(z.string(), z.string()),
  peers: z.array(z.string()),
  speeds: z.array(
    z.object({
      name: z.string(),
      threads: z.int().nullable(),
      flopsPerSecond: z.number(),
    }),
  ),
  rows: z.array(z.object({
    workload: workloadSchema,
    results: z.array(
      findingSchema.extend({ value: z.number().nullable(), floor: z.number().nullable() }),
    ),
  })),
  learning: z.object({
    seeds: z.int(),
    epochs: z.int(),
    sequences: z.int(),
    findings: z.array(findingSchema),
  }).nullable(),
  /** Files from before this part of the bench do not have it. */
  classifier: z.object({
    networks: z.int(),
    epochs: z.int(),
    batchSize: z.int(),
    training: z.int(),
    validation: z.int(),
    findings: z.array(findingSchema.extend({ accuracy: z.number().nullable() })),
  }).nullable().default(null),
  commands: z.object({
    backend: z.string(),
    train: z.object({
      charactersPerSecond: z.array(z.number()),
      bitsPerCharacter: z.array(z.number()),
      peakBytes: z.number().nullable(),
    }),
    generate: z.array(z.object({
      samples: z.int(),
      charactersPerSecond: z.array(z.number()),
    })),
  }).nullable(),
});

/** A report of a bench as its file gives it. */
export type KeptReport = z.infer<typeof keptReportSchema>;

type Workload = z.infer<typeof workloadSchema>;

/** The tables of documents, each with the word that names it in a comment. */
export const keptTables: readonly {
  readonly kind: string;
  /** Gives the table in Markdown, with the sentences that belong to it. */
  readonly write: (report: KeptReport) => string;
}[] = [
  { kind: "workloads", write: workloadsTable },
  { kind: "products", write: productsTable },
  { kind: "learning", write: learningTable },
  { kind: "classifier", write: classifierTable },
  { kind: "commands", write: commandsTable },
];

/** A line for each workload, a column for each library with its fastest implementation. */
function workloadsTable(report: KeptReport): string {
  const columns = [
    { title: "tfjs ops", own: ({ kind }: Finding) => kind === "stock" },
    ...(["torch", "jax"] as const).map((id) => ({
      title: LIBRARY_TITLES[id],
      own: ({ library }: Finding) => library === id,
    })),
  ].filter(({ own }) => report.rows.some(({ results }) => results.some(own)));
  const lines = report.rows.map(({ workload, results }) => {
    const ours = fastest(results.filter(({ kind }) => kind === "ours"));
    const seconds = ours?.measured?.seconds ?? NaN;
    const others = columns.map(({ own }) => {
      const found = fastest(results.filter(own));
      if (!found?.measured) return "–";
      const sign = found.agrees === false ? " ≠" : "";
      return `${number(found.value ?? NaN)} (${times(found.measured.seconds / seconds)})${sign}`;
    });
    const floor = ours?.floor ?? null;
    return [
      ...[
        workload.title,
        sizesOf(workload),
        unitOf(workload),
        number(ours?.value ?? NaN),
        ...others,
      ],
      ...(floor === null ? ["–", "–"] : [number(valueOf(workload, floor)), times(seconds / floor)]),
    ];
  });
  return [
    markdownTable(
      [
        ...["workload", "network and data", "unit", "Unroll"],
        ...[...columns.map(({ title }) => title), "floor", "distance"],
      ],
      lines,
    ),
    "",
    `In brackets: how many times as fast Unroll is.${spreadText(report)} ${runText(report)}`,
  ].join("\n");
}

type Finding = Pick<z.infer<typeof findingSchema>, "kind" | "library">;

const cellTitles = { lstm: "LSTM", gru: "GRU", rnn_tanh: "RNN", rnn_relu: "RNN" } as const;

/** The sizes of a workload: `"LSTM 10-20-10, batch 1, 10 steps"`. */
export function sizesOf(workload: Workload): string {
  const { cell, inputSize, hiddenSize, outputSize, numLayers, vocabulary } = workload;
  const layers = `${numLayers > 1 ? `${numLayers} × ` : ""}${cellTitles[cell]}`;
  return [
    ...(vocabulary > 0
      ? [`vocabulary ${number(vocabulary)}`, `${layers} ${hiddenSize}`]
      : [`${layers} ${inputSize}-${hiddenSize}-${outputSize}`]),
    `batch ${workload.batch}`,
    ...(workload.steps > 1 ? [`${workload.steps} steps`] : []),
  ].join(", ");
}

/** The rounds of the medians and the largest spread, as far as they are known. */
function spreadText({ rows }: KeptReport): string {
  const measured = rows.flatMap(({ results }) => results.flatMap(({ measured }) => measured ?? []));
  const rounds = measured.flatMap(({ n }) => n ?? []);
  const spreads = measured.flatMap(({ spread }) => spread ?? []);
  if (rounds.length < measured.length) return "";
  const [fewest, most] = [Math.min(...rounds), Math.max(...rounds)];
  const medians = ` Medians of ${fewest === most ? "" : `${fewest} to `}${most} rounds`;
  if (spreads.length < measured.length) return `${medians}.`;
  return `${medians}; half their range is at most ${percent(Math.max(...spreads))} of them.`;
}

/** The day, the code, the machine and the versions of a bench. */
function runText({ date, commit, source, machine, versions, peers }: KeptReport): string {
  const { processor, threads, os, adapters, load } = machine;
  const names = Object.entries(versions).map(([name, version]) => {
    return `${name === "deno" ? "Deno" : name} ${version}`;
  });
  const at = commit === null ? "" : `, commit \`${commit.slice(0, 7)}\``;
  return `Measured on ${date}${at}: ${processor}, ${threadsText(threads)}, ${os}` +
    adapters.map((adapter) => `, WebGPU: ${adapter}`).join("") +
    `${load === null ? "" : `, load average ${load.toFixed(1)} before the bench`}; ` +
    `${[...names, ...peers].join(", ")}${source === undefined ? "" : `; ${source}`}.`;
}

function threadsText(count: number): string {
  return `${count} ${count === 1 ? "thread" : "threads"}`;
}

/** The speeds of matrix products, which the floors are computed with. */
function productsTable({ speeds }: KeptReport): string {
  const counts = [...new Set(speeds.map(({ threads }) => threads))]
    .sort((a, b) => (a ?? Infinity) - (b ?? Infinity));
  const names = [...new Set(speeds.map(({ name }) => name))];
  return markdownTable(
    [
      "matrix product, GFLOP/s",
      ...counts.map((count) => {
        if (count === null) return "any number of threads";
        return threadsText(count);
      }),
    ],
    names.map((name) => [
      name,
      ...counts.map((count) => {
        const found = speeds.filter((one) => one.name === name && one.threads === count);
        const best = Math.max(0, ...found.map(({ flopsPerSecond }) => flopsPerSecond));
        return best > 0 ? number(best / 1e9) : "–";
      }),
    ]),
  );
}

/** A line for each implementation of the learning comparison. */
function learningTable(report: KeptReport): string {
  const { learning } = report;
  if (!learning) return "Not measured.";
  const { findings, seeds, epochs, sequences } = learning;
  const ours = fastest(findings.filter(({ kind }) => kind === "ours"))?.measured;
  return [
    markdownTable(
      ["learning comparison", "seconds a seed", "Unroll is", "half the range", "losses", "setting"],
      findings.map(({ name, kind, measured, agrees, setting }) => [
        ...[name, measured ? number(measured.seconds) : "failed"],
        kind === "peer" && measured && ours
          ? `${number(measured.seconds / ours.seconds)} times as fast`
          : "–",
        typeof measured?.spread === "number" ? `±${percent(measured.spread)}` : "–",
        ...[agrees ? "agree" : "disagree", setting ?? "–"],
      ]),
    ),
    "",
    `Unroll trains ${seeds} seeds together, PyTorch one a run: RNN, LSTM and GRU on three tasks, ` +
    `${epochs} epochs of ${sequences} sequences. Losses agree if those of each network differ by ` +
    `at most ${
      percent(AGREEMENT)
    } in the first ${CHECKED_EPOCHS} epochs, and the geometric means ` +
    `over the networks by at most ${percent(AGREEMENT_AT_THE_END)} at the end. ${runText(report)}`,
  ].join("\n");
}

/** A line for each implementation of the training of sentence classifiers. */
function classifierTable(report: KeptReport): string {
  const { classifier } = report;
  if (!classifier) return "Not measured.";
  const { findings, networks, epochs, batchSize, training, validation } = classifier;
  const ours = findings.filter(({ kind }) => kind === "ours");
  return [
    markdownTable(
      [
        ...["sentence classifier", "seconds a network"],
        ...ours.map(({ name }) => `time / ${name}`),
        ...["half the range", "accuracy", "losses", "setting"],
      ],
      findings.map(({ name, kind, measured, agrees, accuracy, setting }) => [
        ...[name, measured ? number(measured.seconds) : "failed"],
        ...ours.map((own) =>
          kind === "peer" && measured && own.measured
            ? times(measured.seconds / own.measured.seconds)
            : "–"
        ),
        typeof measured?.spread === "number" ? `±${percent(measured.spread)}` : "–",
        accuracy === null ? "–" : accuracy.toFixed(3),
        ...[agrees ? "agree" : "disagree", setting || "–"],
      ]),
    ),
    "",
    `Each network is trained with ${
      number(training)
    } sentences in ${epochs} epochs of batches of ` +
    `${batchSize}, and classifies ${validation} other sentences after each epoch. Unroll trains ` +
    `${networks} networks side by side, or one; PyTorch trains one. Losses agree if those of an ` +
    `epoch without dropout, from equal weights and batches, differ by at most ` +
    `${percent(AGREEMENT)}, and the mean accuracies of ${networks} networks with dropout by at ` +
    `most ${AGREEMENT_OF_ACCURACY}. ${runText(report)}`,
  ].join("\n");
}

/** The rates of the commands that train a model and generate texts. */
function commandsTable(report: KeptReport): string {
  const { commands } = report;
  if (!commands) return "Not measured.";
  const { train, generate, backend } = commands;
  return [
    markdownTable([`the defaults, characters of Moby Dick, on ${backend}`, ""], [
      ["training", `${number(rateOf(train))} characters/s`],
      ...train.bitsPerCharacter.map((bits, i) => [
        `held-out loss after ${i + 1} ${i === 0 ? "epoch" : "epochs"}`,
        `${bits.toFixed(2)} bits a character`,
      ]),
      ...(train.peakBytes === null
        ? []
        : [["memory of training, at most", `${number(train.peakBytes / 1e9)} GB`]]),
      ...generate.map((one) => [
        one.samples === 1 ? "generating a text" : `generating ${one.samples} texts together`,
        `${number(rateOf(one))} characters/s`,
      ]),
    ]),
    "",
    runText(report),
  ].join("\n");
}

function percent(fraction: number): string {
  return `${number(100 * fraction)} %`;
}
