import type { Tensor, Variable } from "@tensorflow/tfjs";
import { InputError } from "../../core/errors.ts";
import { sizeOf } from "../../core/shapes.ts";
import { tf } from "../../core/tfjs.ts";
import { currentExecutor } from "../../kernels/executors.ts";
import { HYPER } from "../../kernels/instructions.ts";
import type { NamedShape } from "../../kernels/network.ts";
import type { Region, Session } from "../../kernels/program.ts";
import { RING, type TrainingProgram, type UpdateLayout } from "../../kernels/training_program.ts";
import type { Borrower, ParameterStore } from "../../model/parameters/parameter_store.ts";

/** A training program that is loaded into an arena. */
export interface OpenArena<P extends UpdateLayout> {
  /** Runs the program. */
  readonly session: Session;
  /** The regions of the arena. */
  readonly layout: P;
}

/** Adam's moments of every parameter, each [replica, parameter] in row-major order. */
export interface Moments {
  /** The running mean of the gradients. */
  readonly m: Float32Array;
  /** The running mean of the squared gradients. */
  readonly v: Float32Array;
}

/**
 * The memory in which the kernels train a model: its parameters, their gradients and Adam's
 * moments.
 *
 * An arena has the layout of one program. A batch of another shape needs another program: the arena
 * is then allocated anew, and moments, losses and norms are copied from the old one.
 *
 * The arena borrows the parameters from their stores until a variable is used.
 */
export class TrainingArena implements Borrower {
  /** How many steps were done. */
  steps = 0;
  /** How often {@link TrainingArena.resume} was called; step numbers restart at each call. */
  resumes = 0;
  /** The shapes of the parameters in order, without the replica axis. */
  readonly shapes: readonly NamedShape[];
  readonly #replicas: number;
  readonly #backend = tf.getBackend();
  #key = "";
  #open: OpenArena<UpdateLayout> | null = null;
  #stores: readonly ParameterStore[] = [];
  #variables: readonly Variable[] = [];
  #current = false;
  #resumed: Moments | null = null;

  /**
   * Creates an arena without memory; {@link TrainingArena.open} allocates it.
   *
   * @param shapes The shapes of the parameters in order, without the replica axis.
   * @param replicas How many replicas are trained.
   */
  constructor(shapes: readonly NamedShape[], replicas: number) {
    this.shapes = shapes;
    this.#replicas = replicas;
  }

  /** The variables whose current values are in the arena; `null` if it has not borrowed any. */
  get borrowed(): readonly Variable[] | null {
    return this.#current ? this.#variables : null;
  }

  /** The key of the last {@link TrainingArena.open}; empty before the first. */
  get key(): string {
    return this.#key;
  }

  /**
   * Allocates the arena of a program, and copies moments, losses and norms into it.
   *
   * @param key Identifies the program; compare it with {@link TrainingArena.key} before opening.
   * @param made The program and its layout.
   * @returns The open arena.
   * @throws {InputError} If there is not enough memory. The old arena stays open.
   */
  open<P extends UpdateLayout>(key: string, made: TrainingProgram<P>): OpenArena<P> {
    const { program, layout } = made;
    this.checkBackend();
    const session = currentExecutor().start(program, this.#replicas);
    try {
      this.#returnParameters();
      for (const part of ["m", "v", "losses", "norms"] as const) {
        this.#copy(part, session, layout[part]);
      }
    } catch (error) {
      session.dispose();
      throw error;
    }
    this.#open?.session.dispose();
    this.#key = key;
    this.#open = { session, layout };
    return { session, layout };
  }

  /**
   * Checks that the backend of tfjs is the one on which training began.
   *
   * @throws {InputError} If it is another one.
   */
  checkBackend(): void {
    if (tf.getBackend() === this.#backend) return;
    throw new InputError("backend", `${this.#backend}, where training began`, tf.getBackend());
  }

  /**
   * Copies the parameters into the arena, unless they are already there.
   *
   * @param stores The stores of the parameters, in their order.
   */
  borrow(stores: readonly ParameterStore[]): void {
    if (this.#current) return;
    this.#stores = stores;
    this.#variables = stores.flatMap((store) => Object.values(store.variables));
    this.writeParameters(this.#variables);
    for (const store of stores) store.lend(this);
    this.#current = true;
  }

  #returnParameters(): void {
    if (this.#current) { for (const store of this.#stores) store.takeBack(); }
  }

  /**
   * Writes tensors into the regions of the parameters, or of their gradients.
   *
   * @param tensors The values, in the order of the parameters.
   * @param to Which regions are written; by default `"parameters"`.
   */
  writeParameters(
    tensors: readonly Tensor[],
    to: "parameters" | "gradients" = "parameters",
  ): void {
    this.#each(to, (region, i, session) => {
      const tensor = tensors[i];
      if (tensor) session.writeTensor(region, tensor);
    });
  }

  /**
   * Assigns the values of the parameters to variables.
   *
   * @param variables The variables, in the order of the parameters; `undefined` skips one.
   */
  readParameters(variables: readonly (Variable | undefined)[]): void {
    this.#each("parameters", (region, i, session) => {
      const variable = variables[i];
      if (variable === undefined) return;
      const tensor = readRegion(session, region, variable.shape);
      variable.assign(tensor);
      tensor.dispose();
    });
  }

