import type { EpochProgress } from "../../src/classification/classifier_training.ts";
import type { StepPosition } from "../../src/classification/classifier_training_state.ts";
import type { LabelledTexts } from "../../src/data/text/labelled_texts.ts";
import { stableStringify } from "../../src/core/json.ts";
import { formatExact, formatPercent } from "../../src/report/format/numbers.ts";
import { standardError, type Surroundings } from "../cli/progress.ts";
import { shellWord } from "../cli/terminal.ts";
import { counted, fitted, timeText } from "../cli/training_line.ts";
import { type ClassifierData, contradictions } from "./classifier_data.ts";
import type { TestEntry } from "./classifier_scores.ts";
import type { ClassifierSettings } from "./classifier_settings.ts";

/** The record of an epoch. A loss that is not finite is `null`, since JSON has no such number. */
export interface EpochRecord {
  readonly trainingLoss: number | null;
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
  /** Whether the model had the weights of this epoch after it. */
  readonly best: boolean;
}

/** Returns the record of an epoch. */
export function recordOf(progress: EpochProgress): EpochRecord {
  const finite = (value: number | null) => Number.isFinite(value) ? value : null;
  const { trainingLoss, validationLoss, validationAccuracy, best } = progress;
  return {
    trainingLoss: finite(trainingLoss),
    validationLoss: finite(validationLoss),
    validationAccuracy,
    best,
  };
}

/** Shows the progress of training: a line for each epoch and, on a terminal, a bar. */
export class ClassifierDisplay {
  readonly #around: Surroundings;
  readonly #epochs: number;
  #begin: { readonly time: number; readonly done: number } | undefined;
  #last = "";
  #shown = -Infinity;
  #drawn = false;

  /**
   * @param epochs The largest number of epochs.
   * @param around The functions that replace those of standard error. Default: none.
   */
  constructor(epochs: number, around: Partial<Surroundings> = {}) {
    this.#epochs = epochs;
    this.#around = { ...standardError(), ...around };
  }

  /** Writes a line that stays. */
  line(text: string): void {
    this.clear();
    this.#around.write(`${text}\n`);
  }

