/** A list of words with the sentiment that each expresses. */
export interface Lexicon {
  /** The name in parameters and files: `"afinn-111"`. */
  readonly id: string;
  /** The name in prose. */
  readonly title: string;
  /** The publication. */
  readonly origin: string;
  /** The licence. */
  readonly licence: string;
  /** The valence of each word: above 0 if it is positive, below 0 if it is negative. */
  readonly valences: ReadonlyMap<string, number>;
}

/**
 * Reads the opinion lexicon of Hu & Liu (2004, doi:10.1145/1014052.1014073): 2,006 positive and
 * 4,783 negative English words, among them common misspellings. Their valences are 1 and -1. Three
 * words are in both lists and have the valence 0.
 *
 * @returns The lexicon.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { opinionLexicon } from "./lexicons.ts";
 *
 * const { valences } = await opinionLexicon();
 * assertEquals([valences.get("good"), valences.get("awful"), valences.get("phone")], [1, -1, undefined]);
 * ```
 */
export async function opinionLexicon(): Promise<Lexicon> {
  const { default: file } = await import("./opinion_words.json", { with: { type: "json" } });
  const valences = new Map<string, number>();
  const add = (lines: readonly string[], valence: number) => {
    for (const word of wordsOf(lines)) valences.set(word, (valences.get(word) ?? 0) + valence);
  };
  add(file.positive, 1);
  add(file.negative, -1);
  return {
    id: "opinion-lexicon",
    title: file.title,
    origin: file.citation,
    licence: file.licence,
    valences,
  };
}

/**
 * Reads AFINN-111 (Nielsen, 2011): English words that were rated by hand from -5, very negative, to
 * 5, very positive. The 2,462 single words are here; 15 entries of several words are left out.
 *
 * @returns The lexicon.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { afinnLexicon } from "./lexicons.ts";
 *
 * const { valences } = await afinnLexicon();
 * assertEquals([valences.get("outstanding"), valences.get("bad")], [5, -3]);
 * ```
 */
export async function afinnLexicon(): Promise<Lexicon> {
  const { default: file } = await import("./afinn_111.json", { with: { type: "json" } });
  const entries = Object.entries(file.byValence)
    .flatMap(([valence, lines]) => wordsOf(lines).map((word) => [word, Number(valence)] as const));
  return {
    id: "afinn-111",
    title: file.title,
    origin: file.citation,
    licence: file.licence,
    valences: new Map(entries),
  };
}

function wordsOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(" "));
}
