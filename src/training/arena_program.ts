import type { Session } from "../kernels/executor.ts";
import type { Program } from "../kernels/program.ts";
import type { UpdatePlaces } from "../kernels/update_program.ts";

/** A program that updates parameters, with its places. */
export interface Made<P extends UpdatePlaces> {
  /** The program. */
  readonly program: Program;
  /** Where what lies. */
  readonly places: P;
}

/** Such a program in an arena. */
export interface Opened<P extends UpdatePlaces> {
  /** Runs it. */
  readonly session: Session;
  /** Where what lies. */
  readonly places: P;
}

/** What Adam remembers of every parameter [replica, parameter], flat. */
export interface Moments {
  /** The mean of the gradients. */
  readonly m: Float32Array;
  /** The mean of their squares. */
  readonly v: Float32Array;
}
