import type * as tf from "@tensorflow/tfjs";
import type { Program, Region } from "./program.ts";

/** What runs programs: one for each backend. */
export interface Executor {
  /**
   * Makes an arena for `replicas` networks, not cleared, and readies the program for it.
   *
   * @throws {InputError} Where the arena is larger than the backend can hold, with its limit.
   */
  start(program: Program, replicas: number): Session;
}

/** A program with its arena. */
export interface Session {
  /** Writes a region of every replica: values [replicas, region.size]. */
  write(region: Region, values: Float32Array): void;
  /** Writes a region of every replica from a tensor of as many numbers, on the device. */
  writeTensor(region: Region, tensor: tf.TensorInfo): void;
  /** Reads a region of every replica: [replicas, region.size]. */
  read(region: Region): Promise<Float32Array>;
  /** A new tensor, the caller's, of a region of every replica, on the device; not on any tape. */
  readTensor(region: Region, shape: readonly number[]): tf.TensorInfo;
  /**
   * Runs a routine `steps` times (1) in each replica. The step within the run, from 0, moves the
   * places of `load` and `store`; `first` (0) plus that step moves those of losses, norms and
   * hyperparameters.
   */
  run(routine: string, steps?: number, first?: number): void;
  /** Frees the arena. */
  dispose(): void;
}
