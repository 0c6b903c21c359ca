import type { Tensor, TensorContainer } from "@tensorflow/tfjs";
import { checkFlags, checkSignal } from "../core/arguments.ts";
import { loadTensors } from "../core/backend.ts";
import { InputError } from "../core/errors.ts";
import { letOthersRun } from "../core/event_loop.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { assertShape } from "../core/shapes.ts";
import { hasTfjs, tf } from "../core/tfjs.ts";
import type { NetworkSpec } from "../kernels/network.ts";
import { checkForward, checkModel, type Model } from "../model/model.ts";
import { BatchBuffer, type BatchList, checkBatchList } from "./batch_list.ts";
import { type Batch, checkedBatch, checkIdNumbers, numbersOf, toTensor } from "./engine/batch.ts";
import { ForwardPass } from "./engine/forward_pass.ts";
import { checkFusedBatch, kernelNetwork } from "./engine/fused_step.ts";
import { checkIgnoreIndex } from "./engine/losses.ts";
import { checkCarry } from "./engine/step_options.ts";

/** Options for {@link tokenLosses}. */
export interface TokenLossOptions {
  /** The target that does not count, such as padding: an integer from -2^24 to 2^24. */
  readonly ignoreIndex: number;
  /**
   * Whether each batch starts from the final states of the batch before it; by default each starts
   * from 0.
   */
  readonly carryState?: boolean;
  /** Stops the computation between two batches. */
  readonly signal?: AbortSignal | undefined;
}

const names: OptionNames<TokenLossOptions> = {
  ignoreIndex: true,
  carryState: true,
  signal: true,
};

/** The losses of a language model on tokens. */
export interface TokenLosses {
  /** The mean loss of all tokens that count, in nats; exp(mean) is the perplexity. */
  readonly mean: number;
  /** The number of tokens that count. */
  readonly tokens: number;
  /**
   * The mean loss in nats of each step of the batches [sequence]; `null` if no token of the step
   * counts.
   */
  readonly byStep: readonly (number | null)[];
}

/** The number of batches whose losses stay on the device before they are read. */
const UNREAD = 32;

/** A batch whose losses have not been read. */
interface Unread {
  /** The batch, kept because the next one may refill its arrays. */
  readonly batch: Batch;
  /** The loss of each target [sequence, batch], arbitrary for targets that do not count. */
  readonly losses: Tensor;
  /** The number of classes. */
  readonly classes: number;
}

/**
 * Computes the mean cross-entropy of tokens without dropout, over all tokens and for each step of
 * the batches; the means by step show how much a longer context helps. All tokens of all batches
 * have the same weight. Tokens that a mask or lengths exclude do not count. As in {@link evaluate},
 * the kernels compute the logits in a program without TensorFlow.js.
 *
 * @param model A model without replicas.
 * @param batches Ids and the ids that follow them, each [sequence, batch], or [batch, sequence] if
 *   the model is `batchFirst`.
 * @param options The target that does not count, and whether states are carried from batch to
 *   batch.
 * @returns The mean loss, the number of tokens that count, and the mean loss of each step.
 * @throws {InputError} If an argument is wrong, an option or a field of a batch is unknown, the
 *   model has replicas, a shape does not fit, a target is not a class, or no token counts.
 * @throws The reason of `signal`, if it is aborted.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { Random, selectBackend } from "../../mod.ts";
 * import { languageModel, tokenLosses } from "../text.ts";
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
  const sums = new LossSums(batchFirst, ignoreIndex);
  const network = hasTfjs() ? null : kernelNetwork(model);
  if (network?.readout === "all") {
    await addByKernels(model, network, batches, options, sums);
  } else {
    await loadTensors();
    await addByTensors(model, batches, options, sums);
  }
  return sums.result();
}

/** Sums of losses by step. */
class LossSums {
  readonly #batchFirst: boolean;
  readonly #ignoreIndex: number;
  readonly #sums: number[] = [];
  readonly #counts: number[] = [];
  #longest = 0;

  constructor(batchFirst: boolean, ignoreIndex: number) {
    this.#batchFirst = batchFirst;
    this.#ignoreIndex = ignoreIndex;
  }

