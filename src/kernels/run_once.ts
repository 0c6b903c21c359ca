import * as tf from "@tensorflow/tfjs";
import { sizeOf } from "../core/shapes.ts";
import type { Session } from "./executor.ts";
import { currentExecutor } from "./executors.ts";
import type { Command } from "./instructions.ts";
import type { Layout, Region } from "./program.ts";

/** What goes through the arena of a program that runs once. */
export interface OneRun {
  /** The arena's layout. */
  readonly layout: Layout;
  /** The networks side by side. */
  readonly replicas: number;
  /** What is written before. */
  readonly inputs: readonly (readonly [Region, tf.TensorInfo])[];
  /** What is done. */
  readonly commands: readonly Command[];
  /** What is read after. */
  readonly outputs: readonly Output[];
}

/** A region of every replica, and the shape of the tensor that it becomes. */
export type Output = readonly [Region, readonly number[]];

/** Runs commands in an arena of their own, from tensors to new tensors, on the current backend. */
export function runOnce({ layout, replicas, inputs, commands, outputs }: OneRun): tf.TensorInfo[] {
  const session = currentExecutor().start(
    { size: layout.size, routines: { run: commands } },
    replicas,
  );
  try {
    for (const [region, tensor] of inputs) session.writeTensor(region, tensor);
    session.run("run");
    return readTensors(session, outputs);
  } finally {
    session.dispose();
  }
}

/** New tensors of several regions; if one cannot be made, none is left. */
export function readTensors(session: Session, outputs: readonly Output[]): tf.TensorInfo[] {
  const found: tf.TensorInfo[] = [];
  try {
    for (const [region, shape] of outputs) found.push(session.readTensor(region, shape));
    return found;
  } catch (error) {
    for (const { dataId } of found) tf.backend().disposeData(dataId);
    throw error;
  }
}

/**
 * Whether a gradient may be wanted of what is computed now: outside a tape, what a backward pass
 * needs is not worth its memory.
 */
export function isTaped(): boolean {
  return tf.engine().state.gradientDepth > 0;
}

/** How many numbers a shape has, without its leading replica axis. */
export function perReplica(shape: readonly number[]): number {
  return sizeOf(shape.slice(1));
}
