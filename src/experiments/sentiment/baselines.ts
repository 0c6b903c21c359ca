import type { ClassifiedTexts, TextClassifier } from "../../classification/classifier.ts";
import { accuracy, confusionMatrix } from "../../classification/confusion.ts";
import { classifiedTexts } from "../../classification/cross_validate.ts";
import { lexiconClassifier } from "../../classification/lexicon_classifier.ts";
import { majorityClassifier } from "../../classification/majority.ts";
import { naiveBayesClassifier } from "../../classification/naive_bayes.ts";
import { logLoss } from "../../classification/probability_scores.ts";
import { TermColumns } from "../../classification/terms.ts";
import { tfidfClassifier } from "../../classification/tfidf_classifier.ts";
import type { DataSplit } from "../../data/folds.ts";
import { afinnLexicon, opinionLexicon } from "../../data/text/lexicons.ts";
import type { Context } from "./parameters.ts";
import { smallerSplit, type Texts } from "./texts.ts";

/** Returns the terms of the training texts: their words, or words and pairs. */
type Terms = (pairs: boolean) => TermColumns;

/** A setting of a baseline that validation can choose. */
interface Setting {
  readonly name: string;
  fit(training: ClassifiedTexts, terms: Terms): TextClassifier;
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
        fit: (training: ClassifiedTexts, terms: Terms) =>
          naiveBayesClassifier(training, { terms: terms(pairs), alpha }),
      }))
    ),
  },
  {
    id: "logistic",
    title: "logistic regression",
    settings: terms.flatMap(([name, pairs]) =>
      [1, 10, 100].map((c) => ({
        name: `${name}, C ${c}`,
        fit: (training: ClassifiedTexts, terms: Terms) =>
          tfidfClassifier(training, { terms: terms(pairs), c }),
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
  /**
   * The probabilities [text, class] after training with the training and the validation texts, with
   * the setting that has the highest validation accuracy; of equal ones, the lowest validation loss.
   */
  readonly byAccuracy: readonly (readonly number[])[];
  /** The seconds of the last training, with the chosen setting, for the table of this machine. */
  readonly seconds: number;
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
      const parts = split && partsOf(texts, split);
      for (const baseline of baselines) {
        runs[baseline.id] = parts ? await trainBaseline(parts, baseline) : null;
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

/** The parts of a division, and the terms of the texts that train. */
interface Parts {
  readonly training: ClassifiedTexts;
  readonly validation: ClassifiedTexts;
  readonly all: ClassifiedTexts;
  readonly test: ClassifiedTexts;
  readonly trainingTerms: Terms;
  readonly allTerms: Terms;
}

function partsOf({ data }: Texts, { train, validation, test }: DataSplit): Parts {
  const training = classifiedTexts(data, train);
  const all = classifiedTexts(data, [...train, ...validation]);
  return {
    ...{ training, all, validation: classifiedTexts(data, validation) },
    test: classifiedTexts(data, test),
    trainingTerms: termsOf(training.texts),
    allTerms: termsOf(all.texts),
  };
}

/** Returns a function that splits and counts texts when it is first called. */
function termsOf(texts: readonly string[]): Terms {
  const known = new Map<boolean, TermColumns>();
  return (pairs) => {
    const terms = known.get(pairs) ?? new TermColumns(texts, pairs);
    known.set(pairs, terms);
    return terms;
  };
}

/** A setting with its results on the validation texts, which are 0 if there is no other setting. */
interface Tried {
  readonly setting: Setting;
  readonly classifier: TextClassifier;
  loss: number;
  accuracy: number;
}

/**
 * Chooses the setting of a baseline by the log loss on the validation texts, trains it again with
 * these texts, too, and tests it. Networks need the validation texts to end the training, so this
 * favours the baselines a little.
 */
async function trainBaseline(
  { training, validation, all, test, trainingTerms, allTerms }: Parts,
  { settings }: Baseline,
): Promise<BaselineRun> {
  let best: Tried | undefined;
  let mostAccurate: Tried | undefined;
  for (const setting of settings) {
    const classifier = setting.fit(training, trainingTerms);
    const one: Tried = { setting, classifier, loss: 0, accuracy: 0 };
    if (settings.length > 1) {
      const predicted = await classifier.predictProbabilities(validation.texts);
      one.loss = logLoss(validation.labels, predicted);
      one.accuracy = accuracy(confusionMatrix(validation.labels, predicted));
    }
    if (best === undefined || one.loss < best.loss) best = one;
    const lead = one.accuracy - (mostAccurate?.accuracy ?? -1);
    if (lead > 0 || lead === 0 && one.loss < (mostAccurate?.loss ?? Infinity)) mostAccurate = one;
  }
  if (!best || !mostAccurate) throw new Error("a baseline has at least one setting");
  const start = performance.now();
  const last = best.setting.fit(all, allTerms);
  const seconds = (performance.now() - start) / 1000;
  const probabilities = await last.predictProbabilities(test.texts);
  return {
    seconds,
    probabilities,
    byAccuracy: mostAccurate === best
      ? probabilities
      : await mostAccurate.setting.fit(all, allTerms).predictProbabilities(test.texts),
    trainingOnly: await best.classifier.predictProbabilities(test.texts),
    setting: best.setting.name,
  };
}
