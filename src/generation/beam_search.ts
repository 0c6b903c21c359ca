import { letOthersRun } from "../core/event_loop.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { checkNumber } from "../core/shapes.ts";
import type { Model } from "../model/model.ts";
import { Stream } from "../model/stream.ts";
import { Extensions } from "./extensions.ts";
import {
  checkGeneration,
  checkRows,
  generateNames,
  type GenerateOptions,
  wholePrompt,
} from "./generation_options.ts";
import { type Beam, FinishedBeams, type Hypothesis } from "./hypothesis.ts";
import { prime } from "./prime.ts";

export type { Beam } from "./hypothesis.ts";

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
