import { z } from "zod";
import { InputError } from "../../src/core/errors.ts";
import { stableStringify } from "../../src/core/json.ts";
import { jsonObjectSchema, parseJson } from "../../src/core/schema.ts";
import { TrainingFolder } from "../cli/training_folder.ts";

/** The description of a classifier in its folder. */
export interface FolderDescription {
  /** The names of the classes, in the order of the network's outputs. */
  readonly labels: readonly string[];
  /** How the classifier was trained, for people and to continue training. */
  readonly training: TrainingRecord;
}

const count = z.int().min(0);

const recordSchema = z.strictObject({
  id: z.string(),
  settings: jsonObjectSchema,
  data: z.strictObject({ id: z.string(), texts: count, sha256: z.string() }),
  parts: z.strictObject({ training: count, validation: count, test: count }),
  backend: z.string(),
});

/** How a classifier was trained. */
export type TrainingRecord = z.infer<typeof recordSchema>;

const FORMAT = "unroll-classifier-1";

const schema = z.strictObject({
  format: z.literal(FORMAT),
  labels: z.array(z.string().min(1)).min(2).refine((labels) =>
    new Set(labels).size === labels.length
  ),
  training: recordSchema,
});

/** Converts a description to the text of `model.json`. Equal descriptions have equal bytes. */
export function writeDescription({ labels, training }: FolderDescription): string {
  return `${stableStringify({ format: FORMAT, labels, training }, 2)}\n`;
}

/**
 * Reads a description from the text of `model.json`.
 *
 * @param name The name of the file in messages.
 * @throws {InputError} If the text is not that of a classifier.
 */
export function readDescription(text: string, name: string): FolderDescription {
  try {
    const { labels, training } = parseJson(schema, text, "it");
    return { labels, training };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const help = error.message.split("\n")[0];
    throw new InputError(name, "the description of a classifier", "something else", help);
  }
}

/** The folder of a classifier. */
export class ClassifierFolder extends TrainingFolder<FolderDescription> {
  /** @param path The folder, absolute. */
  constructor(path: string) {
    super(path, { name: "a classifier", read: readDescription });
  }
}
