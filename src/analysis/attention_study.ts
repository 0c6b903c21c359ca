import type { TensorContainer } from "@tensorflow/tfjs";
import { checkFlags, checkRandom } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger } from "../core/shapes.ts";
import {
  type AdversarialAttention,
  type AdversarialAttentionOptions,
  mostDifferent,
} from "./adversarial_attention.ts";
import { meanDivergences, tauOf } from "./attention_agreement.ts";
import {
  changeByUniform,
  drawPermutations,
  medianOfPermuted,
  type PermutedAttentionOptions,
} from "./attention_counterfactuals.ts";
import { softmaxOf } from "./attention_distances.ts";
import {
  attend,
  type GradientImportanceOptions,
  importanceByGradient,
} from "./attention_importance.ts";
import { AttentionNetworks, type Networks } from "./attention_networks.ts";
import { importanceByOmission } from "./leave_one_out.ts";

/** Options for {@link studyAttention}. */
export type AttentionStudyOptions =
  & PermutedAttentionOptions
  & AdversarialAttentionOptions
  & GradientImportanceOptions;

const names: OptionNames<AttentionStudyOptions> = {
  permutations: true,
  random: true,
  epsilon: true,
  throughAttention: true,
};

/**
 * The attention of one network to one sequence, and how well it explains the output. For a sequence
 * of one word there is no other attention: all is `null` but `weights`, `probabilities` and
 * `gradient`.
 */
export interface StudiedSequence {
  /** The weight of each word; their sum is 1. */
  readonly weights: readonly number[];
  /**
   * The logits [word, class] that each word's state would give with a weight of 1, from which the
   * output of any other attention to the same states follows.
   */
  readonly wordLogits: readonly (readonly number[])[];
  /** The probability of each class. */
  readonly probabilities: readonly number[];
  /** The importance of each word by {@link gradientImportance}. */
  readonly gradient: readonly number[];
  /** The importance of each word by {@link leaveOneOut}. */
  readonly leaveOneOut: readonly number[] | null;
  /** Kendall's tau-b of `weights` and `gradient`; also `null` if all numbers of one are equal. */
  readonly tauGradient: number | null;
  /** Kendall's tau-b of `weights` and `leaveOneOut`; also `null` if all numbers of one are equal. */
  readonly tauLeaveOneOut: number | null;
  /** The median change of the output by {@link permutedAttention}. */
  readonly permuted: number | null;
  /** The attention that differs most with nearly the same output: {@link adversarialAttention}. */
  readonly adversarial: AdversarialAttention | null;
  /** The change of the output by {@link uniformAttention}. */
  readonly uniform: number | null;
  /**
   * The mean divergence in nats from the attention of each other network of the study, as
   * {@link attentionOverSeeds} returns it; also `null` if there is only one network.
   */
  readonly overSeeds: number | null;
}

