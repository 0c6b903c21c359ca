import { InputError } from "../../core/errors.ts";
import type { NDArray } from "../../core/nd_array.ts";
import { sizeOf } from "../../core/shapes.ts";
import { isTensor } from "../../core/tfjs.ts";
import { type EvaluationProgram, evaluationProgram } from "../../kernels/evaluation_program.ts";
import { currentExecutor } from "../../kernels/executors.ts";
import { type NetworkLoss, networkShapes, type NetworkSpec } from "../../kernels/network.ts";
import type { Session } from "../../kernels/program.ts";
import { readValues, type Values, writeValues } from "../../kernels/values.ts";
import type { Model } from "../../model/model.ts";
import type { BatchInput, TensorOrArray } from "./batch.ts";
import { batchSizes, countedTarget } from "./fused_step.ts";

/** Sequences, with a target if the pass has a loss. */
type Given = BatchInput & { readonly target?: TensorOrArray };

/** The program for batches of one size, in an arena. */
interface OpenPass {
  /** Runs the program. */
  readonly session: Session;
  /** The program and the regions of the arena. */
  readonly made: EvaluationProgram;
  /** The sizes that the program is for. */
  readonly key: string;
  /** The number of sequences of a batch. */
  readonly batch: number;
}

/**
 * Runs the forward pass of a network and its loss by the kernels, without dropout and without
 * TensorFlow.js.
 *
 * The pass copies the parameters when it is opened for batches of a size, so it is for one
 * evaluation, during which the model does not change.
 */
export class ForwardPass {
  readonly #model: Model;
  readonly #network: NetworkSpec;
  readonly #loss: NetworkLoss | null;
  readonly #replicas: number;
  #opened: OpenPass | null = null;

  /**
   * Creates a pass; memory is allocated at the first run.
   *
   * @param model A model with stores.
   * @param network The network of the model.
   * @param loss The loss; `null` if only outputs are read.
   */
  constructor(model: Model, network: NetworkSpec, loss: NetworkLoss | null) {
    this.#model = model;
    this.#network = network;
    this.#loss = loss;
    this.#replicas = model.replicas ?? 1;
  }

  /**
   * Runs the network on a batch.
   *
   * @param batch The batch, which `checkFusedBatch` accepts, with arrays only.
   * @param carryState Whether the network starts from the final states of the previous batch; by
   * default it starts from 0.
   * @throws {InputError} If states are carried and the batch axis changes its size, or if there is
   *   not enough memory.
   */
  run(batch: Given, carryState = false): void {
    const { session, made } = this.#openFor(batch, carryState);
    const { x, target, mask } = batch;
    session.write(made.x, floatsOf(x));
    if (mask) session.write(made.mask, floatsOf(mask));
    if (this.#loss && target) {
      const counted = countedTarget(this.#network, this.#loss, target, mask);
      session.write(made.target, floatsOf(counted));
    }
    session.run(carryState ? "continue" : "fresh");
  }

  /**
   * Reads the loss of the last batch.
   *
   * @returns The loss of each replica.
   */
  async losses(): Promise<Float32Array> {
    const { session, made } = this.#inUse();
    return await session.read(made.loss);
  }

  /**
   * Reads the output of the network for the last batch. There must be no loss, which may replace
   * the output.
   *
   * @returns The output [replica, row, width], flat.
   */
  async output(): Promise<Float32Array> {
    const { session, made } = this.#inUse();
    return await session.read(made.output);
  }

  /**
   * Reads the weights of the steps of the last batch.
   *
   * @returns The weights [replica, step, sequence], flat, 0 for padding; `null` if the network does
   *   not weigh steps.
   */
  async weights(): Promise<Float32Array | null> {
    const { session, made } = this.#inUse();
    return made.weights && await session.read(made.weights);
  }

  /** Frees the memory. */
  dispose(): void {
    this.#opened?.session.dispose();
    this.#opened = null;
  }

  #openFor(batch: Given, carryState: boolean): OpenPass {
    const size = batchSizes(this.#model, batch);
    const key = JSON.stringify(size);
    const before = this.#opened;
    if (carryState && before && before.batch !== size.batch) {
      throw new InputError("the batch axis", `${before.batch}, as the carried states`, size.batch);
    }
    if (before?.key === key) return before;
    // The parameters are read before the session starts, since this read throws for a disposed
    // model.
    const parameters = (this.#model.stores ?? [])
      .flatMap((store) => Object.values<Values>(store.contents));
    const made = evaluationProgram(this.#network, this.#loss, size);
    const session = currentExecutor().start(made.program, this.#replicas);
    let { offset } = made.parameters;
    networkShapes(this.#network).forEach(({ shape }, i) => {
      const count = sizeOf(shape);
      const values = parameters[i];
      if (values) writeValues(session, { offset, size: count }, values);
      offset += count;
    });
    made.initialStates.forEach((region, i) => {
      const last = before?.made.initialStates[i];
      if (!carryState || !last || !before) return;
      writeValues(session, region, readValues(before.session, last, [last.size]));
    });
    before?.session.dispose();
    this.#opened = { session, made, key, batch: size.batch };
    return this.#opened;
  }

  #inUse(): OpenPass {
    if (this.#opened) return this.#opened;
    throw new Error("no batch was run");
  }
}

/** The numbers of an array as float32. */
function floatsOf(values: TensorOrArray): Float32Array {
  const { data }: NDArray<Float32Array | Int32Array> = isTensor(values) ? noTensor() : values;
  return data instanceof Float32Array ? data : Float32Array.from(data);
}

function noTensor(): never {
  throw new Error("a forward pass takes arrays");
}