  /** Writes the values of borrowed parameters into their variables. */
  writeBack(): void {
    // The loan of one store ends those of all others, which then have nothing to write back.
    if (!this.#current) return;
    this.checkBackend();
    this.readParameters(this.#variables);
  }

  /** Marks the parameters as outdated: the next step copies them again. */
  endLoan(): void {
    this.#current = false;
  }

  /**
   * Writes the hyperparameters of coming steps.
   *
   * @param first How many steps come before the first of them.
   * @param rows Rows of hyperparameters [replica, step, column], in row-major order.
   */
  writeHyper(first: number, rows: Float32Array): void {
    if (!this.#open) return;
    const { session, layout } = this.#open;
    const offset = layout.hyper.offset + (first % RING) * HYPER.length;
    session.write({ offset, size: rows.length / this.#replicas }, rows);
  }

  /**
   * Reads losses, or norms of the gradient, of steps that were done.
   *
   * @param what Which values are read.
   * @param first How many steps came before the first of them.
   * @param count How many steps are read.
   * @returns The values by step and replica.
   * @throws {InputError} If more than 1024 steps were done since the first of them, or if the arena
   *   is not allocated.
   */
  async read(what: "losses" | "norms", first: number, count: number): Promise<Float32Array[]> {
    if (!this.#open) {
      throw new InputError(what, "read before the optimizer is disposed of", "read after it");
    }
    if (this.steps - first > RING) {
      throw new InputError(what, `read within ${RING} steps`, this.steps - first);
    }
    const { session, layout } = this.#open;
    const values = await session.read(layout[what]);
    return Array.from({ length: count }, (_, step) => {
      const row = (first + step) % RING;
      return Float32Array.from(
        { length: this.#replicas },
        (_, r) => values[r * RING + row] ?? NaN,
      );
    });
  }

  /** Reads Adam's moments; `null` before the first step. */
  async moments(): Promise<Moments | null> {
    if (!this.#open || this.steps === 0) return this.#resumed;
    const { session, layout } = this.#open;
    return { m: await session.read(layout.m), v: await session.read(layout.v) };
  }

  /**
   * Sets the number of steps and the moments to those of an earlier training.
   *
   * @param steps How many steps were done.
   * @param moments The moments; `null` stands for 0.
   */
  resume(steps: number, moments: Moments | null): void {
    this.steps = steps;
    this.resumes += 1;
    this.#resumed = moments;
    if (!this.#open) return;
    const { session, layout } = this.#open;
    for (const part of ["m", "v"] as const) {
      const region = layout[part];
      session.write(region, moments?.[part] ?? this.#zeros(region));
    }
  }

  /** Returns the parameters to their stores and frees the memory. */
  dispose(): void {
    this.#returnParameters();
    this.#open?.session.dispose();
    this.#open = null;
  }

  /** Fills a region of a new arena from the old one; without one, with resumed moments or 0. */
  #copy(part: "m" | "v" | "losses" | "norms", session: Session, region: Region): void {
    const before = this.#open;
    if (!before) {
      const resumed = part === "m" || part === "v" ? this.#resumed?.[part] : undefined;
      session.write(region, resumed ?? this.#zeros(region));
      return;
    }
    const shape = [this.#replicas, region.size];
    const tensor = readRegion(before.session, before.layout[part], shape);
    session.writeTensor(region, tensor);
    tensor.dispose();
  }

  #zeros({ size }: Region): Float32Array {
    return new Float32Array(size * this.#replicas);
  }

  /** Calls a function for the region of each parameter, or of each gradient. */
  #each(
    which: "parameters" | "gradients",
    visit: (region: Region, index: number, session: Session) => void,
  ): void {
    if (!this.#open) return;
    let { offset } = this.#open.layout[which];
    for (const [i, { shape }] of this.shapes.entries()) {
      const size = sizeOf(shape);
      visit({ offset, size }, i, this.#open.session);
      offset += size;
    }
  }
}

/**
 * Reads a region of an arena as a tensor of tfjs.
 *
 * @param session The session of the arena.
 * @param region What is read.
 * @param shape The shape of the tensor, with the replica axis.
 * @returns The tensor, which the caller disposes of.
 */
export function readRegion(
  session: Session,
  region: Region,
  shape: readonly number[],
): Tensor {
  return tf.engine().makeTensorFromTensorInfo(session.readTensor(region, [...shape]));
}