/**
 * Measures whether attention explains the outputs of networks, in the ways of Jain & Wallace (2019)
 * and Wiegreffe & Pinter (2019).
 *
 * The networks run side by side: one study of several networks is faster than a study of each.
 *
 * Source: Jain & Wallace (2019), arXiv:1902.10186; Wiegreffe & Pinter (2019), arXiv:1908.04626.
 *
 * @param networks One {@link SequenceModel}, or several of the same sizes, with an embedding, a head
 * of at least two classes, and `readout` `"attention"` or `"mean"`. They do not change.
 * @param sequences The ids of each sequence, at least one.
 * @param options The permutations and their source, the largest change of the output by adversarial
 * attention, and whether gradients flow through the weights.
 * @returns The measures [network][sequence]. Those of a network depend on the other networks only in
 * `overSeeds`, and those of a sequence do not depend on the other sequences, up to the rounding of
 * float32.
 * @throws {InputError} If networks or sequences are of another kind, if a network was disposed of, if
 * an id does not exist, if an option is unknown or of another type, if `permutations` is not a
 * positive integer, or if `epsilon` is not in (0, 1).
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { Embedding, GRU, Random, selectBackend, SequenceModel } from "../../mod.ts";
 * import { studyAttention } from "../analysis.ts";
 *
 * await selectBackend("cpu");
 * const models = [1, 2].map((seed) => {
 *   const random = new Random(seed);
 *   return new SequenceModel({
 *     embedding: new Embedding({
 *       ...{ numEmbeddings: 50, embeddingDim: 8, random: random.fork("embedding") },
 *     }),
 *     recurrent: new GRU({ inputSize: 8, hiddenSize: 16, random: random.fork("gru") }),
 *     attention: { size: 16, random: random.fork("attention") },
 *     head: { outFeatures: 2, random: random.fork("head") },
 *   });
 * });
 * const study = await studyAttention(models, [[4, 7, 8], [9]], { random: new Random(1) });
 * const [[long, short] = []] = study;
 * assert(long?.adversarial && long.adversarial.distance < 0.01 + 1e-9);
 * assertEquals(short?.permuted, null); // A single word has all weight.
 * for (const model of models) model.dispose();
 * ```
 */
export async function studyAttention<State extends TensorContainer, Name extends string>(
  networks: Networks<State, Name>,
  sequences: readonly ArrayLike<number>[],
  options: AttentionStudyOptions,
): Promise<StudiedSequence[][]> {
  checkOptions("studyAttention", options, names);
  const { random, permutations = 100, epsilon = 0.01, throughAttention = false } = options;
  checkRandom("random", random);
  positiveInteger("permutations", permutations);
  if (!(typeof epsilon === "number" && epsilon > 0 && epsilon < 1)) {
    throw new InputError("epsilon", "in (0, 1)", epsilon);
  }
  checkFlags({ throughAttention });
  const found = await AttentionNetworks.read(networks);
  found.check(sequences);
  const attended = await attend(found, sequences);
  const logits = attended.map((texts) => texts.map(({ logits }) => logits));
  const gradients = await importanceByGradient(found, sequences, throughAttention);
  const omissions = await importanceByOmission(found, sequences, logits);
  const overSeeds = sequences.map((_, i) => {
    return meanDivergences(attended.map((texts) => texts[i]?.weights ?? []));
  });
  const drawn = new Map<number, Uint32Array>();
  const permutationsOf = (length: number): Uint32Array => {
    const known = drawn.get(length);
    if (known) return known;
    const made = drawPermutations(length, { permutations, random });
    drawn.set(length, made);
    return made;
  };
  return attended.map((texts, r) =>
    texts.map((text, i): StudiedSequence => {
      const gradient = gradients[r]?.[i] ?? [];
      const omission = omissions[r]?.[i] ?? null;
      const { weights, wordLogits } = text;
      const known = { weights, wordLogits, probabilities: probabilitiesOf(text.logits), gradient };
      if (weights.length === 1 || omission === null) return { ...known, ...undefinedForOneWord };
      return {
        ...known,
        leaveOneOut: omission,
        tauGradient: tauOf(weights, gradient),
        tauLeaveOneOut: tauOf(weights, omission),
        permuted: medianOfPermuted(weights, wordLogits, permutationsOf(weights.length)),
        adversarial: mostDifferent(weights, wordLogits, epsilon, found.classes),
        uniform: changeByUniform(weights, wordLogits),
        overSeeds: attended.length === 1 ? null : overSeeds[i]?.[r] ?? null,
      };
    })
  );
}

const undefinedForOneWord = {
  leaveOneOut: null,
  tauGradient: null,
  tauLeaveOneOut: null,
  permuted: null,
  adversarial: null,
  uniform: null,
  overSeeds: null,
} as const satisfies Partial<StudiedSequence>;

function probabilitiesOf(logits: readonly number[]): number[] {
  const probabilities = new Float64Array(logits.length);
  softmaxOf(logits, probabilities);
  return Array.from(probabilities);
}
