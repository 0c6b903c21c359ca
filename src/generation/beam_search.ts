import { letOthersRun } from "../core/event_loop.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { checkNumber } from "../core/shapes.ts";
import type { Model } from "../model/model.ts";
import { InferenceSession } from "../model/inference_session.ts";
import {
  checkGeneration,
  checkRows,
  generateNames,
  type GenerateOptions,
} from "./generation_options.ts";
import { prefill, wholePrompt } from "./prompt.ts";
import { ban, copyLogits, likeliest } from "./sampling.ts";

/** Options for {@link beamSearch}. */
export interface BeamOptions extends GenerateOptions {
  /** The number of sequences that are extended at each step. */
  readonly beams: number;
  /**
   * The exponent of the length penalty: scores are log probabilities divided by ((5 + tokens) /
   * 6)^lengthPenalty (Wu et al., 2016, equation 14). Larger values favour longer sequences. By
   * default 0, with which scores are log probabilities.
   */
  readonly lengthPenalty?: number;
}

const names: OptionNames<BeamOptions> = { ...generateNames, beams: true, lengthPenalty: true };

/** A sequence that {@link beamSearch} found. */
export interface Beam {
  /** The ids of the sequence, without the prompt and without the id that ended it. */
  readonly ids: Int32Array;
  /** The log probability of the sequence and its end, given the prompt (natural logarithm). */
  readonly logProbability: number;
  /** The log probability divided by the length penalty, by which beams are ranked. */
  readonly score: number;
  /** Whether the sequence ended with the end id, and not at `maxTokens`. */
  readonly ended: boolean;
}

/**
 * Searches for the sequences of the highest score. Each step extends the sequences by every token
 * and continues with the `beams` best extensions; sequences that end are set aside. Of equal
 * extensions, those of the better sequence come first, then those of the lower id, so that a search
 * with one beam is greedy. The search ends when no continued sequence can surpass those that have
 * ended.
 *
 * Source for the length penalty: Wu et al. (2016), "Google's neural machine translation system",
 * equation 14, https://arxiv.org/abs/1609.08144.
 *
 * @param model A model from ids to one logit for each id.
 * @param prompt The ids to continue; may be empty if there is a prefix.
 * @param options The number of beams, and how sequences start and end.
 * @returns The best sequences, at most one for each beam, the best first.
 * @throws {InputError} If an option or the prompt is wrong, or a logit is NaN or infinity.
 * @throws The reason of `signal`, if it is aborted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Embedding, Linear, LSTM, Random, selectBackend, SequenceModel } from "../../mod.ts";
 * import { beamSearch } from "./beam_search.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = new SequenceModel({
 *   embedding: new Embedding({ numEmbeddings: 7, embeddingDim: 4, random: random.fork("table") }),
 *   recurrent: new LSTM({ inputSize: 4, hiddenSize: 8, random: random.fork("lstm") }),
 *   head: new Linear({ inFeatures: 8, outFeatures: 7, random: random.fork("head") }),
 * });
 * const found = await beamSearch(model, [4, 5], { beams: 3, maxTokens: 6, end: 3 });
 * assertEquals(found.length, 3);
 * model.dispose();
 * ```
 */
export async function beamSearch(
  model: Model,
  prompt: ArrayLike<number>,
  options: BeamOptions,
): Promise<Beam[]> {
  checkOptions("beamSearch", options, names);
  const vocabulary = checkGeneration(model, options);
  const { maxTokens, end, banned = [], prefix, lengthPenalty = 0, signal } = options;
  const beams = checkRows("beams", options.beams);
  const isFinite = (value: number) => value >= 0 && value < Infinity;
  checkNumber("lengthPenalty", lengthPenalty, "a finite number of at least 0", isFinite);
  const whole = wholePrompt("prompt", prompt, vocabulary, prefix);
  const finished = new FinishedBeams(beams, lengthPenalty, maxTokens);
  const extender = new BeamExtender(beams, vocabulary, banned);
  const session = new InferenceSession(model, { batch: beams });
  try {
    const now = prefill(session, Array.from({ length: beams }, () => whole));
    let live: Hypothesis[] = [{ before: null, id: -1, tokens: 0, logProbability: 0 }];
    while (live[0] && !finished.isSettled(live[0])) {
      await letOthersRun(signal);
      const found = extender.extend(await session.next(now), live);
      const parents = Int32Array.from(now, (_, row) => row);
      live = [];
      for (const { row, hypothesis } of found) {
        const { id, tokens } = hypothesis;
        if (id === end || tokens === maxTokens) {
          finished.add(hypothesis, id === end);
          continue;
        }
        parents[live.length] = row;
        now[live.length] = id;
        live.push(hypothesis);
      }
      const moved = parents.some((parent, row) => parent !== row);
      if (live.length > 0 && moved) session.select(parents);
    }
  } finally {
    session.dispose();
  }
  return finished.sequences();
}

/** A sequence of a beam search, as a linked list from its last token. */
export interface Hypothesis {
  /** The sequence without its last token; `null` if it has no token. */
  readonly before: Hypothesis | null;
  /** The last token. */
  readonly id: number;
  /** The number of tokens. */
  readonly tokens: number;
  /** The natural logarithm of the probability of the sequence. */
  readonly logProbability: number;
}

