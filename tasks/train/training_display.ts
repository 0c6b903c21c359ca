import type { BackendDescription } from "../../src/core/backend.ts";
import { stableStringify } from "../../src/core/json.ts";
import type { TokenKind } from "../../src/data/text/text_rules.ts";
import { formatExact, formatNumber, formatPercent } from "../../src/report/format/numbers.ts";
import { UNK } from "../../src/data/text/vocabulary.ts";
import type { TextModelDescription } from "../../src/generation/text_model.ts";
import type { TrainingProgress } from "../../src/training/train_language_model.ts";
import type { EpochRecord, TrainingPosition } from "../../src/training/training_position.ts";
import type { Stop } from "../cli/stop.ts";
import { standardError, type Surroundings } from "../cli/progress.ts";
import { counted, fitted, timeText } from "../cli/training_line.ts";
import { shellWord } from "../cli/terminal.ts";
import type { TrainOptions, TrainSettings } from "./train_options.ts";
import { suggestedPrompt, type TextBatches, type TrainingText } from "./training_text.ts";

/** The position of a training at a time. */
interface Moment {
  readonly time: number;
  /** Steps since training began. */
  readonly steps: number;
  /** Tokens since this call began. */
  readonly tokens: number;
}

/** Shows the progress of training: a line for each epoch and, on a terminal, a bar. */
export class TrainingDisplay {
  readonly #around: Surroundings;
  readonly #kind: TokenKind;
  #begin: Moment | undefined;
  /** The position at which this call began the epoch. */
  #epoch: Moment | undefined;
  #trained: number | undefined;
  #shown = 0;
  #drawn = false;

  /** @param around The functions that replace those of standard error. Default: none. */
  constructor(kind: TokenKind, around: Partial<Surroundings> = {}) {
    this.#kind = kind;
    this.#around = { ...standardError(), ...around };
  }

  /** Writes a line that stays. */
  line(text: string): void {
    this.clear();
    this.#around.write(`${text}\n`);
  }

  /** Shows that the steps of an epoch are done and its held-out loss is computed. */
  validates(): void {
    this.#trained = this.#around.now();
  }

