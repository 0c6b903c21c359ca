import type * as tf from "@tensorflow/tfjs";
import { sizeOf } from "../core/shapes.ts";
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
  /** What is read after, with its shape. */
  readonly outputs: readonly (readonly [Region, readonly number[]])[];
}

/** Runs commands in an arena of their own, from tensors to new tensors, on the current backend. */
export function runOnce({ layout, replicas, inputs, commands, outputs }: OneRun): tf.TensorInfo[] {
  const session = currentExecutor().start(
    { size: layout.size, routines: { run: commands } },
    replicas,
  );
  try {
    for (const [region, tensor] of inputs) session.writeTensor(region, tensor);
    session.run("run");
    return outputs.map(([region, shape]) => session.readTensor(region, shape));
  } finally {
    session.dispose();
  }
}

/** How many numbers a shape has, without its leading replica axis. */
export function perReplica(shape: readonly number[]): number {
  return sizeOf(shape.slice(1));
}
