/**
 * Numbers that are in an array or in a tensor, on their way into and out of an arena.
 *
 * @module
 */
import type { Tensor, Variable } from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import type { NDArray } from "../core/nd_array.ts";
import { float32Array } from "../core/shapes.ts";
import { isTensor, tf } from "../core/tfjs.ts";
import type { Region, Session } from "./program.ts";

/** Float32 numbers in an array or in a tensor. */
export type Values = NDArray | Tensor;

/** Float32 numbers that can be changed: the data of an array, or a variable. */
export type Target = NDArray | Variable;

/**
 * Writes a region of every replica.
 *
 * @param session The session of the arena.
 * @param region The region.
 * @param values As many numbers as the region has in all replicas.
 */
export function writeValues(session: Session, region: Region, values: Values): void {
  if (isTensor(values)) session.writeTensor(region, values);
  else session.write(region, values.data);
}

/**
 * Reads a region of every replica without waiting: into an array or, if the device cannot be read
 * synchronously, into a tensor on it.
 *
 * @param session The session of the arena.
 * @param region The region.
 * @param shape The shape of the values, with the replica axis.
 * @returns The values, for {@link disposeValues}.
 */
export function readValues(session: Session, region: Region, shape: readonly number[]): Values {
  if (session.views) {
    const data = float32Array("the region", shape);
    fillFrom(session.views(region), data);
    return { shape, data };
  }
  return tf.engine().makeTensorFromTensorInfo(session.readTensor(region, shape));
}

/**
 * Copies a region of every replica into other values: into a variable by an assignment, or into the
 * data of an array.
 *
 * @param session The session of the arena.
 * @param region The region.
 * @param target The variable or the array.
 * @throws {InputError} If the target is an array and the device cannot be read synchronously.
 */
export function assignValues(session: Session, region: Region, target: Target): void {
  if (!isTensor(target)) {
    if (!session.views) throw new InputError("the target", "a variable on webgpu", "an array");
    fillFrom(session.views(region), target.data);
    return;
  }
  const tensor = tf.engine().makeTensorFromTensorInfo(session.readTensor(region, target.shape));
  target.assign(tensor);
  tensor.dispose();
}

/** Fills an array with the numbers of all replicas. */
function fillFrom(views: ReturnType<NonNullable<Session["views"]>>, data: Float32Array): void {
  views.forEach((view, r) => data.set(view, r * view.length));
}

/**
 * Copies a region of every replica to another session.
 *
 * @param from The session to read, with as many replicas.
 * @param source Its region.
 * @param to The session to write.
 * @param target The region to write, of the same size.
 * @param shape The shape of the values, with the replica axis.
 */
export function copyValues(
  from: Session,
  source: Region,
  to: Session,
  target: Region,
  shape: readonly number[],
): void {
  const [read, written] = [from.views?.(source), to.views?.(target)];
  if (read && written) {
    written.forEach((view, r) => view.set(read[r] ?? []));
    return;
  }
  const values = readValues(from, source, shape);
  writeValues(to, target, values);
  disposeValues(values);
}

/** Frees values that are a tensor. */
export function disposeValues(values: Values): void {
  if (isTensor(values)) values.dispose();
}
