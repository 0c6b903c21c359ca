import { END, PAD, START, UNK } from "../data/text/vocabulary.ts";
import type { GenerateOptions } from "./generation_options.ts";

/**
 * What generating from a model of documents is told of the special ids: a text begins as a document
 * does and ends where one would, and what is no text is never drawn.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { END, START } from "../data/text/vocabulary.ts";
 * import { textIds } from "./text_ids.ts";
 *
 * const options = { ...textIds, maxTokens: 20 }; // for generate, generateStream or beamSearch
 * assertEquals([options.prefix, options.end], [START, END]);
 * ```
 */
export const textIds: Readonly<Required<Omit<GenerateOptions, "maxTokens" | "signal">>> = {
  prefix: START,
  end: END,
  banned: [PAD, UNK, START],
};
