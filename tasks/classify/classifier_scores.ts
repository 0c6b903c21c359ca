import { Random } from "../../src/core/random.ts";
import {
  classificationReport,
  type ReportEntry,
} from "../../src/classification/classification_report.ts";
import type { LabelledText } from "../../src/data/text/labelled_texts.ts";

/** The measures of a test. */
const measures = ["accuracy", "balanced accuracy"] as const;

/** A measure of a test with its interval over the texts. */
export type TestEntry = Pick<ReportEntry, "measure" | "value" | "low" | "high" | "support">;

/** The resamples of an interval, and the most draws of all of them together. */
const [RESAMPLES, MOST_DRAWS] = [1000, 2e7];

/**
 * Computes the measures of a test. The intervals are over the texts: copies are drawn together, and
 * the training is the same.
 *
 * @param texts The texts, each with its label.
 * @param probabilities The predicted probabilities [text, class].
 * @param classes The names of the classes.
 * @returns The measures; none without texts.
 */
export function testScores(
  texts: readonly LabelledText[],
  probabilities: readonly (readonly number[])[],
  classes: readonly string[],
): TestEntry[] {
  if (texts.length === 0) return [];
  const report = classificationReport(
    { labels: texts.map(({ label }) => label), probabilities: [probabilities] },
    { classes },
    {
      groups: texts.map(({ group }) => group),
      random: new Random(1).fork("test"),
      resamples: Math.max(100, Math.min(RESAMPLES, Math.floor(MOST_DRAWS / texts.length))),
    },
  );
  return measures.flatMap((wanted) => {
    const entry = report.find(({ measure, label }) => measure === wanted && label === null);
    if (entry === undefined) return [];
    const { measure, value, low, high, support } = entry;
    return [{ measure, value, low, high, support }];
  });
}
