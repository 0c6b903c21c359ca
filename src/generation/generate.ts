import { checkRandom } from "../core/arguments.ts";
import { checkArray } from "../core/arrays.ts";
import { InputError } from "../core/errors.ts";
import { letOthersRun } from "../core/event_loop.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import type { Random } from "../core/random.ts";
import type { Model } from "../model/model.ts";
import { InferenceSession } from "../model/inference_session.ts";
import { checkGeneration, generateNames, type GenerateOptions } from "./generation_options.ts";
import { prefill, wholePrompt } from "./prompt.ts";
import { Sampler, type SamplingOptions } from "./sampling.ts";

export type { GenerateOptions } from "./generation_options.ts";

/** A row for {@link generate} and {@link generateStream}. */
export interface GenerationRequest {
  /** The ids to continue; may be empty if there is a prefix. */
  readonly prompt: readonly number[] | Int32Array;
  /** How tokens are chosen; the repetition penalty applies to tokens of the prompt, too. */
  readonly sampling: SamplingOptions;
  /**
   * The source of random numbers. Each row needs a source of its own, so that rows are independent.
   */
  readonly random: Random;
}

const requestNames: OptionNames<GenerationRequest> = { prompt: true, sampling: true, random: true };

/**
 * Generates rows side by side, token by token. The prompts, which may differ in length, are fed
 * first; then each step is one call into the kernels for all rows.
 *
 * A row does not depend on the others, except that the kernels may round differently for another
 * number of rows.
 *
 * @param model A model from ids to one logit for each id.
 * @param requests The prompt, the sampling and the random numbers of each row.
 * @param options How long rows may be, and how they start and end.
 * @returns At each step a token for each row, `null` for rows that have ended. The steps end as
 * soon as every row has ended.
 * @throws {InputError} At the first token, if an option is unknown or wrong or a prompt is wrong;
 *   at any token, if a logit is NaN or infinity.
 * @throws The reason of `signal`, if it is aborted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Embedding, Linear, LSTM, Random, selectBackend, SequenceModel } from "../../mod.ts";
 * import { generateStream } from "./generate.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = new SequenceModel({
 *   embedding: new Embedding({ numEmbeddings: 7, embeddingDim: 4, random: random.fork("table") }),
 *   recurrent: new LSTM({ inputSize: 4, hiddenSize: 8, random: random.fork("lstm") }),
 *   head: new Linear({ inFeatures: 8, outFeatures: 7, random: random.fork("head") }),
 * });
 * const requests = [
 *   { prompt: [4, 5], sampling: { topP: 0.9 }, random: new Random(2) },
 *   { prompt: [6], sampling: { temperature: 0 }, random: new Random(3) },
 * ];
 * let steps = 0;
 * for await (const tokens of generateStream(model, requests, { maxTokens: 5 })) {
 *   assertEquals(tokens.length, 2);
 *   steps++;
 * }
 * assertEquals(steps, 5);
 * model.dispose();
 * ```
 */
export async function* generateStream(
  model: Model,
  requests: readonly GenerationRequest[],
  options: GenerateOptions,
): AsyncGenerator<(number | null)[]> {
  checkOptions("generate", options, generateNames);
  const vocabulary = checkGeneration(model, options);
  const { maxTokens, end, banned, prefix, signal } = options;
  const prompts = checkedPrompts(requests, vocabulary, prefix);
  const rows = requests.map(({ prompt, sampling, random }) => {
    const sampler = new Sampler(vocabulary, sampling, banned);
    for (const id of prompt) sampler.addToHistory(id);
    return { sampler, random, done: false };
  });
  const session = new InferenceSession(model, { batch: rows.length });
  try {
    const now = prefill(session, prompts);
    for (let step = 0; step < maxTokens; step++) {
      await letOthersRun(signal);
      const logits = await session.next(now);
      let going = false;
      const tokens: (number | null)[] = [];
      for (const [i, row] of rows.entries()) {
        if (row.done) {
          tokens.push(null);
          continue;
        }
        const own = logits.subarray(i * vocabulary, (i + 1) * vocabulary);
        const id = row.sampler.next(own, row.random);
        row.done = id === end;
        tokens.push(row.done ? null : id);
        if (row.done) continue;
        row.sampler.addToHistory(id);
        now[i] = id;
        going = true;
      }
      if (!going) return;
      yield tokens;
    }
  } finally {
    session.dispose();
  }
}

/**
 * Generates whole rows side by side, like {@link generateStream}.
 *
 * @param model A model from ids to one logit for each id.
 * @param requests The prompt, the sampling and the random numbers of each row.
 * @param options How long rows may be, and how they start and end.
 * @returns The ids of each row, without its prompt and without the id that ended it.
 * @throws {InputError} If an option is unknown or wrong, a prompt is wrong, or a logit is NaN or
 *   infinity.
 * @throws The reason of `signal`, if it is aborted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Embedding, Linear, LSTM, Random, selectBackend, SequenceModel } from "../../mod.ts";
 * import { generate } from "./generate.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = new SequenceModel({
 *   embedding: new Embedding({ numEmbeddings: 7, embeddingDim: 4, random: random.fork("table") }),
 *   recurrent: new LSTM({ inputSize: 4, hiddenSize: 8, random: random.fork("lstm") }),
 *   head: new Linear({ inFeatures: 8, outFeatures: 7, random: random.fork("head") }),
 * });
 * const request = { prompt: [], sampling: { topK: 3 }, random: new Random(2) };
 * const [ids] = await generate(model, [request], { maxTokens: 9, prefix: 2, banned: [0, 1, 2] });
 * assertEquals(ids?.length, 9);
 * model.dispose();
 * ```
 */
export async function generate(
  model: Model,
  requests: readonly GenerationRequest[],
  options: GenerateOptions,
): Promise<Int32Array[]> {
  checkArray("requests", requests, "an array of requests");
  const rows: number[][] = requests.map(() => []);
  for await (const tokens of generateStream(model, requests, options)) {
    for (const [i, id] of tokens.entries()) if (id !== null) rows[i]?.push(id);
  }
  return rows.map((row) => Int32Array.from(row));
}

function checkedPrompts(
  requests: readonly GenerationRequest[],
  vocabulary: number,
  prefix: number | undefined,
): Int32Array[] {
  checkArray("requests", requests, "an array of requests");
  if (requests.length === 0) throw new InputError("requests", "at least one", requests);
  const sources = new Set<Random>();
  return Array.from(requests, (request, i) => {
    checkOptions(`requests[${i}]`, request, requestNames);
    const { prompt, random } = request;
    checkRandom(`requests[${i}].random`, random);
    if (sources.has(random)) {
      throw new InputError(`requests[${i}].random`, "a source of its own", "another row's");
    }
    sources.add(random);
    return wholePrompt(`requests[${i}].prompt`, prompt, vocabulary, prefix);
  });
}
