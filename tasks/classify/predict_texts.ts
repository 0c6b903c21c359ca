import { selectBackend } from "../../src/core/backend.ts";
import { InputError } from "../../src/core/errors.ts";
import { SequenceClassifier } from "../../src/classification/sequence_classifier.ts";
import { readClassifier } from "../../src/classification/sequence_classifier_file.ts";
import { readLabelledTexts } from "../../src/data/text/read_labelled_texts.ts";
import { checkTrainingId } from "../../src/generation/text_model.ts";
import { DONE } from "../cli/main.ts";
import { ClosedOutput, standardOutput } from "../cli/output.ts";
import { columns } from "../cli/progress.ts";
import { readFile } from "../cli/user_files.ts";
import { ClassifierFolder } from "./classifier_folder.ts";
import { testLines } from "./classifier_display.ts";
import { testScores } from "./classifier_scores.ts";
import type { PredictionOptions, TextSource } from "./classify_options.ts";
import { type PredictedText, predictionJson, predictionLines } from "./prediction_lines.ts";
import { blocksOf, textBlocks } from "./text_blocks.ts";

/**
 * Predicts the label of each text with a trained model, and writes the predictions to standard
 * output as soon as they are computed.
 *
 * @returns The exit code.
 */
export async function predictTexts(options: PredictionOptions): Promise<number> {
  const { source, json, words } = options;
  const { labels, bytes, name } = await readModel(options.folder);
  const { note } = await selectBackend(options.backend);
  if (note !== null) console.error(note);
  using classifier = SequenceClassifier.load(bytes, name);
  const typed = source.from === "input" && Deno.stdin.isTerminal();
  if (typed) console.error("Type a text and press Enter. Ctrl-D ends.");
  const form = { labels, words, columns: Deno.stdout.isTerminal() ? columns() : Infinity };
  const write = (texts: readonly PredictedText[]) =>
    standardOutput(
      texts.map((one) => json ? predictionJson(one, labels) : predictionLines(one, form)).join(""),
    );
  try {
    if (source.from === "table" && source.labelColumn !== null) {
      const scores = await tested(classifier, labels, source, write);
      if (json) console.error(scores);
      else await standardOutput(`\n${scores}\n`);
      return DONE;
    }
    for await (const texts of textBlocks(source, { readable: Deno.stdin.readable, typed })) {
      await write(await predicted(classifier, texts));
    }
  } catch (error) {
    // The reader of standard output has closed it, which is not an error.
    if (!(error instanceof ClosedOutput)) throw error;
  }
  return DONE;
}

/**
 * Predicts the texts of a table with labels, and writes them.
 *
 * @returns The lines about the scores.
 * @throws {InputError} If the table does not have such texts, or a label that the model does not
 *   have; the message names the row and the column.
 */
async function tested(
  classifier: SequenceClassifier,
  classes: readonly string[],
  { path, textColumn, labelColumn }: Extract<TextSource, { from: "table" }>,
  write: (texts: readonly PredictedText[]) => Promise<void>,
): Promise<string> {
  const { texts } = await readLabelledTexts(path, await readFile(path, "--file"), {
    ...{ text: textColumn, label: labelColumn ?? "label", classes, minimum: 1 },
  });
  const probabilities: (readonly number[])[] = [];
  for (const block of blocksOf(texts)) {
    const found = await predicted(classifier, block.map(({ text }) => text));
    probabilities.push(...found.map((one) => one.probabilities));
    await write(found.map((one, i) => ({
      ...one,
      labelled: classes[block[i]?.label ?? -1] ?? "",
    })));
  }
  return testLines(testScores(texts, probabilities, classes)).join("\n");
}

async function predicted(
  classifier: SequenceClassifier,
  texts: readonly string[],
): Promise<PredictedText[]> {
  if (classifier.options.readout !== "attention") {
    const probabilities = await classifier.predictProbabilities(texts);
    return texts.map((text, i) => ({
      text,
      probabilities: probabilities[i] ?? [],
      attended: null,
    }));
  }
  const read = await classifier.attend(texts);
  return texts.map((text, i) => {
    const { words = [], weights = [], probabilities = [] } = read[i] ?? {};
    const known = words.map((word) => classifier.tokenizer.vocabulary.has(word));
    return { text, probabilities, attended: { words, weights, known } };
  });
}

/** Reads the labels and the weights of a classifier from its folder. */
async function readModel(path: string) {
  const folder = new ClassifierFolder(path);
  const description = await folder.description();
  const wanted = "a folder that `deno task classify --train` made";
  if (description === null) {
    const there = await Deno.stat(path).then(() => true, () => false);
    throw new InputError("--model", wanted, there ? `${path} without model.json` : path);
  }
  const bytes = await folder.read("best");
  if (bytes === null) {
    const help = "The same command with --train continues a training that was stopped.";
    throw new InputError("--model", `${wanted}, with its weights`, path, help);
  }
  const name = folder.place("best");
  const { description: { classes }, training } = readClassifier(bytes, name);
  checkTrainingId(training, description.training.id, name);
  const { labels } = description;
  if (classes !== labels.length) {
    throw new InputError(`classes of ${name}`, `${labels.length}, as in model.json`, classes);
  }
  return { labels, bytes, name };
}
