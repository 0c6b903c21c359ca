import type { ClassifiedTexts, TextClassifier } from "../../classification/classifier.ts";
import { classifiedTexts } from "../../classification/cross_validate.ts";
import { lexiconClassifier } from "../../classification/lexicon_classifier.ts";
import { majorityClassifier } from "../../classification/majority.ts";
import { naiveBayesClassifier } from "../../classification/naive_bayes.ts";
import { logLoss } from "../../classification/probability_scores.ts";
import { tfidfClassifier } from "../../classification/tfidf_classifier.ts";
import type { DataSplit } from "../../data/folds.ts";
import { afinnLexicon, opinionLexicon } from "../../data/text/lexicons.ts";
import type { Context } from "./parameters.ts";
import { smallerSplit, type Texts } from "./texts.ts";

/** A setting of a baseline that validation can choose. */
interface Setting {
  readonly name: string;
  fit(training: ClassifiedTexts): TextClassifier;
}

/** A baseline with the settings that validation chooses from. */
export interface Baseline {
  /** The name in files and claims. */
  readonly id: string;
  /** The name in tables and figures. */
  readonly title: string;
  readonly settings: readonly Setting[];
}

const terms = [["words", false], ["words and pairs", true]] as const;

/** Naive Bayes and logistic regression, each with as many settings as there are networks. */
const trained: readonly Baseline[] = [
  {
    id: "naive-bayes",
    title: "naive Bayes",
    settings: terms.flatMap(([name, pairs]) =>
      [0.3, 1, 3].map((alpha) => ({
        name: `${name}, alpha ${alpha}`,
        fit: (training: ClassifiedTexts) => naiveBayesClassifier(training, { pairs, alpha }),
      }))
    ),
  },
  {
    id: "logistic",
    title: "logistic regression",
    settings: terms.flatMap(([name, pairs]) =>
      [1, 10, 100].map((c) => ({
        name: `${name}, C ${c}`,
        fit: (training: ClassifiedTexts) => tfidfClassifier(training, { pairs, c }),
      }))
    ),
  },
];

/**
 * Lists the baselines for some classes.
 *
 * @param classes The names of the classes.
 * @returns The baselines; lexicons are among them if the classes are negative and positive.
 */
export async function baselinesFor(classes: readonly string[]): Promise<Baseline[]> {
  const majority = {
    ...{ id: "majority", title: "majority" },
    settings: [{ name: "none", fit: majorityClassifier }],
  };
  const lexicons = isSentiment(classes) ? [await opinionLexicon(), await afinnLexicon()] : [];
  const untrained = lexicons.flatMap((lexicon) =>
    [0, 3].map((negation): Baseline => ({
      id: `${lexicon.id}${negation > 0 ? "-negation" : ""}`,
      title: `${lexicon.title}${negation > 0 ? ", with negation" : ""}`,
      settings: [{ name: "none", fit: () => lexiconClassifier(lexicon, { negation }) }],
    }))
  );
  return [majority, ...untrained, ...trained];
}

/** Whether classes are negative and positive sentiment, in this order. */
export function isSentiment(classes: readonly string[]): boolean {
  return classes.join() === "negative,positive";
}

/** The predictions of a baseline for the tested texts of a division. */
export interface BaselineRun {
  /** The probabilities [text, class] after training with the training and the validation texts. */
  readonly probabilities: readonly (readonly number[])[];
  /** The probabilities [text, class] after training with the training texts alone. */
  readonly trainingOnly: readonly (readonly number[])[];
  /** The setting with the lowest validation loss. */
  readonly setting: string;
}

/** The findings about the baselines. */
export interface BaselineFindings {
  readonly baselines: readonly Baseline[];
  /** By baseline, then by fold. */
  readonly byFold: ReadonlyMap<string, readonly BaselineRun[]>;
  /** By baseline, then by division by source. */
  readonly bySource: ReadonlyMap<string, readonly BaselineRun[]>;
  /** By baseline, number of texts, and fold; `null` if there are too few texts. */
  readonly bySize: ReadonlyMap<string, readonly (readonly (BaselineRun | null)[])[]>;
}

/**
 * Trains and tests all baselines with the divisions of the networks.
 *
 * @param context The run.
 * @param texts The texts and their divisions.
 * @returns The findings.
 */
export async function trainBaselines(context: Context, texts: Texts): Promise<BaselineFindings> {
  const { sizes } = context.parameters;
  const baselines = await baselinesFor(texts.data.classes);
  const run = async (group: string, splits: readonly (DataSplit | null)[]) =>
    await context.each(group, [...splits.keys()], async (i) => {
      const split = splits[i];
      const runs: Record<string, BaselineRun | null> = {};
      for (const baseline of baselines) {
        runs[baseline.id] = split ? await trainBaseline(texts, split, baseline) : null;
      }
      return runs;
    });
  const byFold = await run("baselines", texts.folds);
  const bySource = await run("baselines, by source", texts.bySource);
  const bySize: Record<string, BaselineRun | null>[][] = [];
  for (const size of sizes) {
    const splits = texts.folds.map((split) => smallerSplit(texts, split, size, context));
    bySize.push(await run(`baselines, ${size} texts`, splits));
  }
  const ofEach = <T>(read: (id: string) => T) =>
    new Map(baselines.map(({ id }) => [id, read(id)] as const));
  const trainedRuns = (runs: readonly Record<string, BaselineRun | null>[], id: string) =>
    runs.flatMap((one) => one[id] ?? []);
  return {
    baselines,
    byFold: ofEach((id) => trainedRuns(byFold, id)),
    bySource: ofEach((id) => trainedRuns(bySource, id)),
    bySize: ofEach((id) => bySize.map((runs) => runs.map((one) => one[id] ?? null))),
  };
}

/**
 * Chooses the setting of a baseline by the log loss on the validation texts, trains it again with
 * these texts, too, and tests it. Networks need the validation texts to end the training, so this
 * favours the baselines a little.
 */
async function trainBaseline(
  { data }: Texts,
  split: DataSplit,
  { settings }: Baseline,
): Promise<BaselineRun> {
  const training = classifiedTexts(data, split.train);
  const validation = classifiedTexts(data, split.validation);
  const { texts } = classifiedTexts(data, split.test);
  let best: { setting: Setting; classifier: TextClassifier; loss: number } | undefined;
  for (const setting of settings) {
    const classifier = setting.fit(training);
    const predicted = settings.length > 1
      ? await classifier.predictProbabilities(validation.texts)
      : [];
    const loss = settings.length > 1 ? logLoss(validation.labels, predicted) : 0;
    if (best === undefined || loss < best.loss) best = { setting, classifier, loss };
  }
  if (best === undefined) throw new Error("a baseline has at least one setting");
  const all = classifiedTexts(data, [...split.train, ...split.validation]);
  return {
    probabilities: await best.setting.fit(all).predictProbabilities(texts),
    trainingOnly: await best.classifier.predictProbabilities(texts),
    setting: best.setting.name,
  };
}
