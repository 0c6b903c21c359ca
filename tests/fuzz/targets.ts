import type { TrialKind } from "./target.ts";

/** The description of a target in lists and options. */
export interface TargetInfo {
  readonly name: string;
  readonly kind: TrialKind;
  /** A few words that say what the target tries. */
  readonly what: string;
  /** The share of `--inputs` for this target: below 1 if an input takes long. */
  readonly share: number;
  /** The weight of the target when the time is divided among targets. */
  readonly time: number;
  /**
   * The module that exports the target in `targets`, relative to this file. Only the process that
   * runs the target loads it.
   */
  readonly module: string;
}

/** Targets by name, with a few words and, if they differ from 1, the share and the time. */
type Names = Readonly<Record<string, string | Said>>;
type Said = Partial<Pick<TargetInfo, "share" | "time">> & Pick<TargetInfo, "what">;

function from(module: string, kind: TrialKind, names: Names): TargetInfo[] {
  return Object.entries(names).map(([name, said]) => ({
    ...{ name, kind, module, share: 1, time: 1 },
    ...(typeof said === "string" ? { what: said } : said),
  }));
}

/** Every target. */
export const targets: readonly TargetInfo[] = [
  ...from("./inputs/commands.ts", "inputs", {
    "command-lines": "arguments of each task",
    "set-values": "--set of each experiment",
    "parameters": "zod shapes and values of a program",
    "terminal-texts": "texts from anywhere that reach a terminal",
  }),
  ...from("./inputs/records.ts", "inputs", {
    "json": "stable JSON, written and read",
    "results": "result JSON against its schema",
    "manifests": "manifest JSON against its schema",
    "kept-runs": { share: 0.2, what: "files of the store, damaged" },
    "csv": "tables as CSV and JSON",
  }),
  ...from("./inputs/weights.ts", "inputs", {
    "safetensors": "files of tensors",
    "checkpoints": "checkpoints of training",
    "text-models": "model.json",
    "classifiers": "model.json of a classifier",
    "classifier-weights": { share: 0.2, what: "files of classifiers" },
    "model-weights": { share: 0.2, what: "weights beside a model.json" },
  }),
  ...from("./inputs/classifiers.ts", "inputs", {
    "classifier-files": { share: 0.2, what: "files of trained classifiers" },
  }),
  ...from("./inputs/texts.ts", "inputs", {
    "utf8": "bytes in chunks",
    "paragraphs": "documents of texts in chunks",
    "tokenizers": "tokenizer JSON",
    "vocabularies": "tokenizers built of texts, encoding and decoding",
    "text-batches": "windows and streams of ids",
    "labelled-texts": "CSV, TSV and JSON lines of labelled texts",
  }),
  ...from("./inputs/series.ts", "inputs", {
    "series": "CSV of series with times",
  }),
  ...from("./inputs/pages.ts", "inputs", {
    "markdown": "Markdown with bindings and TeX",
    "pages": { share: 0.05, what: "whole sites of odd pages and odd results" },
  }),
  ...from("./inputs/word_figures.ts", "inputs", {
    "word-figures": { share: 0.1, what: "words with weights and confusion matrices" },
  }),
  ...from("./inputs/figures.ts", "inputs", {
    "figures": { share: 0.1, what: "charts of odd numbers and names" },
  }),
  ...from("./inputs/numbers.ts", "inputs", {
    "random": "labels of forks and ranges",
    "statistics": "means, medians, quantiles, deviations",
    "intervals": { share: 0.5, what: "bootstrap intervals" },
    "shares": { share: 0.5, what: "exact intervals of shares" },
    "predictions": { share: 0.5, what: "estimates, tests and verdicts of predictions" },
    "spectra": { share: 0.5, what: "eigenvalues and singular values" },
  }),
  ...from("./inputs/sampling.ts", "inputs", {
    "sampling": "logits, options and history of the next token",
    "strategies": "strategies by name and options",
  }),
  ...from("./inputs/networks.ts", "inputs", {
    "layers": { share: 0.1, what: "options, inputs, states and masks of layers" },
    "losses": { share: 0.2, what: "losses of odd outputs, targets and masks" },
    "steps": { share: 0.05, what: "optimizers and training steps of odd batches" },
  }),
  ...from("./faults/targets.ts", "faults", {
    "site-folder": { time: 3, what: "file operations of a site that is put in its folder" },
    "store": { time: 2, what: "file operations of the store" },
    "model-folder": { time: 2, what: "file operations of a model's folder" },
    "report-process": { time: 8, what: "file operations of a report, in a process" },
    "train-process": { time: 6, what: "file operations of a training, in a process" },
    "classify-process": {
      time: 6,
      what: "file operations of a classifier's training, in a process",
    },
  }),
  ...from("./kills/targets.ts", "kills", {
    "report-kills": { time: 9, what: "a report that is killed and run again" },
    "train-kills": { time: 6, what: "a training that is killed and run again" },
    "classify-kills": { time: 6, what: "a classifier's training that is killed and run again" },
  }),
];
