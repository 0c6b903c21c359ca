/** Texts to learn from, one document after another. */
export interface Corpus {
  /** Its name in parameters and files: `"moby-dick"`. */
  readonly id: string;
  /** Its name in prose: `"Moby Dick"`. */
  readonly title: string;
  /** Where it comes from. */
  readonly source: string;
  /** What it may be used under; `null` where that is not known. */
  readonly licence: string | null;
  /** Documents from the first on, anew at each call: a sentence, a chapter, a paragraph. */
  documents(): Iterable<string> | AsyncIterable<string>;
}
