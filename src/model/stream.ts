import { InputError } from "../core/errors.ts";
import { positiveInteger } from "../core/shapes.ts";
import { currentExecutor } from "../kernels/executors.ts";
import type { Session } from "../kernels/executor.ts";
import { networkShapes, sizeOf } from "../kernels/network.ts";
import { streamProgram } from "../kernels/stream_program.ts";
import type { Model } from "./model.ts";

/** What a {@link Stream} is made from. */
export interface StreamOptions {
  /** Sequences side by side; by default 1. */
  readonly batch?: number;
}

/**
 * Runs a model one step at a time and goes on from its states, as for generating a text token by
 * token: each step is one call into the kernels.
 *
 * It takes the model's parameters as they are when it is made; dropout does not act.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Linear, LSTM, Random, selectBackend, SequenceModel, Stream } from "../../mod.ts";
 *
 * await selectBackend("cpu");
 * const random = new Random(1);
 * const model = new SequenceModel({
 *   recurrent: new LSTM({ inputSize: 2, hiddenSize: 8, random: random.fork("lstm") }),
 *   head: new Linear({ inFeatures: 8, outFeatures: 3, random: random.fork("head") }),
 * });
 * const stream = new Stream(model);
 * const first = await stream.next([1, 0]);
 * const second = await stream.next([0, 1]);
 * assertEquals([first.length, second.length], [3, 3]);
 * stream.dispose();
 * model.dispose();
 * ```
 */
export class Stream {
  readonly #session: Session;
  readonly #program: ReturnType<typeof streamProgram>;
  readonly #replicas: number;
  readonly #ids: number | null;
  #disposed = false;

  /**
   * Copies the model's parameters.
   *
   * @throws {InputError} On a model whose composition the kernels do not know.
   */
  constructor(model: Model, { batch = 1 }: StreamOptions = {}) {
    const { network, stores } = model;
    if (!network || !stores) {
      throw new InputError("model", "a composition that the kernels know", network);
    }
    if (network.stack.bidirectional) {
      throw new InputError("bidirectional", "false: a stream knows no future", true);
    }
    this.#replicas = model.replicas ?? 1;
    this.#ids = network.embedding?.vocabulary ?? null;
    this.#program = streamProgram(network, positiveInteger("batch", batch));
    this.#session = currentExecutor().start(this.#program.program, this.#replicas);
    let { offset } = this.#program.parameters;
    const variables = stores.flatMap((store) => Object.values(store.variables));
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
    this.#session.run("reset");
  }

  /**
   * Takes a step.
   *
   * @param x The inputs [replica, batch, input], or ids [replica, batch], flat; replica is 1 where
   *   the model has no such axis.
   * @returns The outputs [replica, batch, output], flat.
   * @throws {InputError} On too few or too many numbers, and on ids that the model does not have.
   */
  async next(x: ArrayLike<number>): Promise<Float32Array> {
    const { input, output } = this.#program;
    if (this.#disposed) throw new InputError("the stream", "open", "one that was disposed of");
    if (x.length !== input.size * this.#replicas) {
      throw new InputError("x", `${input.size * this.#replicas} numbers`, x.length);
    }
    const count = this.#ids;
    const values = Float32Array.from(x);
    if (count !== null) {
      const wrong = values.find((id) => !(Number.isInteger(id) && id >= 0 && id < count));
      if (wrong !== undefined) throw new InputError("x", `ids from 0 to ${count - 1}`, wrong);
    }
    this.#session.write(input, values);
    this.#session.run("next");
    return await this.#session.read(output);
  }

  /** Frees what it holds; the model stays. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#session.dispose();
  }
}