  /** Adds the losses of a batch; those of targets that do not count are arbitrary. */
  async add(
    losses: Float32Array | Float64Array,
    { target, mask }: Batch,
    classes: number,
  ): Promise<void> {
    const [first = 0, second = 1] = target.shape;
    this.#longest = Math.max(this.#longest, this.#batchFirst ? second : first);
    const ids = await numbersOf(target);
    // The targets are checked here, since ids on a GPU have been read only now.
    checkIdNumbers("target", ids, classes, this.#ignoreIndex);
    const counted = mask && await numbersOf(mask);
    losses.forEach((value, i) => {
      if (ids[i] === this.#ignoreIndex || counted?.[i] === 0) return;
      const step = this.#batchFirst ? i % second : Math.floor(i / second);
      this.#sums[step] = (this.#sums[step] ?? 0) + value;
      this.#counts[step] = (this.#counts[step] ?? 0) + 1;
    });
  }

  /** Returns the mean losses of all tokens and of each step. */
  result(): TokenLosses {
    const total = (values: readonly number[]) =>
      values.reduce((sum, value) => sum + (value ?? 0), 0);
    const tokens = total(this.#counts);
    if (tokens === 0) {
      const help = "Targets that are ignoreIndex or masked do not count";
      throw new InputError("the number of tokens that count", "1 or more", 0, help);
    }
    return {
      mean: total(this.#sums) / tokens,
      tokens,
      byStep: Array.from({ length: this.#longest }, (_, step) => {
        const count = this.#counts[step];
        return count ? (this.#sums[step] ?? 0) / count : null;
      }),
    };
  }
}

/** Checks that the shapes of a batch agree; returns its axes in their order. */
function checkAxes({ x, target, mask }: Batch, batchFirst: boolean) {
  const [first = null, second = null] = x.shape;
  const axes: Record<string, number | null> = batchFirst
    ? { batch: first, sequence: second }
    : { sequence: first, batch: second };
  assertShape("target", target.shape, axes);
  if (mask) assertShape("mask", mask.shape, axes);
  return axes;
}

/** Adds the losses of batches of arrays, whose logits the kernels compute. */
async function addByKernels(
  model: Model,
  network: NetworkSpec,
  batches: BatchList,
  { ignoreIndex, carryState = false, signal }: TokenLossOptions,
  sums: LossSums,
): Promise<void> {
  const pass = new ForwardPass(model, network, null);
  try {
    for (let i = 0; i < batches.length; i++) {
      const given = batches.at(i);
      if (!given) break;
      await letOthersRun(signal);
      const batch = checkedBatch(given, model);
      checkAxes(batch, false);
      checkFusedBatch(model, network, { kind: "crossEntropy", ignoreIndex }, batch);
      pass.run(batch, carryState && i > 0);
      const logits = await pass.output();
      const ids = await numbersOf(batch.target);
      const losses = rowSurprisals(logits, ids, ignoreIndex);
      await sums.add(losses, batch, logits.length / ids.length);
    }
  } finally {
    pass.dispose();
  }
}

/** -ln p of each target, given its logits [target, class]; 0 for targets that are ignored. */
function rowSurprisals(
  logits: Float32Array,
  ids: ArrayLike<number>,
  ignoreIndex: number,
): Float64Array {
  const classes = logits.length / ids.length;
  return Float64Array.from(ids, (id, i) => {
    if (id === ignoreIndex) return 0;
    const row = logits.subarray(i * classes, (i + 1) * classes);
    const largest = row.reduce((most, logit) => Math.max(most, logit), -Infinity);
    const sum = row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    return largest + Math.log(sum) - (row[id] ?? NaN);
  });
}

/** Adds the losses of batches by the ops of TensorFlow.js. */
async function addByTensors(
  model: Model,
  batches: BatchList,
  { ignoreIndex, carryState = false, signal }: TokenLossOptions,
  sums: LossSums,
): Promise<void> {
  const { batchFirst = false } = model;
  let state: TensorContainer | undefined;
  let unread: Unread[] = [];
  const buffer = new BatchBuffer();
  const read = async (): Promise<void> => {
    for (const [values, { batch, classes }] of await readAll(unread)) {
      await sums.add(values, batch, classes);
    }
    buffer.release();
    unread = [];
  };
  try {
    for (let i = 0; i < batches.length; i++) {
      const given = batches.at(i);
      if (!given) break;
      await letOthersRun(signal);
      const batch = checkedBatch(given, model);
      const axes = checkAxes(batch, batchFirst);
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
        batch: buffer.add(batch),
        losses: found.losses,
        classes: found.classes,
      });
      if (unread.length === UNREAD) await read();
    }
    await read();
  } finally {
    if (state !== undefined) tf.dispose(state);
    for (const { losses } of unread) losses.dispose();
    buffer.release();
  }
}

/** -ln p of each target [sequence, batch], arbitrary for targets that are ignored. */
function surprisals(output: Tensor, target: Tensor, ignoreIndex: number): Tensor {
  const classes = output.shape.at(-1) ?? 0;
  // An ignored target may be outside the classes.
  const known = tf.where(
    target.notEqual(ignoreIndex),
    target.toFloat(),
    tf.zerosLike(target.toFloat()),
  );
  const picked = output.mul(tf.oneHot(known.toInt(), classes)).sum(-1);
  return output.logSumExp(-1).sub(picked);
}

/** Reads and frees the losses of several batches at once, since each read waits for the device. */
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
