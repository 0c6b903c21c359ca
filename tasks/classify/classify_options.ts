import { resolve } from "node:path";
import type { BackendRequest } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { isTableName } from "../../src/data/text/read_labelled_texts.ts";
import { BACKENDS, choice, type CommandLine, type Flag, wholeNumber } from "../cli/command_line.ts";
import { callerFolder } from "../cli/project.ts";
import { type ClassifierSettings, readSettings, settingFlags } from "./classifier_settings.ts";

/** The options of a training. */
export interface ClassifierTrainingOptions {
  readonly mode: "train";
  /** The path of the labelled texts, as the user gave it. */
  readonly data: string;
  /** The column of the texts. */
  readonly textColumn: string;
  /** The column of the labels. */
  readonly labelColumn: string;
  /** The labels that may occur, in the order of the classes; `null` for all that occur. */
  readonly labels: readonly string[] | null;
  /** The model's folder as the user gave it. */
  readonly out: string;
  /** The model's folder, absolute. */
  readonly folder: string;
  readonly settings: ClassifierSettings;
  readonly backend: BackendRequest;
  /** Whether to begin again although the folder has a training. */
  readonly fresh: boolean;
}

/**
 * The texts to predict: those of the command line, the lines of standard input or of a file, or a
 * column of a table, which may have labels, too.
 */
export type TextSource =
  | { readonly from: "flags"; readonly texts: readonly string[] }
  | { readonly from: "input" }
  | { readonly from: "file"; readonly path: string }
  | {
    readonly from: "table";
    readonly path: string;
    readonly textColumn: string;
    /** The column of the labels; `null` if they are not read. */
    readonly labelColumn: string | null;
  };

/** The options of a prediction. */
export interface PredictionOptions {
  readonly mode: "predict";
  /** The model's folder, absolute. */
  readonly folder: string;
  readonly source: TextSource;
  /** Whether to write a JSON object for each text. */
  readonly json: boolean;
  /** The largest number of attended words that are shown for a text. */
  readonly words: number;
  readonly backend: BackendRequest;
}

/** The options of `deno task classify`. */
export type ClassifyOptions = ClassifierTrainingOptions | PredictionOptions;

/** The flags of a training that are not settings. */
const trainingFlags: readonly Flag[] = [
  { name: "train", value: "FILE", help: "trains with the labelled texts of a CSV, TSV or JSONL" },
  { name: "out", value: "DIR", help: "the folder of the model (required with --train)" },
  {
    name: "label",
    value: "NAME",
    help: "a label that may occur; repeat it for each label (default: all that occur)",
    many: true,
  },
  ...settingFlags,
  { name: "fresh", help: "start again and replace the model in DIR" },
];

/** The flags of a table, for training and for prediction. */
const columnFlags: readonly Flag[] = [
  { name: "text-column", value: "NAME", help: "the column of the texts (default text)" },
  {
    name: "label-column",
    value: "NAME",
    help: "the column of the labels (default label; with --file: none, or the labels to test with)",
  },
];

/** The flags of a prediction. */
const predictionFlags: readonly Flag[] = [
  { name: "model", value: "DIR", help: "predicts with the model in a folder" },
  {
    name: "text",
    value: "TEXT",
    help: "a text to classify; may be repeated (default: lines of standard input)",
    many: true,
    anyText: true,
  },
  {
    name: "file",
    value: "FILE",
    help: "texts to classify: the lines of a file, a column of a CSV, TSV or JSONL",
  },
  { name: "json", help: "write a JSON object for each text" },
  { name: "words", value: "N", help: "attended words shown for a text (default 5; JSON has all)" },
];

/** The flags of `deno task classify`. */
export const classifyFlags: readonly Flag[] = [
  ...trainingFlags,
  ...predictionFlags,
  ...columnFlags,
  { name: "backend", value: "B", help: "auto (default), webgpu, wasm or cpu" },
];

