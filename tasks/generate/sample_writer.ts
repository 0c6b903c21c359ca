import { visible } from "../visible.ts";

/** Milliseconds between writes: each takes longer than a token, and none is seen so fast. */
const INTERVAL = 20;

/** Thrown where nobody reads standard output any more. */
export class ClosedOutput extends Error {}

/**
 * Writes samples to standard output: the first as it comes, the others behind it, since lines
 * cannot be written side by side. Each begins with the prompt.
 */
export class SampleWriter {
  readonly #prompt: string;
  readonly #waiting: string[];
  /** The end of each sample, which says how the next piece is shown. */
  readonly #ends: string[];
  readonly #write: (text: string) => Promise<void>;
  #begun = false;
  #pending = "";
  #written = 0;

  /** @param write Where text goes; by default to standard output. */
  constructor(
    prompt: string,
    samples: number,
    write: (text: string) => Promise<void> = standardOutput,
  ) {
    this.#prompt = visible(prompt);
    this.#ends = Array.from({ length: samples }, () => prompt.slice(-2));
    this.#waiting = Array.from({ length: samples - 1 }, () => "");
    this.#write = write;
  }

  /** Adds a piece of text to a sample. */
  async add(sample: number, piece: string): Promise<void> {
    await this.#begin();
    const before = this.#ends[sample] ?? "";
    const shown = visible(piece, before);
    this.#ends[sample] = (before + piece).slice(-2);
    if (sample > 0) this.#waiting[sample - 1] += shown;
    else this.#pending += shown;
    if (performance.now() - this.#written >= INTERVAL) await this.#flush();
  }

  /** Writes what waits. */
  async end(): Promise<void> {
    await this.#begin();
    await this.#flush();
    await this.#write("\n");
    for (const [i, text] of this.#waiting.entries()) {
      await this.#write(`\n${this.#heading(i + 1)}${this.#prompt}${text}\n`);
    }
  }

  async #begin(): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    await this.#write(this.#heading(0) + this.#prompt);
  }

  async #flush(): Promise<void> {
    const text = this.#pending;
    this.#pending = "";
    if (text !== "") await this.#write(text);
    this.#written = performance.now();
  }

  #heading(sample: number): string {
    const all = this.#waiting.length + 1;
    return all === 1 ? "" : `Sample ${sample + 1} of ${all}:\n`;
  }
}

async function standardOutput(text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let at = 0; at < bytes.length;) at += await Deno.stdout.write(bytes.subarray(at));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw new ClosedOutput();
    throw error;
  }
}
