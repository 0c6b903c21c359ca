import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { decodeUtf8 } from "../../src/data/text/utf8.ts";
import { beamSearch } from "../../src/generation/beam_search.ts";
import { continueTexts } from "../../src/generation/continue_text.ts";
import { textIds } from "../../src/generation/generation_options.ts";
import { loadTextModel, type TextModel } from "../../src/generation/text_model.ts";
import type { TextRequest } from "./generate_options.ts";
import { DONE } from "../main.ts";
import { ModelFolder } from "../train/model_folder.ts";
import { ClosedOutput, SampleWriter } from "./sample_writer.ts";
import { unknownLine } from "./unknown_line.ts";

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
    if (line !== null) console.error(line);
    await answer(request, found, text);
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
