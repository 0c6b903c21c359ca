import { currentBackend } from "../../core/current_backend.ts";
import { InputError } from "../../core/errors.ts";
import { sizeOf } from "../../core/shapes.ts";
import { currentExecutor } from "../../kernels/executors.ts";
import { HYPER } from "../../kernels/instructions.ts";
import type { NamedShape } from "../../kernels/network.ts";
import type { Region, Session } from "../../kernels/program.ts";
import { RING, type TrainingProgram, type UpdateLayout } from "../../kernels/training_program.ts";
import {
  assignValues,
  copyValues,
  type Target,
  type Values,
  writeValues,
} from "../../kernels/values.ts";
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
 * The arena borrows the parameters from their stores until one of them is used.
 */
export class TrainingArena implements Borrower {
  /** The number of steps that were done. */
  steps = 0;
  /**
   * The number of calls of {@link TrainingArena.resume}, each of which sets the number of steps
   * anew.
   */
  resumes = 0;
  /** The shapes of the parameters in order, without the replica axis. */
  readonly shapes: readonly NamedShape[];
  readonly #replicas: number;
  readonly #backend = currentBackend();
  #key = "";
  #open: OpenArena<UpdateLayout> | null = null;
  #stores: readonly ParameterStore[] = [];
  #borrowed: readonly Target[] = [];
  #current = false;
  #resumed: Moments | null = null;

  /**
   * Creates an arena without memory; {@link TrainingArena.open} allocates it.
   *
   * @param shapes The shapes of the parameters in order, without the replica axis.
   * @param replicas The number of replicas.
   */
  constructor(shapes: readonly NamedShape[], replicas: number) {
    this.shapes = shapes;
    this.#replicas = replicas;
  }

  /** The parameters whose current values are in the arena; `null` if no parameters are borrowed. */
  get borrowed(): readonly Target[] | null {
    return this.#current ? this.#borrowed : null;
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
   * Throws unless the current backend is the one on which training began.
   *
   * @throws {InputError} If the backend has changed.
   */
  checkBackend(): void {
    if (currentBackend() === this.#backend) return;
    throw new InputError("backend", `${this.#backend}, where training began`, currentBackend());
  }

  /**
   * Copies the parameters into the arena, unless they are already there.
   *
   * @param stores The stores of the parameters, in their order.
   */
  borrow(stores: readonly ParameterStore[]): void {
    if (this.#current) return;
    this.#stores = stores;
    this.#borrowed = stores.flatMap((store) => Object.values<Target>(store.contents));
    this.writeParameters(this.#borrowed);
    for (const store of stores) store.lend(this);
    this.#current = true;
  }

  #returnParameters(): void {
    if (this.#current) { for (const store of this.#stores) store.takeBack(); }
  }

  /**
   * Writes the regions of the parameters, or of their gradients.
   *
   * @param values The values, in the order of the parameters.
   * @param to The regions to write; by default `"parameters"`.
   */
  writeParameters(
    values: readonly Values[],
    to: "parameters" | "gradients" = "parameters",
  ): void {
    this.#each(to, (region, i, session) => {
      const one = values[i];
      if (one) writeValues(session, region, one);
    });
  }

  /**
   * Assigns the values of the parameters to variables or arrays.
   *
   * @param targets The variables or arrays, in the order of the parameters; `undefined` skips one.
   */
  readParameters(targets: readonly (Target | undefined)[]): void {
    this.#each("parameters", (region, i, session) => {
      const target = targets[i];
      if (target) assignValues(session, region, target);
    });
  }

  /** Writes the values of borrowed parameters into their stores. */
  writeBack(): void {
    // When the loan of one store ends, all loans end; the other stores then have nothing to write
    // back.
    if (!this.#current) return;
    this.checkBackend();
    this.readParameters(this.#borrowed);
  }

  /** Marks the parameters as outdated: the next step copies them again. */
  endLoan(): void {
    this.#current = false;
  }

  /**
   * Writes the hyperparameters of the next steps.
   *
   * @param first The number of steps before the first of them.
   * @param rows The hyperparameters [replica, step, column], in row-major order.
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
   * @param first The number of steps before the first of them.
   * @param count The number of steps to read.
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
   * @param steps The number of steps that were done.
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

  /**
   * Fills a region of a new arena from the old arena or, if there is none, with resumed moments or
   * 0.
   */
  #copy(part: "m" | "v" | "losses" | "norms", session: Session, region: Region): void {
    const before = this.#open;
    if (!before) {
      const resumed = part === "m" || part === "v" ? this.#resumed?.[part] : undefined;
      session.write(region, resumed ?? this.#zeros(region));
      return;
    }
    const shape = [this.#replicas, region.size];
    copyValues(before.session, before.layout[part], session, region, shape);
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
