import type { Progress } from "../src/experiments/run.ts";

/** Shows how far work has come: a bar on a terminal, plain lines elsewhere. */
export class ProgressDisplay {
  readonly #terminal: boolean;
  readonly #write: (text: string) => void;
  #lastLine = performance.now();
  #drawn = false;

  /**
   * @param terminal Whether the output can redraw a line.
   * @param write Where text goes.
   */
  constructor(
    terminal: boolean = Deno.stderr.isTerminal(),
    write: (text: string) => void = (text) => Deno.stderr.writeSync(new TextEncoder().encode(text)),
  ) {
    this.#terminal = terminal;
    this.#write = write;
  }

  /** A line that stays. */
  line(text: string): void {
    this.clear();
    this.#write(`${text}\n`);
  }

  /** The state of a group of parts. */
  update({ experiment, group, done, total }: Progress): void {
    const name = `${experiment}: ${group}`;
    if (this.#terminal) {
      const width = 24;
      const filled = Math.round(width * done / total);
      const bar = "█".repeat(filled) + "░".repeat(width - filled);
      // Carriage return and "erase to the end of the line" redraw in place.
      this.#write(`\r${bar} ${done}/${total} ${name}\x1b[K`);
      this.#drawn = true;
      return;
    }
    // Elsewhere a line at each group's end, and one each 5 s of a long group.
    const now = performance.now();
    if (done < total && now - this.#lastLine < 5000) return;
    this.#lastLine = now;
    this.#write(`${name} ${done}/${total}\n`);
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#drawn) this.#write("\r\x1b[K");
    this.#drawn = false;
  }
}
