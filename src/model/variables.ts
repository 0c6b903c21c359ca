import * as tf from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { positiveInteger } from "../core/shapes.ts";

/** A parameter that is to be made. */
export interface ParameterShape {
  /** PyTorch's name; also the label of the fork that its values are drawn from. */
  readonly name: string;
  /** Sizes by axis, of one network. */
  readonly shape: readonly number[];
}

/** Draws the values of a parameter of one network, in row-major order. */
export type Draw = (parameter: ParameterShape, random: Random) => ArrayLike<number>;

/**
 * A variable with initial values, for one network or for several side by side. Replica r draws
 * from `random.fork(r)`, or from `random[r]`, what a network alone would draw from it.
 *
 * @param replicas How many; `undefined` for one network without a replica axis.
 * @param random One source, or one for each replica.
 * @returns A variable of the parameter's shape, after an axis of replicas where there is one.
 * @throws {InputError} Where `draw` gives another number of values, replicas is no positive
 * integer, or there is another number of sources.
 */
export function drawVariable(
  parameter: ParameterShape,
  replicas: number | undefined,
  random: Random | readonly Random[],
  draw: Draw,
): tf.Variable {
  const { name, shape } = parameter;
  const size = shape.reduce((a, b) => a * b, 1);
  const sources = sourcesOf(random, replicas);
  const values = new Float32Array(sources.length * size);
  sources.forEach((source, r) => {
    const drawn = draw(parameter, source.fork(name));
    if (drawn.length !== size) {
      throw new InputError(`initial ${name}`, `${size} numbers`, drawn.length);
    }
    values.set(drawn, r * size);
  });
  const axes = replicas === undefined ? [...shape] : [replicas, ...shape];
  return tf.tidy(() => tf.variable(tf.tensor(values, axes)));
}

/**
 * A source for each network: replica r's is `random.fork(r)`, or `random[r]`.
 *
 * @param replicas How many; `undefined` for one network, whose source is `random` itself.
 * @throws {InputError} Where replicas is no positive integer, or there is another number of sources.
 */
export function sourcesOf(
  random: Random | readonly Random[],
  replicas: number | undefined,
): readonly Random[] {
  const count = replicas === undefined ? 1 : positiveInteger("replicas", replicas);
  if (random instanceof Random) {
    return replicas === undefined
      ? [random]
      : Array.from({ length: count }, (_, r) => random.fork(r));
  }
  if (random.length !== count) {
    throw new InputError("random", `1 source, or ${count}`, random.length);
  }
  return random;
}
