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
import { type Values, writeValues } from "../kernels/values.ts";
import { checkModel, type Model } from "./model.ts";

/** Options for {@link InferenceSession}. */
export interface InferenceSessionOptions {
  /** The number of sequences side by side; 1 by default. */
  readonly batch?: number;
}

const names: OptionNames<InferenceSessionOptions> = { batch: true };

/** The states of one layer between two steps of an {@link InferenceSession}. */
export interface InferenceLayerState {
  /** The hidden state [replica, batch, hidden], flat. */
  readonly h: Float32Array;
  /** The cell state of an LSTM, of the same shape; `null` for other cells. */
  readonly c: Float32Array | null;
}

const stateNames: OptionNames<InferenceLayerState> = { h: true, c: true };

/**
 * Runs a model one step at a time, for example to generate a text token by token. Each step starts
 * from the states after the previous step and is one call into the kernels.
 *
 * The session copies the parameters when it is created, so later training has no effect on it.
 * Dropout is off.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { InferenceSession, LSTM, Random, selectBackend, SequenceModel } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = new SequenceModel({
 *   recurrent: new LSTM({ inputSize: 2, hiddenSize: 8, random: random.fork("lstm") }),
 *   head: { outFeatures: 3, random: random.fork("head") },
 * });
 * const session = new InferenceSession(model);
 * session.feed([1, 1, 0, 0]); // two steps without reading their outputs
 * const first = await session.next([1, 0]);
 * const second = await session.next([0, 1]);
 * assertEquals([first.length, second.length], [3, 3]);
 * session.dispose();
 * model.dispose();
 * ```
 */
export class InferenceSession {
  /** The number of sequences side by side. */
  readonly batch: number;
  readonly #session: Session;
  readonly #program: ReturnType<typeof inferenceProgram>;
  readonly #replicas: number;
  readonly #ids: number | null;
  /** The input of a step, which is reused so that a step allocates no array. */
  readonly #input: Float32Array;
  #disposed = false;

  /**
   * Copies the parameters of a model and sets the states to 0.
   *
   * @param model The model.
   * @param options The number of sequences.
   * @throws {InputError} If an option is unknown or of another type, or if the kernels cannot run
   * the model: if it is not a SequenceModel of fused layers in one direction with the sequence axis
   * first, or if its readout is `"mean"` or `"attention"`, which need all steps at once.
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
      throw new InputError("bidirectional", "false: later steps are not known", true);
    }
    this.batch = positiveInteger("batch", batch);
    this.#replicas = model.replicas ?? 1;
    this.#ids = network.embedding?.vocabulary ?? null;
    this.#program = inferenceProgram(network, batch);
    this.#input = new Float32Array(this.#program.input.size * this.#replicas);
    // The parameters are read before the session starts, since this read throws for a disposed
    // model.
    const parameters = stores.flatMap((store) => Object.values<Values>(store.contents));
    this.#session = currentExecutor().start(this.#program.program, this.#replicas);
    let { offset } = this.#program.parameters;
    networkShapes(network).forEach(({ shape }, i) => {
      const size = sizeOf(shape);
      const values = parameters[i];
      if (values) writeValues(this.#session, { offset, size }, values);
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
   * Runs one step.
   *
   * @param x The inputs [replica, batch, input], or ids [replica, batch], flat; the size of replica
   * is 1 if the model has no such axis.
   * @returns The outputs [replica, batch, output], flat.
   * @throws {InputError} If x is not numbers of that size, or if an id does not exist.
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
   * Runs steps without reading their outputs, such as those of a prompt, and without waiting for
   * the device.
   *
   * @param x The inputs [replica, sequence, batch, input], or ids [replica, sequence, batch], flat.
   * @param mask The mask [replica, sequence, batch], flat; all 1 by default. If it is 0 at a step
   * of a row, the row keeps its state; the input must be valid but has no effect.
   * @throws {InputError} If x is not numbers of whole steps, if an id does not exist, or if the
   * mask has another size or a number other than 0 and 1.
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
   * Reorders the batch: row b continues from the state of row `rows[b]`. A row may be selected more
   * than once, as in a beam search.
   *
   * @param rows A row for each row of the batch, the same in every replica.
   * @throws {InputError} If the number of rows differs, or if a row does not exist.
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

  /**
   * Reads the states from which the next step starts.
   *
   * @returns The states by layer.
   */
  async states(): Promise<InferenceLayerState[]> {
    this.#open();
    return await readStates(this.#session, this.#program.states);
  }

  /**
   * Sets the states from which the next step starts. If it throws, no state has changed.
   *
   * @param states The states by layer, as {@link InferenceSession.states} returns them.
   * @throws {InputError} If the number of layers or a size differs, if the cell state of an LSTM is
   * missing, or if another cell has one.
   */
  setStates(states: readonly InferenceLayerState[]): void {
    this.#open();
    writeStates(this.#session, this.#program.states, this.#replicas, states);
  }

  /** Frees the memory of the session. The model can still be used. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#session.dispose();
  }

  /** Calls {@link InferenceSession.dispose} at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Writes some steps of every replica to the start of a queue. */
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
    if (this.#disposed) throw new InputError("the session", "in use", "one that was disposed of");
  }
}

/** Reads the states of all layers. */
async function readStates(
  session: Session,
  layers: readonly InferenceState[],
): Promise<InferenceLayerState[]> {
  return await Promise.all(layers.map(async ({ h, c }) => {
    const [hidden, cell] = await Promise.all([session.read(h), c && session.read(c)]);
    return { h: hidden, c: cell };
  }));
}

/**
 * Writes the states of all layers.
 *
 * @throws {InputError} If the number of layers or a size differs; nothing is written then.
 */
function writeStates(
  session: Session,
  layers: readonly InferenceState[],
  replicas: number,
  states: readonly InferenceLayerState[],
): void {
  if (!Array.isArray(states)) {
    throw new InputError("states", "an array of { h, c } by layer", states, helpFor(states));
  }
  if (states.length !== layers.length) {
    throw new InputError("states", `of ${layers.length} layers`, states.length);
  }
  states.forEach((state, layer) => checkOptions(`states[${layer}]`, state, stateNames, "field"));
  const parts = layers.flatMap((regions, layer) =>
    (["h", "c"] as const).map((part) => {
      const [region, values] = [regions[part], states[layer]?.[part]];
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
