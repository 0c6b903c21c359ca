import { letOthersRun } from "../core/event_loop.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { checkNumber } from "../core/shapes.ts";
import type { Model } from "../model/model.ts";
import { Stream } from "../model/stream.ts";
import {
  checkGeneration,
  checkRows,
  generateNames,
  type GenerateOptions,
  wholePrompt,
} from "./generation_options.ts";
import { prime } from "./prompt.ts";
import { ban, copyLogits, likeliest } from "./sampling.ts";

/** How {@link beamSearch} searches. */
export interface BeamOptions extends GenerateOptions {
  /** How many sequences are followed at once. */
  readonly beams: number;
  /**
   * By how much longer sequences are favoured: log probabilities are divided by
   * ((5 + tokens) / 6)^lengthPenalty (Wu et al., 2016, equation 14). By default 0, not at all.
   */
  readonly lengthPenalty?: number;
}

const names: OptionNames<BeamOptions> = { ...generateNames, beams: true, lengthPenalty: true };

/**
 * Searches for likely sequences: at each step the likeliest extensions of those that are followed
 * are followed in turn, as many as there are beams; those that end are put aside. Of equally likely
 * ones, those of the likelier beam and the lower id come first, so one beam is greedy. It ends when
 * nothing that is followed can become better than what was put aside.
 *
 * @param model One that goes from ids to a logit for each id.
 * @param prompt The ids to go on from; may be empty if there is a prefix.
 * @param options How many sequences are followed, and how they begin and end.
 * @returns The best first, as many as there are beams or sequences.
 * @throws {InputError} On wrong and unknown options, on wrong prompts, and on logits that are NaN or
 * infinity.
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
  const extensions = new Extensions(beams, vocabulary, banned);
  const stream = new Stream(model, { batch: beams });
  try {
    const now = prime(stream, Array.from({ length: beams }, () => whole));
    let live: Hypothesis[] = [{ before: null, id: -1, tokens: 0, logProbability: 0 }];
    while (live[0] && !finished.settled(live[0])) {
      await letOthersRun(signal);
      const found = extensions.best(await stream.next(now), live);
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
      if (live.length > 0 && moved) stream.select(parents);
    }
  } finally {
    stream.dispose();
  }
  return finished.sequences();
}

/** A sequence that a beam search follows: its last token, and what came before. */
export interface Hypothesis {
  /** The sequence without its last token; `null` where it has none. */
  readonly before: Hypothesis | null;
  /** The last token. */
  readonly id: number;
  /** How many tokens it has. */
  readonly tokens: number;
  /** ln p of all of them. */
  readonly logProbability: number;
}

/** A sequence that a beam search found. */
export interface Beam {
  /** Its ids, without the prompt and without the id that ended it. */
  readonly ids: Int32Array;
  /** ln p of them given the prompt, and of the end where it ended. */
  readonly logProbability: number;
  /** The log probability divided by the penalty of its length: what it was ranked by. */
  readonly score: number;
  /** Whether the end came, and not the most tokens. */
  readonly ended: boolean;
}

/** The best sequences that have come to their end. */
export class FinishedBeams {
  readonly #most: number;
  readonly #lengthPenalty: number;
  readonly #maxTokens: number;
  readonly #found: { hypothesis: Hypothesis; score: number; ended: boolean }[] = [];

  /** Keeps so many, ranked by log probability over ((5 + tokens) / 6)^lengthPenalty. */
  constructor(most: number, lengthPenalty: number, maxTokens: number) {
    this.#most = most;
    this.#lengthPenalty = lengthPenalty;
    this.#maxTokens = maxTokens;
  }

  /** Puts a sequence aside; of equal scores the earlier stays before. */
  add(hypothesis: Hypothesis, ended: boolean): void {
    const score = this.#score(hypothesis.logProbability, hypothesis.tokens);
    const place = this.#found.findIndex((other) => other.score < score);
    this.#found.splice(place < 0 ? this.#found.length : place, 0, { hypothesis, score, ended });
    this.#found.length = Math.min(this.#found.length, this.#most);
  }

  /** Whether no sequence that begins with this one could be among the best. */
  settled({ logProbability }: Hypothesis): boolean {
    const worst = this.#found[this.#most - 1];
    // Log probabilities only fall, and the longest sequence is penalised least.
    return worst !== undefined && this.#score(logProbability, this.#maxTokens) <= worst.score;
  }

  /** The best, in order. */
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

/** A sequence that goes on by a token from the one in a row of the batch. */
export interface Extension {
  /** The row. */
  readonly row: number;
  /** The longer sequence. */
  readonly hypothesis: Hypothesis;
}

/** Finds the likeliest extensions of sequences; its arrays are kept from step to step. */
export class Extensions {
  readonly #most: number;
  readonly #banned: readonly number[];
  readonly #scores: Float64Array;
  readonly #found: { row: number; id: number; logProbability: number }[] = [];

  /** Readies it for so many extensions over a vocabulary. */
  constructor(most: number, vocabulary: number, banned: readonly number[]) {
    this.#most = most;
    this.#banned = banned;
    this.#scores = new Float64Array(vocabulary);
  }

  /**
   * The likeliest extensions, the best first; of equal ones those of the earlier sequence, then of
   * the lower id.
   *
   * @param logits [batch, vocabulary], flat.
   * @param live What is in the rows of the batch, from the first.
   * @throws {InputError} On logits that are NaN or infinity, or that leave no token.
   */
  best(logits: Float32Array, live: readonly Hypothesis[]): Extension[] {
    const size = this.#scores.length;
    this.#found.length = 0;
    for (const [row, { logProbability }] of live.entries()) {
      const total = this.#take(logits.subarray(row * size, (row + 1) * size));
      this.#rank(row, logProbability - total);
    }
    return this.#found.map(({ row, id, logProbability }) => {
      const before = live[row] ?? null;
      return { row, hypothesis: { before, id, tokens: (before?.tokens ?? 0) + 1, logProbability } };
    });
  }

  /** Takes a row's logits, and gives the logarithm of the sum of their exponentials. */
  #take(logits: Float32Array): number {
    const scores = this.#scores;
    copyLogits(logits, scores);
    ban(scores, this.#banned);
    const largest = scores[likeliest(scores)] ?? 0;
    let sum = 0;
    for (let i = 0; i < scores.length; i++) sum += Math.exp((scores[i] ?? 0) - largest);
    return largest + Math.log(sum);
  }

  /** Enters the tokens of a row, to whose scores `offset` is added, among the best. */
  #rank(row: number, offset: number): void {
    const [found, most, scores] = [this.#found, this.#most, this.#scores];
    for (let id = 0; id < scores.length; id++) {
      const logProbability = offset + (scores[id] ?? 0);
      const worst = found.length < most ? -Infinity : found[most - 1]?.logProbability ?? 0;
      if (!(logProbability > worst)) continue;
      if (found.length === most) found.pop();
      let place = found.length;
      while (place > 0 && (found[place - 1]?.logProbability ?? 0) < logProbability) place--;
      found.splice(place, 0, { row, id, logProbability });
    }
  }
}
