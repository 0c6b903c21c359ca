import type { Progress } from "../../src/harness/run.ts";
import { formatSeconds } from "../../src/report/format/numbers.ts";
import { visibleLine } from "./terminal.ts";

/** The surroundings of the display, which tests replace. */
export interface Surroundings {
  /** Whether the output can redraw a line. */
  readonly terminal: boolean;
  /** Writes text. */
  readonly write: (text: string) => void;
  /** The time in milliseconds. */
  readonly now: () => number;
  /** The width of the terminal in characters. */
  readonly columns: () => number;
  /** The milliseconds after which the bar is drawn again between parts. */
  readonly interval: number;
}

/** Standard error, and the clock. */
export function standardError(): Surroundings {
  return {
    terminal: Deno.stderr.isTerminal(),
    write,
    now: () => performance.now(),
    columns,
    interval: 1000,
  };
}

/** A group of parts that is being computed. */
interface Group {
  readonly name: string;
  readonly start: number;
  readonly latest: Progress;
  /** The time of the latest update. */
  readonly since: number;
  /** The number of parts that were computed, without those kept from an interrupted run. */
  readonly computed: number;
}

/** The least time between two drawings of the bar within a part, in milliseconds. */
const DRAWING = 100;

/** Shows the progress of work: a bar with times on a terminal, plain lines elsewhere. */
export class ProgressDisplay {
  readonly #around: Surroundings;
  #lastLine: number;
  #group: Group | undefined;
  #drawn = -Infinity;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param around Functions that replace those of {@link standardError}. Default: none. */
  constructor(around: Partial<Surroundings> = {}) {
    this.#around = { ...standardError(), ...around };
    this.#lastLine = this.#around.now();
  }

  /** Writes a line that stays. Line breaks in the text are escaped. */
  line(text: string): void {
    this.clear();
    this.#around.write(`${visibleLine(text)}\n`);
  }

  /**
   * Shows the progress of a group of parts. Call it at the beginning, after each part and within a
   * part.
   */
  update(progress: Progress): void {
    const { experiment, group, done, total, kept, fraction } = progress;
    const { terminal, write, now, interval } = this.#around;
    const name = visibleLine(`${experiment}: ${group}`);
    const since = now();
    if (terminal) {
      const within = fraction !== undefined;
      const before = this.#group?.name === name && (done > 0 || within) ? this.#group : undefined;
      this.#group = {
        name,
        start: before?.start ?? since,
        latest: progress,
        since,
        computed: (before?.computed ?? 0) + (done > 0 && !kept && !within ? 1 : 0),
      };
      if (!within || since - this.#drawn >= DRAWING) this.#draw();
      if (this.#timer !== undefined) return;
      const timer = setInterval(() => this.#draw(), interval);
      // The timer must not keep the process alive.
      Deno.unrefTimer(timer);
      this.#timer = timer;
      return;
    }
    // Without a terminal: a line at the end of each group, and every 5 s of a long group or part.
    const begins = done === 0 && fraction === undefined;
    if (begins || done < total && since - this.#lastLine < 5000) return;
    this.#lastLine = since;
    write(`${name} ${done}/${total}${percent(progress)}\n`);
  }

  /** Removes the bar. */
  clear(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    if (this.#group) this.#around.write("\r\x1b[K");
    this.#group = undefined;
  }

  #draw(): void {
    if (!this.#group) return;
    const { write, now, columns } = this.#around;
    const { name, latest } = this.#group;
    const { done, total, fraction = 0 } = latest;
    this.#drawn = now();
    const width = 24;
    const filled = Math.round(width * (done + fraction) / total);
    const bar = "█".repeat(filled) + "░".repeat(width - filled);
    const text = `${bar} ${done}/${total} ${name}${percent(latest)}${times(this.#group, now())}`;
    // Carriage return and "erase to the end of the line" redraw only one line, so a longer text is
    // cut.
    write(`\r${text.slice(0, columns() - 1)}\x1b[K`);
  }
}

/** The progress of a part: `", 35 % of the next"`. */
function percent({ fraction }: Progress): string {
  return fraction === undefined ? "" : `, ${Math.floor(100 * fraction)}\u00a0% of the next`;
}

/**
 * The time that a group has taken, and an estimate of the time left: `", 14 s, about 40 s left"`.
 */
function times({ start, since, latest, computed }: Group, now: number): string {
  const seconds = (time: number) => formatSeconds(Math.round(time / 1000));
  const elapsed = now - start;
  // Kept parts take almost no time, so all of the time counts for the computed parts.
  const { done, total, fraction = 0 } = latest;
  const each = (since - start) / (computed + fraction);
  const left = computed + fraction > 0 ? (total - done - fraction) * each - (now - since) : 0;
  // Times below a second are not shown.
  return (elapsed < 1000 ? "" : `, ${seconds(elapsed)}`) +
    (left < 1000 ? "" : `, about ${seconds(left)} left`);
}

function write(text: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
    // Work continues if the terminal was closed.
  }
}

/** The terminal's width in characters; 80 if there is no terminal. */
export function columns(): number {
  try {
    // A terminal of unknown width reports 0.
    return Deno.consoleSize().columns || 80;
  } catch {
    return 80;
  }
}
