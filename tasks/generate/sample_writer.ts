import type { Tokenizer } from "../../src/data/text/tokenizer.ts";
import { visible } from "../visible.ts";

/** Thrown where nobody reads standard output any more. */
export class ClosedOutput extends Error {}

/**
 * Writes samples to standard output: the first as it comes, the others behind it, since lines
 * cannot be written side by side. Each begins with the prompt, as the model knows it.
 */
export class SampleWriter {
  readonly #tokenizer: Tokenizer;
  readonly #prompt: Int32Array;
  readonly #waiting: string[];
  /** By sample, whether nothing is in it yet. */
  readonly #firsts: boolean[];
  readonly #write: (text: string) => Promise<void>;
  #begun = false;

  /** @param write Where text goes; by default to standard output. */
  constructor(
    tokenizer: Tokenizer,
    prompt: Int32Array,
    samples: number,
    write: (text: string) => Promise<void> = standardOutput,
  ) {
    this.#tokenizer = tokenizer;
    this.#prompt = prompt;
    this.#waiting = Array.from({ length: samples - 1 }, () => "");
    this.#write = write;
    this.#firsts = Array.from({ length: samples }, () => prompt.length === 0);
  }

  /** Adds a token to a sample. */
  async add(sample: number, id: number): Promise<void> {
    await this.#begin();
    const piece = visible(this.#tokenizer.piece(id, this.#firsts[sample] ?? false));
    this.#firsts[sample] = false;
    if (sample === 0) await this.#write(piece);
    else this.#waiting[sample - 1] += piece;
  }

  /** Writes what waits. */
  async end(): Promise<void> {
    await this.#begin();
    await this.#write("\n");
    for (const [i, text] of this.#waiting.entries()) {
      await this.#write(`\n${this.#heading(i + 1)}${this.#opening()}${text}\n`);
    }
  }

  async #begin(): Promise<void> {
    if (this.#begun) return;
    this.#begun = true;
    await this.#write(this.#heading(0) + this.#opening());
  }

  #opening(): string {
    return visible(this.#tokenizer.decode(this.#prompt));
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
