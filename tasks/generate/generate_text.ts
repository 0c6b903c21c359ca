import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { decodeUtf8 } from "../../src/data/text/utf8.ts";
import { beamSearch } from "../../src/generation/beam_search.ts";
import { continueTexts } from "../../src/generation/continue_text.ts";
import { textIds } from "../../src/generation/generation_options.ts";
import { loadTextModel, type TextModel } from "../../src/generation/text_model.ts";
import { DONE } from "../cli/main.ts";
import { ClosedOutput, standardOutput } from "../cli/output.ts";
import { visible } from "../cli/terminal.ts";
import { ModelFolder } from "../train/model_folder.ts";
import type { TextRequest } from "./generate_options.ts";

/**
 * Continues a text with a model, and writes the samples to standard output while they are
 * generated.
 *
 * @returns The exit code.
 */
export async function generateText(request: TextRequest): Promise<number> {
  const files = await readModel(request);
  const { note } = await selectBackend(request.backend);
  if (note !== null) console.error(note);
  const found = loadTextModel(files);
  const { tokenizer, model } = found;
  try {
    const text = request.prompt ?? await standardInput();
    const line = unknownLine(tokenizer.unknown(text));
    if (line !== null) console.error(line);
    await answer(request, found, text);
  } catch (error) {
    // The reader of standard output has closed it, which is not an error.
    if (!(error instanceof ClosedOutput)) throw error;
  } finally {
    model.dispose();
  }
  return DONE;
}

/** Reads the description and the weights of a model from its folder. */
async function readModel({ folder: path, weights: which }: TextRequest) {
  const folder = new ModelFolder(path);
  const description = await folder.description();
  const wanted = "a folder that `deno task train` made";
  if (description === null) {
    const there = await Deno.stat(path).then(() => true, () => false);
    throw new InputError("--model", wanted, there ? `${path} without model.json` : path);
  }
  const weights = await folder.read(which);
  if (weights === null) {
    const other = which === "best" ? "last" : "best";
    const help = await folder.has(other) ? `--weights ${other} is there.` : undefined;
    throw new InputError("--model", `${wanted}, with its ${which} weights`, path, help);
  }
  return { description, weights, name: folder.place(which) };
}

/** Reads standard input, without the line break at its end. */
async function standardInput(): Promise<string> {
  const pieces = await Array.fromAsync(decodeUtf8("standard input", Deno.stdin.readable));
  return pieces.join("").replace(/\r?\n$/, "");
}

/** Generates the samples and writes them. */
async function answer(
  { strategy, tokens: maxTokens, samples, seed }: TextRequest,
  textModel: TextModel,
  prompt: string,
): Promise<void> {
  const { model, tokenizer } = textModel;
  const ids = tokenizer.encode(prompt);
  const writer = new SampleWriter(tokenizer.decode(ids), samples);
  if (strategy.kind === "beam") {
    const { beams, lengthPenalty } = strategy;
    const found = await beamSearch(model, ids, { ...textIds, maxTokens, beams, lengthPenalty });
    for (const [sample, beam] of found.slice(0, samples).entries()) {
      let first = ids.length === 0;
      for (const id of beam.ids) {
        await writer.add(sample, tokenizer.piece(id, first));
        first = false;
      }
    }
  } else {
    const options = { seed, sampling: strategy.sampling, maxTokens, samples };
    for await (const pieces of continueTexts(textModel, prompt, options)) {
      for (const [sample, piece] of pieces.entries()) {
        if (piece !== null) await writer.add(sample, piece);
      }
    }
  }
  await writer.end();
}

/**
 * Milliseconds between writes. A write takes longer than a token, and a reader cannot see smaller
 * steps.
 */
const INTERVAL = 20;

/**
 * Writes samples, each after the prompt. The first is written while it is generated, and the others
 * after it, since a terminal cannot show several growing texts.
 */
export class SampleWriter {
  readonly #prompt: string;
  readonly #waiting: string[];
  /**
   * The last two characters of each sample, on which the visible form of the next piece depends.
   */
  readonly #ends: string[];
  readonly #write: (text: string) => Promise<void>;
  #begun = false;
  #pending = "";
  #written = 0;

  /** @param write Writes text. Default: to standard output. */
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

  /** Writes the rest of the first sample, and then the others. */
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

/** The largest number of tokens that the line names, and the largest length of each. */
const NAMED = 8;
const LONGEST = 24;

/**
 * Returns a line about the tokens of a prompt that are not in the vocabulary; `null` if all are.
 */
export function unknownLine(unknown: readonly string[]): string | null {
  if (unknown.length === 0) return null;
  const named = unknown.slice(0, NAMED).map((token) => {
    const letters = [...token];
    const shown = letters.length <= LONGEST
      ? token
      : `${letters.slice(0, LONGEST - 3).join("")}...`;
    return JSON.stringify(shown);
  });
  const more = unknown.length - named.length;
  const rest = more > 0 ? ` and ${more} more` : "";
  return `The model does not know ${named.join(", ")}${rest} of the prompt, and takes <UNK> for ${
    unknown.length === 1 ? "it" : "each"
  }.`;
}
