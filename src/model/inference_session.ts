import { helpFor } from "../core/arguments.ts";
import { checkNumbers } from "../core/arrays.ts";
import { checkBinary } from "../core/check_tensor.ts";
import { InputError } from "../core/errors.ts";
import { checkIds } from "../core/ids.ts";
import { checkOptions, type OptionNames } from "../core/options.ts";
import { positiveInteger, sizeOf } from "../core/shapes.ts";
import type { Region, Session } from "../kernels/program.ts";
import { currentExecutor } from "../kernels/executors.ts";
import { networkShapes } from "../kernels/network.ts";
import { inferenceProgram, type InferenceState } from "../kernels/inference_program.ts";
import { checkModel, type Model } from "./model.ts";

/** What a {@link InferenceSession} is made from. */
export interface InferenceSessionOptions {
  /** Sequences side by side; by default 1. */
  readonly batch?: number;
}

const names: OptionNames<InferenceSessionOptions> = { batch: true };

/** A layer's states between two steps of a stream. */
export interface InferenceLayerState {
  /** The hidden state [replica, batch, hidden], flat. */
  readonly h: Float32Array;
  /** An LSTM's cell state, likewise; else `null`. */
  readonly c: Float32Array | null;
}

const stateNames: OptionNames<InferenceLayerState> = { h: true, c: true };

/**
 * Runs a model one step at a time and goes on from its states, as for generating a text token by
 * token: each step is one call into the kernels.
 *
 * It takes the model's parameters as they are when it is made; dropout does not act.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { InferenceSession, Linear, LSTM, Random, selectBackend, SequenceModel } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = new SequenceModel({
 *   recurrent: new LSTM({ inputSize: 2, hiddenSize: 8, random: random.fork("lstm") }),
 *   head: new Linear({ inFeatures: 8, outFeatures: 3, random: random.fork("head") }),
 * });
 * const stream = new InferenceSession(model);
 * stream.feed([1, 1, 0, 0]); // two steps whose outputs nobody wants
 * const first = await stream.next([1, 0]);
 * const second = await stream.next([0, 1]);
 * assertEquals([first.length, second.length], [3, 3]);
 * stream.dispose();
 * model.dispose();
 * ```
 */
export class InferenceSession {
  /** Sequences side by side. */
  readonly batch: number;
  readonly #session: Session;
  readonly #program: ReturnType<typeof inferenceProgram>;
  readonly #replicas: number;
  readonly #ids: number | null;
  /** What is written at each step, so that a step makes no new array. */
  readonly #input: Float32Array;
  #disposed = false;

  /**
   * Copies the model's parameters.
   *
   * @param model What is run.
   * @param options How many sequences there are.
   * @throws {InputError} On a model whose composition the kernels do not know, and on an unknown
   * option.
   */
  constructor(model: Model, options: InferenceSessionOptions = {}) {
    checkModel(model);
    checkOptions("InferenceSession", options, names);
    const { batch = 1 } = options;
    const { network, stores } = model;
    if (!network || !stores) {
      const wanted = "a SequenceModel of fused layers with the sequence axis first";
      const found = model.batchFirst ? "one with the batch axis first" : model;
      throw new InputError("model", wanted, found);
    }
    if (network.stack.bidirectional) {
      throw new InputError("bidirectional", "false: a stream knows no future", true);
    }
    this.batch = positiveInteger("batch", batch);
    this.#replicas = model.replicas ?? 1;
    this.#ids = network.embedding?.vocabulary ?? null;
    this.#program = inferenceProgram(network, batch);
    this.#input = new Float32Array(this.#program.input.size * this.#replicas);
    // Before the arena is made, since a model that was disposed of has none.
    const variables = stores.flatMap((store) => Object.values(store.variables));
    this.#session = currentExecutor().start(this.#program.program, this.#replicas);
    let { offset } = this.#program.parameters;
    networkShapes(network).forEach(({ shape }, i) => {
      const size = sizeOf(shape);
      const variable = variables[i];
      if (variable) this.#session.writeTensor({ offset, size }, variable);
      offset += size;
    });
    this.reset();
  }

  /** Sets the states to 0. */
  reset(): void {
    this.#open();
    this.#session.run("reset");
  }