/** The best sequences that have ended. */
export class FinishedBeams {
  readonly #most: number;
  readonly #lengthPenalty: number;
  readonly #maxTokens: number;
  readonly #found: { hypothesis: Hypothesis; score: number; ended: boolean }[] = [];

  /**
   * Creates an empty collection.
   *
   * @param most The maximum number of sequences in the collection.
   * @param lengthPenalty The exponent of the length penalty.
   * @param maxTokens The maximum number of tokens of a sequence.
   */
  constructor(most: number, lengthPenalty: number, maxTokens: number) {
    this.#most = most;
    this.#lengthPenalty = lengthPenalty;
    this.#maxTokens = maxTokens;
  }

  /**
   * Adds a sequence after those of equal score, and drops the worst if there are too many.
   *
   * @param hypothesis The sequence.
   * @param ended Whether its last token is the end id.
   */
  add(hypothesis: Hypothesis, ended: boolean): void {
    const score = this.#score(hypothesis.logProbability, hypothesis.tokens);
    const index = this.#found.findIndex((other) => other.score < score);
    this.#found.splice(index < 0 ? this.#found.length : index, 0, { hypothesis, score, ended });
    this.#found.length = Math.min(this.#found.length, this.#most);
  }

  /**
   * Checks whether the search can end because no extension of a sequence can be among the best.
   *
   * @param hypothesis The most probable of the sequences that are continued.
   * @returns `true` if no extension can be among the best.
   */
  isSettled({ logProbability }: Hypothesis): boolean {
    const worst = this.#found[this.#most - 1];
    // Log probabilities only fall, and the longest sequence has the smallest penalty.
    return worst !== undefined && this.#score(logProbability, this.#maxTokens) <= worst.score;
  }

  /** Returns the best sequences in order. */
  sequences(): Beam[] {
    return this.#found.map(({ hypothesis, score, ended }) => {
      const ids: number[] = [];
      let at: Hypothesis | null = ended ? hypothesis.before : hypothesis;
      for (; at?.before; at = at.before) ids.push(at.id);
      const { logProbability } = hypothesis;
      return { ids: Int32Array.from(ids.reverse()), logProbability, score, ended };
    });
  }

  #score(logProbability: number, tokens: number): number {
    return logProbability / ((5 + tokens) / 6) ** this.#lengthPenalty;
  }
}

/** An extension of the sequence in a row of the batch by one token. */
export interface Extension {
  /** The row. */
  readonly row: number;
  /** The extended sequence. */
  readonly hypothesis: Hypothesis;
}

/** Finds the likeliest extensions of sequences. It reuses its arrays at each step. */
export class BeamExtender {
  readonly #most: number;
  readonly #banned: readonly number[];
  readonly #scores: Float64Array;
  readonly #found: { row: number; id: number; logProbability: number }[] = [];

  /**
   * Allocates the arrays.
   *
   * @param most The maximum number of extensions at each step.
   * @param vocabulary The number of ids.
   * @param banned Ids that are never generated.
   */
  constructor(most: number, vocabulary: number, banned: readonly number[]) {
    this.#most = most;
    this.#banned = banned;
    this.#scores = new Float64Array(vocabulary);
  }

  /**
   * Finds the likeliest extensions, the best first. Equal extensions are in the order of their
   * sequences, and those of one sequence in the order of ids.
   *
   * @param logits The logits [batch, vocabulary] in row-major order.
   * @param live The sequences in the first rows of the batch.
   * @returns The extensions.
   * @throws {InputError} If a logit is NaN or infinity, or if no token is possible.
   */
  extend(logits: Float32Array, live: readonly Hypothesis[]): Extension[] {
    const size = this.#scores.length;
    this.#found.length = 0;
    for (const [row, { logProbability }] of live.entries()) {
      const total = this.#read(logits.subarray(row * size, (row + 1) * size));
      this.#rank(row, logProbability - total);
    }
    return this.#found.map(({ row, id, logProbability }) => {
      const before = live[row] ?? null;
      return { row, hypothesis: { before, id, tokens: (before?.tokens ?? 0) + 1, logProbability } };
    });
  }

  /** Reads the logits of a row, and returns the logarithm of the sum of their exponentials. */
  #read(logits: Float32Array): number {
    const scores = this.#scores;
    copyLogits(logits, scores);
    ban(scores, this.#banned);
    const largest = scores[likeliest(scores)] ?? 0;
    let sum = 0;
    for (let i = 0; i < scores.length; i++) sum += Math.exp((scores[i] ?? 0) - largest);
    return largest + Math.log(sum);
  }

  /**
   * Inserts the tokens of a row into the best extensions; a log probability is `offset` plus a
   * score.
   */
  #rank(row: number, offset: number): void {
    const [found, most, scores] = [this.#found, this.#most, this.#scores];
    for (let id = 0; id < scores.length; id++) {
      const logProbability = offset + (scores[id] ?? 0);
      const worst = found.length < most ? -Infinity : found[most - 1]?.logProbability ?? 0;
      if (!(logProbability > worst)) continue;
      if (found.length === most) found.pop();
      let index = found.length;
      while (index > 0 && (found[index - 1]?.logProbability ?? 0) < logProbability) index--;
      found.splice(index, 0, { row, id, logProbability });
    }
  }
}