  /** Shows the position of training: at the beginning and end of an epoch, and in between. */
  update(progress: TrainingProgress): void {
    const { epoch, step, steps, tokens } = progress;
    const now = { time: this.#around.now(), steps: epoch * steps + step, tokens };
    if (!this.#begin || !this.#epoch) {
      this.#begin = this.#epoch = now;
      this.#shown = epoch;
    }
    if (epoch > this.#shown) {
      this.#shown = epoch;
      this.#endEpoch(progress, this.#epoch, now);
      this.#epoch = now;
      this.#trained = undefined;
    }
    if (this.#around.terminal && epoch < progress.epochs) this.#draw(progress, now);
  }

  /** Removes the bar. */
  clear(): void {
    if (this.#drawn) this.#around.write("\r\x1b[K");
    this.#drawn = false;
  }

  #endEpoch(progress: TrainingProgress, begin: Moment, now: Moment): void {
    const { epoch, epochs, history } = progress;
    const record = history[epoch - 1];
    if (!record) return;
    const seconds = ((this.#trained ?? now.time) - begin.time) / 1000;
    this.line([
      epochLine(record, { epoch, epochs, kind: this.#kind }),
      ...this.#speed(now.tokens - begin.tokens, seconds),
      ...this.#left(progress, now).map((left) => `about ${left}`),
    ].join(", "));
  }

  #draw(progress: TrainingProgress, now: Moment): void {
    const { epoch, epochs, step, steps, learningRate, history } = progress;
    const begin = this.#epoch ?? now;
    const loss = progress.loss ?? history.at(-1)?.trainLoss;
    const fields = [
      `${step}/${steps} epoch ${epoch + 1}/${epochs}`,
      ...(loss === undefined ? [] : [lossText(loss, this.#kind)]),
      ...(step > 0 ? [`rate ${formatNumber(learningRate, 3)}`] : []),
      ...this.#speed(now.tokens - begin.tokens, (now.time - begin.time) / 1000),
      ...this.#left(progress, now),
    ];
    const line = fitted(fields, step / steps, this.#around.columns() - 1);
    // Carriage return and "erase to the end of the line" redraw in place; two lines would not.
    this.#around.write(`\r${line}\x1b[K`);
    this.#drawn = true;
  }

  /** Estimates the time left from the steps of this call so far. */
  #left({ epochs, steps }: TrainingProgress, now: Moment): string[] {
    const { time, steps: first } = this.#begin ?? now;
    const each = (now.time - time) / (now.steps - first);
    const seconds = (epochs * steps - now.steps) * each / 1000;
    return seconds >= 1 ? [`${timeText(seconds)} left`] : [];
  }

  #speed(tokens: number, seconds: number): string[] {
    if (tokens === 0 || seconds <= 0) return [];
    return [`${formatNumber(Math.round(tokens / seconds), 3)} ${this.#kind}/s`];
  }
}

/** Formats a loss: as perplexity for words, in bits for characters. */
function lossText(loss: number, kind: TokenKind): string {
  const { perplexity, bitsPerCharacter } = measures(loss, kind);
  if (bitsPerCharacter === undefined) return `perplexity ${formatNumber(perplexity)}`;
  return `${bitsPerCharacter.toFixed(3)} bits`;
}

/** The share of held-out tokens that must be in the vocabulary for losses to be comparable. */
const MOSTLY = 0.99;

/** If a text has fewer documents than this, a line says what separates them. */
const FEW = 10;

/**
 * Returns the lines that are shown before training: the text, the network and the starting point.
 */
export function openingLines(
  { tokenizer, config }: TextModelDescription,
  { text, batches, backend, settings, position }: {
    readonly text: TrainingText;
    readonly batches: TextBatches;
    readonly backend: BackendDescription;
    readonly settings: TrainSettings;
    /** The position from which training continues; `null` for a new training. */
    readonly position: TrainingPosition | null;
  },
): string[] {
  const { kind, vocabulary } = tokenizer;
  const { training, validation, split } = text;
  const known = knownShare(text);
  const covered = known === 1 ? "all" : formatPercent(known);
  const { batchSize, length } = batches.training.sizes;
  const sizes = `${counted(config.numLayers, "layer")} of ${config.hiddenSize} units`;
  return [
    `${counted(split.training.length, "training document")} with` +
    ` ${formatExact(training.length)} ${kind}, ${
      formatExact(split.validation.length)
    } held out with` +
    ` ${formatExact(validation.length)}; ${
      formatExact(vocabulary.size)
    } tokens in the vocabulary,` +
    ` which cover ${covered} of the held-out text`,
    ...(split.training.length + split.validation.length < FEW
      ? [
        "these are few documents: blank lines separate the documents of a file; if it has none, every line is one",
      ]
      : []),
    `${sizes} on ${backend.name}; an epoch has ${counted(batches.training.length, "step")} of` +
    ` ${counted(batchSize, "track")} by ${counted(length, kind.slice(0, -1))}`,
    ...(position ? [goesOnLine(position, settings)] : []),
  ];
}

function goesOnLine({ epoch, batch }: TrainingPosition, { epochs, schedule }: TrainSettings) {
  if (epoch < epochs) return `continues ${placeText(epoch, batch)}`;
  const more = schedule === "cosine" ? "" : "; a larger --epochs continues it";
  return `the training is finished ${placeText(epoch, batch)}${more}`;
}

/** The end of a training. */
export interface TrainingEnd {
  /** The record of each epoch. */
  readonly history: readonly EpochRecord[];
  /** Steps of an epoch that was begun. */
  readonly steps: number;
  /** The signal that stopped training; `null` if training is finished. */
  readonly stop: Stop | null;
  /** Whether the folder has this training. Otherwise it still has an earlier one. */
  readonly kept: boolean;
}

/** The line that is shown if training was stopped. */
export function stoppedLine(
  { history, steps, kept }: TrainingEnd,
  { fresh, out }: Pick<TrainOptions, "fresh" | "out">,
): string {
  const place = placeText(history.length, steps);
  if (!kept) return `Stopped ${place}, without a checkpoint: ${out} still has the earlier model.`;
  return `Stopped ${place}; the same command${fresh ? ", without --fresh," : ""} continues.`;
}

function placeText(epoch: number, steps: number): string {
  if (epoch === 0) return steps === 0 ? "before the first step" : `after ${counted(steps, "step")}`;
  return `after epoch ${epoch}${steps > 0 ? ` and ${counted(steps, "step")}` : ""}`;
}

/** The lines that are shown after training: the best loss, the folder, and a command that uses the model. */
export function closingText(
  history: readonly EpochRecord[],
  text: TrainingText,
  { settings: { epochs }, out }: Pick<TrainOptions, "settings" | "out">,
): string {
  const { kind } = text.tokenizer;
  let best = 0;
  history.forEach(({ validationLoss }, i) => {
    if (validationLoss < (history[best]?.validationLoss ?? Infinity)) best = i;
  });
  const record = history[best];
  const known = knownShare(text);
  const prompt = suggestedPrompt(text);
  return [
    ...(record ? [`The best is ${epochLine(record, { epoch: best + 1, epochs, kind })}.`] : []),
    ...(known < MOSTLY
      ? [
        `${formatPercent(1 - known)} of held-out ${kind} are unknown and count as <UNK>: ` +
        "do not compare these losses with those of another vocabulary.",
      ]
      : []),
    `The model is in ${out}. To generate a text:`,
    `  deno task generate --model ${shellWord(out)}` +
    (prompt === null ? "" : ` --prompt ${shellWord(prompt)}`),
  ].join("\n");
}

/** Computes the share of held-out tokens that are in the vocabulary. */
function knownShare({ validation, split }: TrainingText): number {
  let unknown = 0;
  for (const id of validation) if (id === UNK) unknown++;
  // Each document has START and END besides its tokens.
  return 1 - unknown / (validation.length - 2 * split.validation.length);
}

/** Converts a loss in nats to perplexity and, for characters, to bits per character. */
export function measures(loss: number, kind: TokenKind) {
  const perplexity = Math.exp(loss);
  return kind === "characters" ? { perplexity, bitsPerCharacter: loss / Math.LN2 } : { perplexity };
}

/**
 * Returns the losses by epoch as JSON. It has no times, so that equal trainings have equal files.
 */
export function historyText(history: readonly EpochRecord[], kind: TokenKind): string {
  const epochs = history.map((record, i) => ({
    epoch: i + 1,
    ...record,
    // JSON has no infinity.
    ...finite(measures(record.validationLoss, kind)),
  }));
  return `${stableStringify({ format: "unroll-history-1", unit: "nats", epochs }, 2)}\n`;
}

function finite(values: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  );
}

/** The record of an epoch as a line. */
export function epochLine(
  record: EpochRecord,
  { epoch, epochs, kind }: {
    readonly epoch: number;
    readonly epochs: number;
    readonly kind: TokenKind;
  },
): string {
  const { trainLoss, validationLoss, learningRate } = record;
  const { perplexity, bitsPerCharacter } = measures(validationLoss, kind);
  return [
    `epoch ${epoch}/${epochs}: loss ${nats(trainLoss)}, held out ${nats(validationLoss)} nats`,
    `perplexity ${formatNumber(perplexity)}`,
    ...(bitsPerCharacter === undefined ? [] : [`${nats(bitsPerCharacter)} bits a character`]),
    `learning rate ${formatNumber(learningRate, 3)}`,
  ].join(", ");
}

function nats(loss: number): string {
  return loss.toFixed(3);
}
