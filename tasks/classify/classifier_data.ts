import { createHash } from "node:crypto";
import { InputError } from "../../src/core/errors.ts";
import { Random } from "../../src/core/random.ts";
import { groupBy } from "../../src/core/arrays.ts";
import type { ClassifiedTexts } from "../../src/classification/classifier.ts";
import { classifiedTexts } from "../../src/classification/cross_validate.ts";
import { type DataSplit, stratifiedFolds } from "../../src/data/folds.ts";
import type { LabelledText, LabelledTexts } from "../../src/data/text/labelled_texts.ts";
import { readLabelledTexts } from "../../src/data/text/read_labelled_texts.ts";
import { readFile } from "../cli/user_files.ts";
import type { ClassifierTrainingOptions } from "./classify_options.ts";
import type { ClassifierSettings } from "./classifier_settings.ts";

/** The labelled texts of a training, divided. */
export interface ClassifierData {
  readonly data: LabelledTexts;
  /** SHA-256 of the labels and of all texts with their labels. */
  readonly sha256: string;
  readonly split: DataSplit;
  readonly training: ClassifiedTexts;
  readonly validation: ClassifiedTexts;
}

/** The fewest texts of a training, and the fewest different ones. */
const FEWEST = 10;

/**
 * Reads the labelled texts of a training.
 *
 * @throws {InputError} If the file cannot be read, or does not have such texts; the message names
 *   the row and the column.
 */
export async function readData(
  { data: path, textColumn, labelColumn, labels }: Pick<
    ClassifierTrainingOptions,
    "data" | "textColumn" | "labelColumn" | "labels"
  >,
): Promise<LabelledTexts> {
  const data = await readLabelledTexts(path, await readFile(path, "--train"), {
    text: textColumn,
    label: labelColumn,
    ...(labels === null ? {} : { classes: labels }),
    minimum: FEWEST,
  });
  const different = new Set(data.texts.map(({ group }) => group)).size;
  if (different >= FEWEST) return data;
  const help = "Texts with the same words count once.";
  throw new InputError(`texts of ${path}`, `at least ${FEWEST} different ones`, different, help);
}

/** Computes the digest of labelled texts, so that a later call can recognise them. */
export function dataDigest({ classes, texts }: LabelledTexts): string {
  const hash = createHash("sha256");
  // Each text follows its length, so that different lists of texts have different digests.
  for (const label of classes) hash.update(`${label.length} ${label}`);
  for (const { text, label } of texts) hash.update(`${label} ${text.length} `).update(text);
  return hash.digest("hex");
}

/**
 * Divides labelled texts at random into parts for training, validation and test. Texts with the
 * same words are in one part, and each part has nearly the same share of each label.
 *
 * @throws {InputError} If no text of a label is left for training.
 */
export function divideData(
  data: LabelledTexts,
  { validation, test, seed }: Pick<ClassifierSettings, "validation" | "test" | "seed">,
): ClassifierData {
  const random = new Random(seed).fork("split");
  const all = [...data.texts.keys()];
  const tested = heldOut(data.texts, all, test, random.fork("test"));
  const rest = without(all, tested);
  const chosen = heldOut(data.texts, rest, validation / (1 - test), random.fork("validation"));
  const split = { train: without(rest, chosen), validation: chosen, test: tested };
  checkLabels(data, split.train);
  return {
    ...{ data, split, sha256: dataDigest(data) },
    training: classifiedTexts(data, split.train),
    validation: classifiedTexts(data, split.validation),
  };
}

function without(indices: readonly number[], others: readonly number[]): number[] {
  const left = new Set(others);
  return indices.filter((i) => !left.has(i));
}

/** The largest number of folds into which texts are divided. */
const MOST_FOLDS = 100;

/** Holds out a share of texts: some of the folds whose number fits the share best. */
function heldOut(
  texts: readonly LabelledText[],
  indices: readonly number[],
  share: number,
  random: Random,
): number[] {
  if (share === 0) return [];
  const members = indices.flatMap((i) => texts[i] ?? []);
  const groups = groupBy(members, ({ group }) => group).size;
  const { folds, held } = foldsOf(share, Math.min(MOST_FOLDS, groups));
  const fold = stratifiedFolds(members, { folds, random });
  return indices.filter((_, at) => (fold[at] ?? 0) < held);
}

/**
 * Chooses a number of folds, and how many of them are held out: the fraction that is nearest to a
 * share, of equal ones that with the fewest folds. At least one fold is held out, and one is left.
 *
 * @param share The share, above 0 and below 1.
 * @param most The largest number of folds, at least 2.
 */
export function foldsOf(share: number, most: number): { folds: number; held: number } {
  let best = { folds: 2, held: 1 };
  const distance = ({ folds, held }: typeof best) => Math.abs(held / folds - share);
  for (let folds = 2; folds <= most; folds++) {
    const held = Math.min(folds - 1, Math.max(1, Math.round(share * folds)));
    // The last bits of the shares are not part of what the user gave.
    if (distance({ folds, held }) < distance(best) - 1e-9) best = { folds, held };
  }
  return best;
}

/** Throws if a label has no text to train with. */
function checkLabels({ id, classes, texts }: LabelledTexts, train: readonly number[]): void {
  const trained = new Set(train.map((i) => texts[i]?.label));
  const missing = classes.findIndex((_, label) => !trained.has(label));
  if (missing < 0) return;
  const own = texts.filter(({ label }) => label === missing);
  const different = new Set(own.map(({ group }) => group)).size;
  const help = own.length === 0
    ? "No text has it."
    : "Add texts of this label, or hold out fewer texts with --validation and --test.";
  const wanted = "that of enough different texts, so that some are left to train with";
  throw new InputError(`the label "${classes[missing]}" of ${id}`, wanted, different, help);
}

/** Counts texts that occur again with another label. */
export function contradictions({ texts }: LabelledTexts): number {
  const groups = [...groupBy(texts, ({ group }) => group).values()];
  return groups.filter((copies) => new Set(copies.map(({ label }) => label)).size > 1).length;
}
