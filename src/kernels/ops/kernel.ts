/**
 * What the tfjs kernels of this folder share: registration on every backend, and a program that
 * runs once, from tensors to new tensors.
 *
 * @module
 */
import type { KernelConfig, TensorInfo } from "@tensorflow/tfjs";
import { sizeOf } from "../../core/shapes.ts";
import { tf } from "../../core/tfjs.ts";
import { currentExecutor, kernelBackends } from "../executors.ts";
import type { Command } from "../instructions.ts";
import type { Layout, Region, Session } from "../program.ts";

/** The function of a tfjs kernel. */
export type KernelFunction = KernelConfig["kernelFunc"];

/** Registers a tfjs kernel on every backend that has an executor. */
export function registerKernel(kernelName: string, kernelFunc: KernelFunction): void {
  for (const backendName of kernelBackends) {
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  }
}

/** A program that runs once. */
export interface OneRun {
  /** The layout of the arena. */
  readonly layout: Layout;
  /** The number of networks. */
  readonly replicas: number;
  /** The regions that are written before the run, each with the tensor that is copied to it. */
  readonly inputs: readonly (readonly [Region, TensorInfo])[];
  /** The commands. */
  readonly commands: readonly Command[];
  /** The regions that are read after the run. */
  readonly outputs: readonly Output[];
}

/** A region of every replica, and the shape of the tensor that it is copied to. */
export type Output = readonly [Region, readonly number[]];

/** Runs commands once, in a new arena on the current backend; returns new tensors. */
export function runOnce({ layout, replicas, inputs, commands, outputs }: OneRun): TensorInfo[] {
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

/** Copies regions to new tensors; if one of them cannot be made, all are disposed. */
export function readTensors(session: Session, outputs: readonly Output[]): TensorInfo[] {
  const found: TensorInfo[] = [];
  try {
    for (const [region, shape] of outputs) found.push(session.readTensor(region, shape));
    return found;
  } catch (error) {
    for (const { dataId } of found) tf.backend().disposeData(dataId);
    throw error;
  }
}

/**
 * Returns whether a gradient tape is open. If no tape is open, no backward pass follows and
 * residuals would waste memory.
 */
export function isTaped(): boolean {
  return tf.engine().state.gradientDepth > 0;
}

/** Returns the size of a shape without its leading replica axis. */
export function sizeOfReplica(shape: readonly number[]): number {
  return sizeOf(shape.slice(1));
}
