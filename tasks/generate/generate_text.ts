import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { decodeUtf8 } from "../../src/data/text/utf8.ts";
import { END, PAD, START, UNK } from "../../src/data/text/vocabulary.ts";
import { beamSearch } from "../../src/generation/beam_search.ts";
import { generateStream } from "../../src/generation/generate.ts";
import { loadTextModel, type TextModel } from "../../src/generation/text_model.ts";
import type { TextRequest } from "./generate_options.ts";
import { DONE } from "../main.ts";
import { ModelFolder } from "../train/model_folder.ts";
import { ClosedOutput, SampleWriter } from "./sample_writer.ts";
import { unknownLine } from "./unknown_line.ts";
import { visible } from "../visible.ts";

/**
 * Lets a model go on with a text, and writes it as it comes.
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
    if (line !== null) console.error(visible(line));
    await answer(request, found, tokenizer.encode(text));
  } catch (error) {
    // Whoever reads has enough.
    if (!(error instanceof ClosedOutput)) throw error;
  } finally {
    model.dispose();
  }
  return DONE;
}

/** The files of a model. */
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

/** Standard input, without the line break at its end. */
async function standardInput(): Promise<string> {
  const pieces = await Array.fromAsync(decodeUtf8("standard input", Deno.stdin.readable));
  return pieces.join("").replace(/\r?\n$/, "");
}

/** Writes the samples. */
async function answer(
  { strategy, tokens: maxTokens, samples, seed }: TextRequest,
  { model, tokenizer }: TextModel,
  prompt: Int32Array,
): Promise<void> {
  const writer = new SampleWriter(tokenizer, prompt, samples);
  // What is no text is never drawn; the end of a document is the end of a sample.
  const options = { maxTokens, end: END, banned: [PAD, UNK, START], prefix: START };
  if (strategy.kind === "beam") {
    const { beams, lengthPenalty } = strategy;
    const found = await beamSearch(model, prompt, { ...options, beams, lengthPenalty });
    for (const [row, { ids }] of found.slice(0, samples).entries()) {
      for (const id of ids) await writer.add(row, id);
    }
  } else {
    const random = new Random(seed).fork("generate");
    const requests = Array.from({ length: samples }, (_, row) => {
      return { prompt, sampling: strategy.sampling, random: random.fork(row) };
    });
    for await (const ids of generateStream(model, requests, options)) {
      for (const [row, id] of ids.entries()) if (id !== null) await writer.add(row, id);
    }
  }
  await writer.end();
}
