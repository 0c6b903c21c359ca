import type { TokenKind } from "../../src/data/text/text_rules.ts";
import { formatNumber, formatSeconds } from "../../src/report/format/numbers.ts";
import type { TrainingProgress } from "../../src/training/train_language_model.ts";
import { epochLine, measures } from "./epoch_numbers.ts";
import { standardError, type Surroundings } from "../progress.ts";

/** Where training stood, and when. */
interface Moment {
  readonly time: number;
  /** Steps since training began. */
  readonly steps: number;
  /** Tokens since this call began. */
  readonly tokens: number;
}

/** Shows how far training has come: a bar on a terminal, and a line for each epoch everywhere. */
export class TrainingDisplay {
  readonly #around: Surroundings;
  readonly #kind: TokenKind;
  #begin: Moment | undefined;
  /** Where this call took up the epoch. */
  #epoch: Moment | undefined;
  #trained: number | undefined;
  #shown = 0;
  #drawn = false;

  /** @param around What differs from standard error. */
  constructor(kind: TokenKind, around: Partial<Surroundings> = {}) {
    this.#kind = kind;
    this.#around = { ...standardError(), ...around };
  }

  /** A line that stays. */
  line(text: string): void {
    this.clear();
    this.#around.write(`${text}\n`);
  }

  /** Tells that an epoch's steps are done, and what follows is the held-out loss. */
  validates(): void {
    this.#trained = this.#around.now();
  }

  /** Where training stands: at an epoch's begin and end, and in between. */
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

  /** Takes the bar away. */
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

  /** About how long it goes on, from what this call did so far. */
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

/** The widest bar, in characters, and the narrowest. */
const [widest, narrowest] = [12, 4];

/** As many of the fields as a line has room for, after a bar where room is left. */
function fitted(fields: readonly string[], done: number, columns: number): string {
  const [first = "", ...others] = fields;
  let text = first.slice(0, columns);
  for (const field of others) {
    if (text.length + 2 + field.length > columns) break;
    text += `, ${field}`;
  }
  const width = Math.min(widest, columns - text.length - 1);
  if (width < narrowest) return text;
  const filled = Math.round(width * done);
  return `${"█".repeat(filled)}${"░".repeat(width - filled)} ${text}`;
}

/** A loss in nats as what is read of an epoch. */
function lossText(loss: number, kind: TokenKind): string {
  const { perplexity, bitsPerCharacter } = measures(loss, kind);
  if (bitsPerCharacter === undefined) return `perplexity ${formatNumber(perplexity)}`;
  return `${bitsPerCharacter.toFixed(3)} bits`;
}

/** Seconds, of long times whole minutes. */
function timeText(seconds: number): string {
  if (seconds < 600) return formatSeconds(Math.round(seconds));
  return `${formatNumber(Math.round(seconds / 60))}\u00a0min`;
}
