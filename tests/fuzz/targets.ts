import type { TrialKind } from "./target.ts";

/** A target as lists and options name it. */
export interface TargetInfo {
  readonly name: string;
  readonly kind: TrialKind;
  /** What is tried, in a few words. */
  readonly what: string;
  /** The share of the trials and of the time that it gets: below 1 if a trial takes long. */
  readonly share: number;
  /** The module that exports it in its `targets`, from here. It is loaded where it runs. */
  readonly module: string;
}

/** Names with what they try; a number before it is the share of trials. */
type Names = Readonly<Record<string, string | readonly [share: number, what: string]>>;

function from(module: string, kind: TrialKind, names: Names): TargetInfo[] {
  return Object.entries(names).map(([name, said]) => {
    const [share, what] = typeof said === "string" ? [1, said] : said;
    return { name, kind, what, share, module };
  });
}

/** Every target, in the order of their run. */
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
    "kept-runs": [0.2, "files of the store, damaged"],
    "csv": "tables as CSV and JSON",
  }),
  ...from("./inputs/weights.ts", "inputs", {
    "safetensors": "files of tensors",
    "checkpoints": "checkpoints of training",
    "text-models": "model.json",
    "model-weights": [0.2, "weights beside a model.json"],
  }),
  ...from("./inputs/texts.ts", "inputs", {
    "utf8": "bytes in chunks",
    "paragraphs": "documents of texts in chunks",
    "tokenizers": "tokenizer JSON",
    "vocabularies": "tokenizers built of texts, encoding and decoding",
    "text-batches": "windows and streams of ids",
  }),
  ...from("./inputs/pages.ts", "inputs", {
    "markdown": "Markdown with bindings and TeX",
    "pages": [0.05, "whole sites of odd pages and odd results"],
  }),
  ...from("./inputs/figures.ts", "inputs", {
    "figures": [0.1, "charts of odd numbers and names"],
  }),
  ...from("./inputs/numbers.ts", "inputs", {
    "random": "labels of forks and ranges",
    "statistics": "means, medians, quantiles, deviations",
    "intervals": [0.5, "bootstrap and Wilson intervals"],
    "spectra": [0.5, "eigenvalues and singular values"],
  }),
  ...from("./inputs/sampling.ts", "inputs", {
    "sampling": "logits, options and history of the next token",
    "strategies": "strategies by name and options",
  }),
  ...from("./inputs/networks.ts", "inputs", {
    "layers": [0.1, "options, inputs, states and masks of layers"],
    "losses": [0.2, "losses of odd outputs, targets and masks"],
    "steps": [0.05, "optimizers and training steps of odd batches"],
  }),
  ...from("./faults/targets.ts", "faults", {
    "site-folder": "file operations of a site that is put in its folder",
    "store": "file operations of the store",
    "model-folder": "file operations of a model's folder",
    "report-process": "file operations of a report, in a process",
    "train-process": "file operations of a training, in a process",
  }),
  ...from("./kills/targets.ts", "kills", {
    "report-kills": "a report that is killed and run again",
    "train-kills": "a training that is killed and run again",
  }),
];
