import type { Target, TrialKind } from "./target.ts";

/** A target as lists and options name it. */
export interface TargetInfo {
  readonly name: string;
  readonly kind: TrialKind;
  /** What is tried, in a few words. */
  readonly what: string;
  /** The share of the trials and of the time that it gets: below 1 if a trial takes long. */
  readonly share: number;
  /** Loads what it needs. */
  readonly load: () => Promise<Target>;
}

interface Module {
  readonly targets: readonly Target[];
}

/** Names with what they try; a number before it is the share of trials. */
type Names = Readonly<Record<string, string | readonly [share: number, what: string]>>;

function from(load: () => Promise<Module>, kind: TrialKind, names: Names): TargetInfo[] {
  return Object.entries(names).map(([name, said]) => {
    const [share, what] = typeof said === "string" ? [1, said] : said;
    const own = async (): Promise<Target> => {
      const found = (await load()).targets.find((target) => target.name === name);
      if (found === undefined) throw new Error(`No module has the target ${name}`);
      return found;
    };
    return { name, kind, what, share, load: own };
  });
}

/** Every target, in the order of their run. */
export const targets: readonly TargetInfo[] = [
  ...from(() => import("./inputs/commands.ts"), "inputs", {
    "command-lines": "arguments of each task",
    "set-values": "--set of each experiment",
    "parameters": "zod shapes and values of a program",
    "terminal-texts": "texts from anywhere that reach a terminal",
  }),
  ...from(() => import("./inputs/records.ts"), "inputs", {
    "json": "stable JSON, written and read",
    "results": "result JSON against its schema",
    "manifests": "manifest JSON against its schema",
    "kept-runs": [0.2, "files of the store, damaged"],
    "csv": "tables as CSV and JSON",
  }),
  ...from(() => import("./inputs/weights.ts"), "inputs", {
    "safetensors": "files of tensors",
    "checkpoints": "checkpoints of training",
    "text-models": "model.json",
    "model-weights": [0.2, "weights beside a model.json"],
  }),
  ...from(() => import("./inputs/texts.ts"), "inputs", {
    "utf8": "bytes in chunks",
    "paragraphs": "documents of texts in chunks",
    "tokenizers": "tokenizer JSON",
    "vocabularies": "tokenizers built of texts, encoding and decoding",
    "text-batches": "windows and streams of ids",
  }),
  ...from(() => import("./inputs/pages.ts"), "inputs", {
    "markdown": "Markdown with bindings and TeX",
    "pages": [0.05, "whole sites of odd pages and odd results"],
  }),
  ...from(() => import("./inputs/figures.ts"), "inputs", {
    "figures": [0.1, "charts of odd numbers and names"],
  }),
  ...from(() => import("./inputs/numbers.ts"), "inputs", {
    "random": "labels of forks and ranges",
    "statistics": "means, medians, quantiles, deviations",
    "intervals": [0.5, "bootstrap and Wilson intervals"],
    "spectra": [0.5, "eigenvalues and singular values"],
  }),
  ...from(() => import("./inputs/sampling.ts"), "inputs", {
    "sampling": "logits, options and history of the next token",
    "strategies": "strategies by name and options",
  }),
  ...from(() => import("./inputs/networks.ts"), "inputs", {
    "layers": [0.1, "options, inputs, states and masks of layers"],
    "losses": [0.2, "losses of odd outputs, targets and masks"],
    "steps": [0.05, "optimizers and training steps of odd batches"],
  }),
  ...from(() => import("./faults/targets.ts"), "faults", {
    "site-folder": "file operations of a site that is put in its folder",
    "store": "file operations of the store",
    "model-folder": "file operations of a model's folder",
    "report-process": "file operations of a report, in a process",
    "train-process": "file operations of a training, in a process",
  }),
  ...from(() => import("./kills/targets.ts"), "kills", {
    "report-kills": "a report that is killed and run again",
    "train-kills": "a training that is killed and run again",
  }),
];
