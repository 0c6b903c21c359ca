import * as tf from "@tensorflow/tfjs";
import { InputError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { float32Array } from "../core/room.ts";
import { positiveInteger, sizeOf } from "../core/shapes.ts";

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
 * integer, there is another number of sources, or memory cannot hold so many numbers.
 */
export function drawVariable(
  parameter: ParameterShape,
  replicas: number | undefined,
  random: Random | readonly Random[],
  draw: Draw,
): tf.Variable {
  const { name, shape } = parameter;
  const size = sizeOf(shape);
  const sources = sourcesOf(random, replicas);
  const axes = replicas === undefined ? [...shape] : [replicas, ...shape];
  const values = float32Array(name, axes);
  sources.forEach((source, r) => {
    const drawn = draw(parameter, source.fork(name));
    if (drawn.length !== size) {
      throw new InputError(`initial ${name}`, `${size} numbers`, drawn.length);
    }
    values.set(drawn, r * size);
  });
  return tf.tidy(() => tf.variable(tf.tensor(values, axes)));
}

/**
 * Variables with initial values by name, as {@link drawVariable} draws each. Where one cannot be
 * made, none is left.
 *
 * @throws {InputError} As {@link drawVariable}.
 */
export function drawVariables(
  parameters: readonly ParameterShape[],
  replicas: number | undefined,
  random: Random | readonly Random[],
  draw: Draw,
): Record<string, tf.Variable> {
  const made: Record<string, tf.Variable> = {};
  try {
    for (const parameter of parameters) {
      made[parameter.name] = drawVariable(parameter, replicas, random, draw);
    }
  } catch (error) {
    tf.dispose(made);
    throw error;
  }
  return made;
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
