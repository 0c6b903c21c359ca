import { adversarialAttention } from "../../analysis/adversarial_attention.ts";
import { attendedOutput } from "../../analysis/attention_counterfactuals.ts";
import { jensenShannon } from "../../analysis/attention_distances.ts";
import { attentionStudy, type StudiedText } from "../../classification/attention_study.ts";
import type { SequenceClassifier } from "../../classification/sequence_classifier.ts";
import { opinionLexicon } from "../../data/text/lexicons.ts";
import type { Context } from "./parameters.ts";

/** A measure of the attention to a text. */
export interface Measure {
  /** The name in tables. */
  readonly title: string;
  /** The ends of its range. */
  readonly range: readonly [number, number];
  /** Computes it; `null` if it is not defined for the text. */
  of(text: StudiedText): number | null;
}

/** Returns equal weights of as many words. */
function uniformOver({ length }: readonly unknown[]): number[] {
  return new Array<number>(length).fill(1 / length);
}

/** The measures that are averaged over texts. */
export const measures = {
  tauGradient: { title: "tau with the gradient", range: [-1, 1], of: (text) => text.tauGradient },
  tauLeaveOneOut: {
    title: "tau with leave-one-out",
    range: [-1, 1],
    of: (text) => text.tauLeaveOneOut,
  },
  permuted: {
    title: "change of the output by permuted attention",
    range: [0, 1],
    of: (text) => text.permuted,
  },
  uniform: {
    title: "change of the output by uniform attention",
    range: [0, 1],
    of: (text) => text.uniform,
  },
  adversarial: {
    title: "divergence of adversarial attention, nats",
    range: [0, Math.LN2],
    of: (text) => text.adversarial?.divergence ?? null,
  },
  fromUniform: {
    title: "divergence of the attention from uniform weights, nats",
    range: [0, Math.LN2],
    of: ({ weights }) => weights.length < 2 ? null : jensenShannon(weights, uniformOver(weights)),
  },
  overSeeds: {
    title: "divergence between seeds, nats",
    range: [0, Math.LN2],
    of: (text) => text.overSeeds,
  },
} as const satisfies Readonly<Record<string, Measure>>;

/** The name of a measure. */
export type MeasureName = keyof typeof measures;

/** The number of bins of a histogram over the range of a measure. */
export const BINS = 20;

/** A tested text with what the first network attends to. */
export interface ExampleText {
  readonly words: readonly string[];
  readonly weights: readonly number[];
  readonly gradient: readonly number[];
  readonly probabilities: readonly number[];
}

/** What the attention of networks to the tested texts of a division explains. */
export interface AttentionFindings {
  /** The mean over texts of each measure, for each seed; `null` if no text has it. */
  readonly means: Readonly<Record<MeasureName, readonly (number | null)[]>>;
  /** The numbers of texts by bin of each measure, over all seeds. */
  readonly counts: Readonly<Record<MeasureName, readonly number[]>>;
  /**
   * The weight on words of the opinion lexicon beyond chance, mean over texts, for each seed; `null`
   * if no text has such words and others.
   */
  readonly lexicon: readonly (number | null)[];
  /**
   * The divergence of adversarial attention from uniform weights of the same states, in nats, mean
   * over texts, for each seed; `null` if no text has several words. It is the control of
   * `means.adversarial`: uniform weights explain nothing.
   */
  readonly adversarialOfUniform: readonly (number | null)[];
  /** The texts, with the attention of the first network. */
  readonly examples: readonly ExampleText[];
  /**
   * The largest difference between a probability of the first network and that from the weights and
   * logits of words.
   */
  readonly decomposition: number;
}

/**
 * Measures what the attention of networks explains.
 *
 * @param context The run.
 * @param classifiers The networks, one for each seed.
 * @param texts The tested texts.
 * @param path The path of the random source of the permutations.
 * @returns The findings.
 */
export async function attentionFindings(
  { random, parameters: { permutations, tolerance } }: Context,
  classifiers: readonly SequenceClassifier[],
  texts: readonly string[],
  path: readonly (string | number)[],
): Promise<AttentionFindings> {
  const [first] = classifiers;
  if (first === undefined) throw new Error("there is no network");
  const { valences } = await opinionLexicon();
  const study = await attentionStudy(classifiers, texts, {
    ...{ permutations, epsilon: tolerance, random: random("permutations", ...path) },
    isChosen: (word) => (valences.get(word) ?? 0) !== 0,
  });
  const table = <T>(compute: (name: MeasureName) => T): Record<MeasureName, T> => ({
    tauGradient: compute("tauGradient"),
    tauLeaveOneOut: compute("tauLeaveOneOut"),
    permuted: compute("permuted"),
    uniform: compute("uniform"),
    adversarial: compute("adversarial"),
    fromUniform: compute("fromUniform"),
    overSeeds: compute("overSeeds"),
  });
  return {
    means: table((name) => study.map((own) => meanOf(own.map((text) => measures[name].of(text))))),
    counts: table((name) => binned(measures[name], study.flat())),
    lexicon: study.map((own) => meanOf(own.map(({ excess }) => excess))),
    adversarialOfUniform: study.map((own) =>
      meanOf(own.map(({ wordLogits }) => {
        if (wordLogits.length < 2) return null;
        return adversarialAttention(uniformOver(wordLogits), wordLogits, { epsilon: tolerance })
          .divergence;
      }))
    ),
    examples: (study[0] ?? []).map(({ words, weights, gradient, probabilities }) => {
      return { words, weights, gradient, probabilities };
    }),
    decomposition: decomposition(
      study[0] ?? [],
      await first.predictProbabilities(texts),
    ),
  };
}

/** The mean of numbers that are not `null`; `null` if there are none. */
function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.flatMap((value) => value ?? []);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** Counts texts by bin. */
function binned({ range: [low, high], of }: Measure, texts: readonly StudiedText[]): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (const text of texts) {
    const value = of(text);
    if (value === null) continue;
    const bin = Math.floor((value - low) / (high - low) * BINS);
    const at = Math.min(BINS - 1, Math.max(0, bin));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

/**
 * Computes the largest difference between the probabilities of a network and those that follow from
 * its weights and the logits of the words.
 */
function decomposition(
  study: readonly StudiedText[],
  probabilities: readonly (readonly number[])[],
): number {
  return Math.max(
    ...study.flatMap(({ weights, wordLogits }, i) =>
      attendedOutput(weights, wordLogits)
        .map((value, c) => Math.abs(value - (probabilities[i]?.[c] ?? NaN)))
    ),
  );
}
