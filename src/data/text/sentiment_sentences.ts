import { copyGroups, type LabelledTexts } from "./labelled_texts.ts";

/**
 * Reads the Sentiment Labelled Sentences (Kotzias, Denil, de Freitas & Smyth, 2015,
 * doi:10.1145/2783258.2783380; CC BY 4.0): 3,000 English sentences of reviews, 1,000 each of
 * products (`"amazon"`), films (`"imdb"`) and restaurants (`"yelp"`), half of each positive. Neutral
 * sentences were left out by their authors.
 *
 * The texts are exactly those of the original files, with the spaces at their ends and the control
 * characters of some sentences of `"imdb"`. `sentiment_sentences.json` says where they were taken
 * from; it is loaded by the first call.
 *
 * @returns The sentences: amazon, imdb, yelp, each in the order of its file. Class 0 is
 * `"negative"`, class 1 `"positive"`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sentimentSentences } from "./sentiment_sentences.ts";
 *
 * const { classes, texts } = await sentimentSentences();
 * const [, second] = texts;
 * assertEquals(texts.length, 3000);
 * assertEquals(second?.text, "Good case, Excellent value.");
 * assertEquals([second?.source, classes[second?.label ?? 0]], ["amazon", "positive"]);
 * ```
 */
export async function sentimentSentences(): Promise<LabelledTexts> {
  const { default: file } = await import("./sentiment_sentences.json", { with: { type: "json" } });
  const records = Object.entries(file.lines).flatMap(([source, lines]) =>
    lines.map((line) => {
      const tab = line.lastIndexOf("\t");
      return { text: line.slice(0, tab), label: Number(line.slice(tab + 1)), source };
    })
  );
  const groups = copyGroups(records.map(({ text }) => text));
  return {
    id: "sentiment-sentences",
    title: file.title,
    origin: file.citation,
    licence: file.licence,
    classes: ["negative", "positive"],
    texts: records.map((record, i) => ({ ...record, group: groups[i] ?? i })),
  };
}
