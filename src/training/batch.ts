import * as tf from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import { assertShape } from "../core/shapes.ts";
import type { Model } from "../model/model.ts";

/** Numbers with a shape: a float32 or int32 tensor, or plain arrays, which need no copy in tfjs. */
export type Values = tf.Tensor | {
  /** Sizes by axis. */
  readonly shape: readonly number[];
  /** The numbers in row-major order. */
  readonly data: Float32Array | Int32Array;
};

/** What a training step learns from. Every field has a leading axis where the model has replicas. */
export interface Batch {
  /** [sequence, batch, input], or ids [sequence, batch] where the model embeds them. */
  readonly x: Values;
  /** As the loss wants it. */
  readonly target: Values;
  /** 1 where a step counts, 0 where it is padding [sequence, batch]; by default all count. */
  readonly mask?: Values;
}

/** A tensor of values, the caller's to dispose; tensors given stay as they are. */
export function toTensor(values: Values): tf.Tensor {
  if (values instanceof tf.Tensor) return values.clone();
  // A copy, since tfjs may go on using the array it is given.
  return tf.tensor(Float32Array.from(values.data), [...values.shape]);
}

/**
 * Checks the shape of one field of a batch, with the model's axis of replicas before the others.
 *
 * @throws {InputError} Naming axes, wanted and found sizes, and on data of another length.
 */
export function checkValues(
  name: string,
  values: Values,
  { replicas }: Pick<Model, "replicas">,
  axes: Readonly<Record<string, number | null>>,
): void {
  const wanted = replicas === undefined ? axes : { replica: replicas, ...axes };
  assertShape(name, values.shape, wanted);
  if (values instanceof tf.Tensor) return;
  const count = values.shape.reduce((a, b) => a * b, 1);
  if (values.data.length !== count) {
    throw new InputError(`data of ${name}`, `${count} numbers`, values.data.length);
  }
}

/** Checks that plain values are ids; what lies on the device already is taken at its word. */
export function checkIds(name: string, values: Values, count: number, ignored?: number): void {
  if (values instanceof tf.Tensor) return;
  for (const id of values.data) {
    if (id === ignored || (Number.isInteger(id) && id >= 0 && id < count)) continue;
    throw new InputError(name, `integers from 0 to ${count - 1}`, id);
  }
}
