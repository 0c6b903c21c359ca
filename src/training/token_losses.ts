import * as tf from "@tensorflow/tfjs";
import { checkFlags, checkSignal } from "../core/arguments.ts";
import { InputError } from "../core/errors.ts";
import { letOthersRun } from "../core/event_loop.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { assertShape } from "../core/shapes.ts";
import { checkForward, checkModel, type Model } from "../model/model.ts";
import { type BatchList, checkBatchList, HeldBatches } from "./batch_list.ts";
import { type Batch, checkedBatch, checkIdNumbers, numbersOf, toTensor } from "./engine/batch.ts";
import { checkIgnoreIndex } from "./engine/losses.ts";
import { checkCarry } from "./engine/step_options.ts";

/** What a language model is told of its tokens. */
export interface TokenLossOptions {
  /** The target that does not count: padding. */
  readonly ignoreIndex: number;
  /** Whether each batch goes on from the last states of the one before; by default from 0. */
  readonly carryState?: boolean;
  /** Stops the work between two batches. */
  readonly signal?: AbortSignal | undefined;
}

const names: OptionNames<TokenLossOptions> = {
  ignoreIndex: true,
  carryState: true,
  signal: true,
};

/** How well a language model foresees tokens. */
export interface TokenLosses {
  /** The mean over all tokens that count, in nats; its exponential is the perplexity. */
  readonly mean: number;
  /** How many tokens count. */
  readonly tokens: number;
  /** The mean in nats by step of the batches [sequence]; `null` where no token counts. */
  readonly byStep: readonly (number | null)[];
}

/** Batches whose losses lie on the device before they are read. */
const UNREAD = 32;

/** A batch whose losses are not read yet. */
interface Unread {
  /** Held until its losses are read, since the next batch may refill its arrays. */
  readonly batch: Batch;
  /** Of each target [sequence, batch]; what is ignored has any value. */
  readonly losses: tf.Tensor;
  readonly classes: number;
}

/**
 * The cross-entropy of every token, without dropout: its mean, and by step, which tells what a
 * longer context is worth. Every token counts alike, whatever batch it is in, but for those that a
 * mask or lengths leave out.
 *
 * @param model A model without replicas.
 * @param batches Ids and the ids that come next, [sequence, batch], or [batch, sequence] if the model
 *   has the batch first.
 * @param options What does not count, and whether states are carried from batch to batch.
 * @returns The mean, how many tokens count, and the mean by step.
 * @throws {InputError} On an argument that is something else, on unknown options or fields of a batch,
 *   on a model with replicas, on shapes that do not fit, on targets that are not classes, and if no
 *   token counts.
 * @throws The reason of `signal`, if it is aborted.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { languageModel, Random, selectBackend, tokenLosses } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = languageModel({ vocabularySize: 8, embeddingDim: 4, hiddenSize: 4, random });
 * const x = { shape: [3, 1], data: Int32Array.of(2, 4, 5) };
 * const target = { shape: [3, 1], data: Int32Array.of(4, 5, 0) };
 * const { mean, tokens, byStep } = await tokenLosses(model, [{ x, target }], { ignoreIndex: 0 });
 * assertAlmostEquals(mean, ((byStep[0] ?? 0) + (byStep[1] ?? 0)) / tokens);
 * model.dispose();
 * ```
 */