  /**
   * Takes a step.
   *
   * @param x The inputs [replica, batch, input], or ids [replica, batch], flat; replica is 1 where
   *   the model has no such axis.
   * @returns The outputs [replica, batch, output], flat.
   * @throws {InputError} On what is not numbers, on too few or too many, and on ids that the model does not have.
   */
  async next(x: ArrayLike<number>): Promise<Float32Array> {
    this.#open();
    checkNumbers("x", x);
    if (x.length !== this.#input.length) {
      throw new InputError("x", `${this.#input.length} numbers`, x.length);
    }
    if (this.#ids !== null) checkIds("x", x, this.#ids);
    this.#input.set(x);
    this.#session.write(this.#program.input, this.#input);
    this.#session.run("next");
    return await this.#session.read(this.#program.output);
  }

  /**
   * Takes steps whose outputs nobody wants, as of a prompt; nothing waits for the device.
   *
   * @param x The inputs [replica, sequence, batch, input], or ids [replica, sequence, batch], flat.
   * @param mask [replica, sequence, batch], flat: where it is 0, a row waits with its state as it
   *   is; what stands in `x` there must be a valid input all the same. By default all steps count.
   * @throws {InputError} On what is not numbers, on numbers that are not whole steps, on ids that the model does not have,
   *   and on a mask of another size.
   */
  feed(x: ArrayLike<number>, mask?: ArrayLike<number>): void {
    this.#open();
    checkNumbers("x", x);
    if (mask !== undefined) checkNumbers("mask", mask);
    const { input, queue } = this.#program;
    const steps = x.length / this.#input.length;
    if (!Number.isInteger(steps)) {
      throw new InputError("x", `a multiple of ${this.#input.length} numbers`, x.length);
    }
    const rows = steps * this.batch * this.#replicas;
    if (mask && mask.length !== rows) throw new InputError("mask", `${rows} numbers`, mask.length);
    if (mask) checkBinary("mask", mask);
    if (this.#ids !== null) checkIds("x", x, this.#ids);
    const inputs = Float32Array.from(x);
    const counts = mask ? Float32Array.from(mask) : new Float32Array(rows).fill(1);
    for (let first = 0; first < steps; first += queue.capacity) {
      const taken = Math.min(queue.capacity, steps - first);
      this.#enqueue(queue.inputs, inputs, input.size, first, taken);
      this.#enqueue(queue.mask, counts, this.batch, first, taken);
      this.#session.run("feed", taken);
    }
  }

  /**
   * Rearranges the batch: row b goes on from where row `rows[b]` is. A row may be taken more than
   * once, as a beam search does.
   *
   * @param rows A row for each, the same ones in each replica.
   * @throws {InputError} On another number of rows, and on one that there is not.
   */
  select(rows: ArrayLike<number>): void {
    this.#open();
    checkNumbers("rows", rows);
    if (rows.length !== this.batch) throw new InputError("rows", `${this.batch} rows`, rows.length);
    checkIds("rows", rows, this.batch);
    const values = new Float32Array(this.batch * this.#replicas);
    for (let r = 0; r < this.#replicas; r++) values.set(rows, r * this.batch);
    this.#session.write(this.#program.rows, values);
    this.#session.run("select");
  }

  /** The states that the next step starts from, by layer. */
  async states(): Promise<InferenceLayerState[]> {
    this.#open();
    return await readStates(this.#session, this.#program.states);
  }

  /**
   * Sets the states that the next step starts from.
   *
   * @param states As {@link InferenceSession.states} gives them.
   * @throws {InputError} On another number of layers, sizes that do not fit, and a cell state too
   *   few or too many; nothing changes then.
   */
  setStates(states: readonly InferenceLayerState[]): void {
    this.#open();
    writeStates(this.#session, this.#program.states, this.#replicas, states);
  }

  /** Frees what it holds; the model stays. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#session.dispose();
  }

  /** Calls {@link InferenceSession.dispose} at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Writes some steps of every replica to the front of a queue. */
  #enqueue(to: Region, all: Float32Array, width: number, first: number, taken: number): void {
    const [size, whole] = [taken * width, all.length / this.#replicas];
    const values = new Float32Array(size * this.#replicas);
    for (let r = 0; r < this.#replicas; r++) {
      const from = r * whole + first * width;
      values.set(all.subarray(from, from + size), r * size);
    }
    this.#session.write({ offset: to.offset, size }, values);
  }

  #open(): void {
    if (this.#disposed) throw new InputError("the stream", "open", "one that was disposed of");
  }
}

/** Reads the states from their places, by layer. */
export async function readStates(
  session: Session,
  places: readonly InferenceState[],
): Promise<InferenceLayerState[]> {
  return await Promise.all(places.map(async ({ h, c }) => {
    const [hidden, cell] = await Promise.all([session.read(h), c && session.read(c)]);
    return { h: hidden, c: cell };
  }));
}

/**
 * Writes the states to their places.
 *
 * @throws {InputError} On another number of layers, sizes that do not fit, and a cell state too few
 *   or too many; nothing is written then.
 */
export function writeStates(
  session: Session,
  places: readonly InferenceState[],
  replicas: number,
  states: readonly InferenceLayerState[],
): void {
  if (!Array.isArray(states)) {
    throw new InputError("states", "an array of { h, c } by layer", states, helpFor(states));
  }
  if (states.length !== places.length) {
    throw new InputError("states", `of ${places.length} layers`, states.length);
  }
  states.forEach((state, layer) => checkOptions(`states[${layer}]`, state, stateNames, "field"));
  const parts = places.flatMap((place, layer) =>
    (["h", "c"] as const).map((part) => {
      const [region, values] = [place[part], states[layer]?.[part]];
      const [wanted, found] = [(region?.size ?? 0) * replicas, values?.length ?? 0];
      if (values && !(values instanceof Float32Array)) {
        throw new InputError(`states[${layer}].${part}`, "a Float32Array", values);
      }
      if (found !== wanted) {
        throw new InputError(`states[${layer}].${part}`, `${wanted} numbers`, found);
      }
      return { region, values };
    })
  );
  for (const { region, values } of parts) {
    if (region && values) session.write(region, values);
  }
}