/**
 * Reads the options from a command line.
 *
 * @throws {InputError} If a value is invalid, if neither or both of `--train` and `--model` are
 *   given, or if a flag belongs to the other of them.
 */
export function readClassifyOptions(line: CommandLine): ClassifyOptions {
  const [train, model] = [line.value("train"), line.value("model")];
  if (train === undefined && model === undefined) {
    const wanted = "given: --train FILE trains a model, --model DIR predicts with one";
    throw new InputError("--train or --model", wanted, "neither");
  }
  if (train !== undefined && model !== undefined) {
    throw new InputError("--model", "left out with --train, which writes to --out", model);
  }
  const backend = choice("backend", line.value("backend") ?? "auto", BACKENDS);
  if (train !== undefined) {
    refuse(line, predictionFlags, "--train, which does not predict");
    return trainingOptions(line, train, backend);
  }
  refuse(line, trainingFlags, "--model, which does not train");
  return predictionOptions(line, model ?? "", backend);
}

/** Throws if a flag is given that does not belong to the mode. */
function refuse(line: CommandLine, flags: readonly Flag[], mode: string): void {
  const wrong = flags.find(({ name }) => line.has(name));
  if (wrong === undefined) return;
  const found = wrong.value === undefined ? "given" : line.value(wrong.name);
  throw new InputError(`--${wrong.name}`, `left out with ${mode}`, found);
}

function trainingOptions(
  line: CommandLine,
  data: string,
  backend: BackendRequest,
): ClassifierTrainingOptions {
  const out = line.value("out");
  if (out === undefined) {
    throw new InputError("--out", "given: DIR, the folder of the model", "none");
  }
  const textColumn = line.value("text-column") ?? "text";
  const labelColumn = line.value("label-column") ?? "label";
  checkColumns(textColumn, labelColumn);
  const labels = line.values("label");
  if (labels.length === 1) {
    const help = "--label-column names the column of the labels.";
    throw new InputError("--label", "given for each label, at least twice", labels[0], help);
  }
  const twice = labels.find((label, i) => labels.indexOf(label) !== i);
  if (twice !== undefined) throw new InputError("--label", "given once for each label", twice);
  return {
    mode: "train",
    ...{ data, textColumn, labelColumn, out, backend },
    labels: labels.length > 0 ? labels : null,
    folder: resolve(callerFolder(), out),
    settings: readSettings(line),
    fresh: line.has("fresh"),
  };
}

function checkColumns(textColumn: string, labelColumn: string | null): void {
  if (textColumn !== labelColumn) return;
  throw new InputError("--label-column", "another column than --text-column", labelColumn);
}

function predictionOptions(
  line: CommandLine,
  model: string,
  backend: BackendRequest,
): PredictionOptions {
  const json = line.has("json");
  if (json && line.has("words")) {
    throw new InputError(
      "--words",
      "left out with --json, which has all words",
      line.value("words"),
    );
  }
  return {
    mode: "predict",
    folder: resolve(callerFolder(), model),
    source: sourceOf(line),
    json,
    words: wholeNumber("words", line.value("words") ?? "5", 0, 1000),
    backend,
  };
}

function sourceOf(line: CommandLine): TextSource {
  const [texts, path] = [line.values("text"), line.value("file")];
  if (path !== undefined && texts.length > 0) {
    throw new InputError("--file", "left out with --text", path);
  }
  const empty = texts.find((text) => text.trim() === "");
  if (empty !== undefined) throw new InputError("--text", "a text that is not empty", empty);
  if (path !== undefined && isTableName(path)) {
    const textColumn = line.value("text-column") ?? "text";
    const labelColumn = line.value("label-column") ?? null;
    checkColumns(textColumn, labelColumn);
    return { from: "table", ...{ path, textColumn, labelColumn } };
  }
  refuse(line, columnFlags, "--model, except with a --file that ends in .csv, .tsv or .jsonl");
  if (texts.length > 0) return { from: "flags", texts };
  return path === undefined || path === "-" ? { from: "input" } : { from: "file", path };
}