  /** Shows a position: at the beginning, and after steps. */
  update({ epoch, step, steps }: StepPosition): void {
    const done = epoch + step / steps;
    const time = this.#around.now();
    this.#begin ??= { time, done };
    if (!this.#around.terminal || epoch >= this.#epochs) return;
    if (this.#drawn && time - this.#shown < DRAWING) return;
    const fields = [
      `${step}/${steps} epoch ${epoch + 1}/${this.#epochs}`,
      ...(this.#last === "" ? [] : [this.#last]),
      ...this.#left(done),
    ];
    const line = fitted(fields, step / steps, this.#around.columns() - 1);
    // Carriage return and "erase to the end of the line" redraw in place; two lines would not.
    this.#around.write(`\r${line}\x1b[K`);
    this.#shown = time;
    this.#drawn = true;
  }

  /** Shows the record of an epoch that has ended; epochs are counted from 1. */
  ended(epoch: number, record: EpochRecord): void {
    this.#last = losses(record);
    this.line([
      `epoch ${epoch}/${this.#epochs}: ${losses(record)}`,
      ...(record.validationLoss !== null && record.best ? ["the best so far"] : []),
      ...this.#left(epoch),
    ].join(", "));
  }

  /** Removes the bar. */
  clear(): void {
    if (this.#drawn) this.#around.write("\r\x1b[K");
    this.#drawn = false;
  }

  /** Estimates the time of all epochs that are left; early stopping may end training before. */
  #left(done: number): string[] {
    if (this.#begin === undefined || done <= this.#begin.done) return [];
    const each = (this.#around.now() - this.#begin.time) / (done - this.#begin.done);
    const seconds = (this.#epochs - done) * each / 1000;
    return seconds >= 1 ? [`at most about ${timeText(seconds)} left`] : [];
  }
}

/** The least time between two drawings of the bar, in milliseconds. */
const DRAWING = 100;

function losses({ trainingLoss, validationLoss, validationAccuracy }: EpochRecord): string {
  return [
    `training loss ${trainingLoss === null ? "not finite" : trainingLoss.toFixed(3)}`,
    ...(validationLoss === null ? [] : [`validation loss ${validationLoss.toFixed(3)}`]),
    ...(validationAccuracy === null ? [] : [`accuracy ${formatPercent(validationAccuracy)}`]),
  ].join(", ");
}

/** The lines that are shown before training: the texts, their labels and the network. */
export function openingLines(
  { data, split }: ClassifierData,
  settings: ClassifierSettings,
  { backend, words, done, finished }: {
    readonly backend: string;
    /** The words with vectors of their own. */
    readonly words: number;
    /** The epochs that are done. */
    readonly done: number;
    /** Whether no epoch is left. */
    readonly finished: boolean;
  },
): string[] {
  const { train, validation, test } = split;
  const odd = contradictions(data);
  const cell = settings.cell === "none" ? "no recurrence, layers" : settings.cell.toUpperCase();
  const directions = settings.directions === 2 ? ", in both directions" : "";
  return [
    [
      `${counted(train.length, "text")} to train with`,
      `${formatExact(validation.length)} for validation`,
      `${formatExact(test.length)} for the test`,
      labelCounts(data),
    ].join(", "),
    ...(odd > 0 ? [`${counted(odd, "text")} with more than one label`] : []),
    `${cell} of ${counted(settings.hidden, "unit")}${directions}, readout ` +
    `${settings.readout}, ${counted(words, "word")} in the vocabulary, on ${backend}`,
    ...(done > 0
      ? [`${finished ? "the training is finished" : "continues"} after epoch ${done}`]
      : []),
  ];
}

/** The most labels whose counts are shown. */
const MOST_LABELS = 6;

function labelCounts({ classes, texts }: LabelledTexts): string {
  const counts = classes.map((label, i) => {
    const count = texts.filter((text) => text.label === i).length;
    return `${JSON.stringify(label)} ${formatExact(count)}`;
  });
  const more = counts.length - MOST_LABELS;
  const rest = more > 0 ? `, and ${more} more` : "";
  return `labels ${counts.slice(0, MOST_LABELS).join(", ")}${rest}`;
}

/** The line that is shown if training was stopped. */
export function stoppedLine(
  done: number,
  { kept, fresh, out }: {
    /** Whether the folder has this training. Otherwise it still has an earlier one. */
    readonly kept: boolean;
    readonly fresh: boolean;
    readonly out: string;
  },
): string {
  const place = done === 0 ? "before the end of the first epoch" : `after epoch ${done}`;
  if (!kept) return `Stopped ${place}, without a checkpoint: ${out} still has the earlier model.`;
  return `Stopped ${place}; the same command${fresh ? ", without --fresh," : ""} continues.`;
}

/**
 * The lines about a test: each measure with its interval.
 *
 * @param test The measures.
 * @param which Words that say which texts were tested.
 */
export function testLines(test: readonly TestEntry[], which = ""): string[] {
  return test.map(({ measure, value, low, high, support }, i) => {
    const interval = `[${formatPercent(low)}, ${formatPercent(high)}]`;
    const texts = i === 0 ? ` on ${counted(support, "text")}${which}` : "";
    const name = `${measure[0]?.toUpperCase()}${measure.slice(1)}`;
    return `${name}${texts}: ${formatPercent(value)}, 95 % interval ${interval}.`;
  });
}

/** The lines that are shown after training: the best epoch, the test, and a command. */
export function closingText(
  history: readonly EpochRecord[],
  test: readonly TestEntry[],
  { out, example }: { readonly out: string; readonly example: string },
): string {
  const best = bestEpoch(history);
  const record = history[best - 1];
  const chosen = record?.validationLoss === null ? "The model has the weights of" : "The best is";
  return [
    ...(record ? [`${chosen} epoch ${best}: ${losses(record)}.`] : []),
    ...testLines(test, " of the test"),
    `The model is in ${out}. To classify a text:`,
    `  deno task classify --model ${shellWord(out)} --text ${shellWord(example)}`,
  ].join("\n");
}

/** The number of the epoch whose weights the model has, from 1. */
function bestEpoch(history: readonly EpochRecord[]): number {
  return history.findLastIndex(({ best }) => best) + 1;
}

/**
 * The losses by epoch and the result of the test as JSON. It has no times, so that equal trainings
 * have equal files.
 *
 * @param test The result of the test; `null` before the end of the training.
 */
export function historyText(
  history: readonly EpochRecord[],
  test: readonly TestEntry[] | null,
): string {
  const epochs = history.map((record, i) => ({ epoch: i + 1, ...record }));
  const content = {
    format: "unroll-classifier-history-1",
    unit: "nats",
    ...{ epochs, best: bestEpoch(history), test },
  };
  return `${stableStringify(content, 2)}\n`;
}