export async function tokenLosses(
  model: Model,
  batches: BatchList,
  options: TokenLossOptions,
): Promise<TokenLosses> {
  checkModel(model);
  checkBatchList("batches", batches);
  checkOptions("tokenLosses", options, names);
  const { ignoreIndex, carryState = false, signal } = options;
  checkIgnoreIndex(ignoreIndex);
  checkFlags({ carryState });
  if (signal !== undefined) checkSignal(signal);
  if (carryState) checkCarry(model);
  const { batchFirst = false } = model;
  if (model.replicas !== undefined) {
    throw new InputError("replicas of the model", "left out", model.replicas);
  }
  const sums: number[] = [];
  const counts: number[] = [];
  let state: tf.TensorContainer | undefined;
  let longest = 0;
  let unread: Unread[] = [];
  const held = new HeldBatches();
  const read = async (): Promise<void> => {
    for (const [values, { batch: { target, mask }, classes }] of await readAll(unread)) {
      const [first = 0, second = 1] = target.shape;
      longest = Math.max(longest, batchFirst ? second : first);
      const ids = await numbersOf(target);
      // Here and not before, since here those of a GPU are known too.
      checkIdNumbers("target", ids, classes, ignoreIndex);
      const counted = mask && await numbersOf(mask);
      values.forEach((value, i) => {
        if (ids[i] === ignoreIndex || counted?.[i] === 0) return;
        const step = batchFirst ? i % second : Math.floor(i / second);
        sums[step] = (sums[step] ?? 0) + value;
        counts[step] = (counts[step] ?? 0) + 1;
      });
    }
    held.release();
    unread = [];
  };
  try {
    for (let i = 0; i < batches.length; i++) {
      const given = batches.at(i);
      if (!given) break;
      await letOthersRun(signal);
      const batch = checkedBatch(given, model);
      const [first = null, second = null] = batch.x.shape;
      const axes = batchFirst
        ? { batch: first, sequence: second }
        : { sequence: first, batch: second };
      assertShape("target", batch.target.shape, axes);
      if (batch.mask) assertShape("mask", batch.mask.shape, axes);
      const found = tf.tidy(() => {
        const mask = batch.mask && toTensor(batch.mask);
        const { output, state: after } = checkForward(
          model.forward(toTensor(batch.x), state, mask ? { mask } : {}),
        );
        assertShape("output", output.shape, { ...axes, class: null });
        return {
          losses: surprisals(output, toTensor(batch.target), ignoreIndex),
          classes: output.shape.at(-1) ?? 0,
          after,
        };
      });
      if (state !== undefined) tf.dispose(state);
      state = undefined;
      if (carryState) state = found.after;
      else tf.dispose(found.after);
      unread.push({
        batch: held.hold(batch),
        losses: found.losses,
        classes: found.classes,
      });
      if (unread.length === UNREAD) await read();
    }
    await read();
  } finally {
    if (state !== undefined) tf.dispose(state);
    for (const { losses } of unread) losses.dispose();
    held.release();
  }
  const total = (values: readonly number[]) => values.reduce((sum, value) => sum + (value ?? 0), 0);
  const tokens = total(counts);
  if (tokens === 0) {
    const help = "Targets that are ignoreIndex or masked do not count";
    throw new InputError("the number of tokens that count", "1 or more", 0, help);
  }
  return {
    mean: total(sums) / tokens,
    tokens,
    byStep: Array.from({ length: longest }, (_, step) => {
      const count = counts[step];
      return count ? (sums[step] ?? 0) / count : null;
    }),
  };
}

/** -ln p of each target [sequence, batch]; what is ignored has any value. */
function surprisals(output: tf.Tensor, target: tf.Tensor, ignoreIndex: number): tf.Tensor {
  const classes = output.shape.at(-1) ?? 0;
  // Padding may be no class at all.
  const known = tf.where(
    target.notEqual(ignoreIndex),
    target.toFloat(),
    tf.zerosLike(target.toFloat()),
  );
  const picked = output.mul(tf.oneHot(known.toInt(), classes)).sum(-1);
  return output.logSumExp(-1).sub(picked);
}

/** Reads tensors in one go, since every wait for a GPU costs the same, and frees them. */
async function readAll(entries: readonly Unread[]): Promise<(readonly [Float32Array, Unread])[]> {
  if (entries.length === 0) return [];
  const joined = tf.tidy(() => tf.concat(entries.map(({ losses }) => losses.flatten())));
  const values = await joined.data<"float32">();
  joined.dispose();
  let start = 0;
  return entries.map((entry) => {
    const part = values.slice(start, start += entry.losses.size);
    entry.losses.dispose();
    return [part, entry] as const;
  });
}
