import type { TensorInfo } from "@tensorflow/tfjs";
import type { Command } from "./instructions.ts";

/** A region of the arena. */
export interface Region {
  /** The offset of the first number. */
  readonly offset: number;
  /** The number of float32 numbers. */
  readonly size: number;
}

/**
 * The computation of a network: routines, each a list of commands over an arena of `size` numbers.
 *
 * A program is written for one network. For R replicas an executor allocates R arenas, one after
 * the other, and runs the program in each of them, so a replica computes exactly what it would
 * compute alone.
 */
export interface Program {
  /** The size of the arena of one replica, in numbers. */
  readonly size: number;
  /** Lists of commands by name. */
  readonly routines: Readonly<Record<string, readonly Command[]>>;
}

/** Runs programs; there is one executor for each backend. */
export interface Executor {
  /**
   * Allocates arenas for `replicas` networks and prepares the program. The arenas are not cleared.
   *
   * @throws {InputError} If the arenas are larger than the backend allows; the message has the
   *   limit.
   */
  start(program: Program, replicas: number): Session;
}

/** A program with its arenas. */
export interface Session {
  /** Writes a region of every replica: values [replicas, region.size]. */
  write(region: Region, values: Float32Array): void;
  /**
   * Writes a region of every replica from a tensor with as many numbers, on the device. It needs
   * TensorFlow.js.
   */
  writeTensor(region: Region, tensor: TensorInfo): void;
  /** Reads a region of every replica: [replicas, region.size]. */
  read(region: Region): Promise<Float32Array>;
  /**
   * Returns a region of each replica in the memory of the arena, valid until the next `start` or
   * `dispose` of any session; absent if the device cannot be read synchronously, as on WebGPU.
   */
  views?(region: Region): readonly (Float32Array | Float64Array)[];
  /**
   * Copies a region of every replica to a new tensor, on the device. The caller owns the tensor,
   * which is on no tape. It needs TensorFlow.js.
   */
  readTensor(region: Region, shape: readonly number[]): TensorInfo;
  /**
   * Runs a routine in each replica.
   *
   * @param routine The name of the routine.
   * @param steps The number of times that it runs. Default: 1. The index of the step, from 0, moves
   * the offsets of `load` and `store`.
   * @param first The row of the first step. Default: 0. `first` plus the step is the row of losses,
   *   norms and hyperparameters.
   */
  run(routine: string, steps?: number, first?: number): void;
  /** Frees the arenas. */
  dispose(): void;
}

/**
 * Lays out an arena, region after region. Each region starts at a multiple of four numbers, so that
 * vector instructions find it aligned.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Layout } from "./program.ts";
 *
 * const layout = new Layout();
 * layout.add(3);
 * assertEquals(layout.add(5), { offset: 4, size: 5 });
 * assertEquals(layout.size, 12);
 * ```
 */
export class Layout {
  #size = 0;

  /** The size of the arena so far, in numbers. */
  get size(): number {
    return this.#size;
  }

  /** Adds a region of `size` numbers. */
  add(size: number): Region {
    const region = { offset: this.#size, size };
    this.#size += Math.ceil(size / 4) * 4;
    return region;
  }
}
