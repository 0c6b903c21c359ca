import { z } from "zod";
import { textSchema as text } from "../core/schema.ts";
import type { ColourScale } from "./axes.ts";
import { colourSchema, type FigureText, figureTextSchema } from "./figure_text.ts";

/**
 * Texts word by word, with a weight for each word that is written and shown as a shade. A text can
 * have several strips of weights, which lie under its words: of attention and of gradients.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { WordStrips } from "./word_strips.ts";
 * import { readWordStrips } from "./word_strips_rows.ts";
 *
 * const table = {
 *   id: "attention",
 *   title: "Attention to the words of a sentence",
 *   columns: [
 *     { name: "sentence", label: "sentence" },
 *     { name: "label", label: "label" },
 *     { name: "word", label: "word" },
 *     { name: "weight", label: "attention weight" },
 *   ],
 *   rows: [[1, "negative", "not", 0.6], [1, "negative", "good", 0.4]],
 * };
 * const figure: WordStrips = {
 *   kind: "word-strips",
 *   id: "attention",
 *   title: "Attention to words",
 *   caption: "The attention weights of one network, in one sentence.",
 *   alt: "Sentence 1 word by word; the weight is greatest at “not”, 0.6.",
 *   table: "attention",
 *   text: "sentence",
 *   word: "word",
 *   weight: "weight",
 *   facts: ["label"],
 *   sumsToOne: true,
 *   colour: { label: "attention weight" },
 * };
 * // In an experiment: context.table(table); context.figure(figure);
 * const [sentence] = readWordStrips(figure, [table]);
 * assertEquals(sentence?.words, ["not", "good"]);
 * ```
 */
export interface WordStrips extends FigureText {
  /** The kind of a figure of words with weights. */
  readonly kind: "word-strips";
  /** The id of the table, with a row for each word of each strip, in the order of the words. */
  readonly table: string;
  /** The column with the name of the text that a word belongs to. */
  readonly text: string;
  /** The column of the words. */
  readonly word: string;
  /** The column of the weights, from 0 to 1. */
  readonly weight: string;
  /** The column with the name of the strip, if a text has several. */
  readonly strip?: string;
  /**
   * Columns whose values are written beside the name of the text: its label, the prediction. All
   * rows of a strip have the same values.
   */
  readonly facts?: readonly string[];
  /** Whether the weights of each strip must add up to 1, within 0.001. */
  readonly sumsToOne?: boolean;
  /** The meaning of the shades. The default limit is the largest weight of the figure. */
  readonly colour: ColourScale;
}

/** Validates a {@link WordStrips}. */
export const wordStripsSchema = z.strictObject({
  kind: z.literal("word-strips"),
  ...figureTextSchema,
  table: text,
  text,
  word: text,
  weight: text,
  strip: text.exactOptional(),
  facts: z.array(text).exactOptional(),
  sumsToOne: z.boolean().exactOptional(),
  colour: colourSchema,
}) satisfies z.ZodType<WordStrips>;
