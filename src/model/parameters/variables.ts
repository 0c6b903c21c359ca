import * as tf from "@tensorflow/tfjs";
import { checkFunction, checkSources } from "../../core/arguments.ts";
import { InputError } from "../../core/errors.ts";
import { Random } from "../../core/random.ts";
import { float32Array } from "../../core/shapes.ts";
import { positiveInteger, sizeOf } from "../../core/shapes.ts";
import { checkNumbers } from "../../core/arrays.ts";

/** A parameter that is to be made. */
export interface ParameterShape {
  /** PyTorch's name; also the label of the fork that its values are drawn from. */
  readonly name: string;
  /** Sizes by axis, of one network. */
  readonly shape: readonly number[];
}

/** Draws the values of a parameter of one network, in row-major order. */
export type Draw = (parameter: ParameterShape, random: Random) => ArrayLike<number>;

/** Sources are made one for each replica, so their number must fit in memory. */
const MOST_REPLICAS = 2 ** 20;

/** The names of the parameters that each source has made. */
const namesMade = new WeakMap<Random, Set<string>>();

/**
 * Checks that sources have made no parameters of some names. Forks of one source and name draw the
 * same numbers, so a source that makes two layers would make their weights equal.
 *
 * @param random One source, or one for each replica.
 * @param names The parameters' names.
 * @returns What remembers that the sources have made them: call it once they are made.
 * @throws {InputError} If a source has made one of them, or is in the list twice.
 */
export function claimNames(
  random: Random | readonly Random[],
  names: readonly string[],
): () => void {
  const sources = random instanceof Random ? [random] : random;
  const help = 'Give each layer a fork of its own, such as random.fork("lstm")';
  sources.forEach((source, i) => {
    const made = names.find((name) => namesMade.get(source)?.has(name));
    if (made !== undefined) {
      const found = `one that has made ${made} already`;
      throw new InputError("random", "a source of its own for each layer", found, help);
    }
    if (sources.indexOf(source) < i) {
      throw new InputError("random", "a source of its own for each replica", "one source twice");
    }
  });
  return () => {
    for (const source of sources) {
      namesMade.set(source, new Set([...namesMade.get(source) ?? [], ...names]));
    }
  };
}

/**
 * Checks that tfjs has a backend that tensors can be made on.
 *
 * @throws {InputError} If none was selected, or the selection was not awaited.
 */
export function checkBackend(): void {
  const name: unknown = tf.getBackend();
  if (name) return;
  const help = 'Call `await selectBackend("auto")` first';
  throw new InputError("backend", "selected before a layer is made", "none that is ready", help);
}

/** A variable with initial values, of the parameter's shape after any axis of replicas. */
function drawVariable(
  parameter: ParameterShape,
  replicas: number | undefined,
  sources: readonly Random[],
  draw: Draw,
): tf.Variable {
  const { name, shape } = parameter;
  const size = sizeOf(shape);
  const axes = replicas === undefined ? [...shape] : [replicas, ...shape];
  const values = float32Array(name, axes);
  sources.forEach((source, r) => {
    const drawn: ArrayLike<number> | undefined = draw(parameter, source.fork(name));
    if (typeof drawn !== "object" || drawn?.length !== size) {
      const found = typeof drawn === "object" ? drawn?.length : drawn;
      const help = typeof drawn === "function"
        ? "The init gave another function: call it first, as in init: orthogonalInit()"
        : undefined;
      throw new InputError(`initial ${name}`, `${size} numbers`, found, help);
    }
    const isList = Array.isArray(drawn) || ArrayBuffer.isView(drawn);
    checkNumbers(`initial ${name}`, isList ? drawn : Array.from(drawn));
    values.set(drawn, r * size);
  });
  return tf.tidy(() => tf.variable(tf.tensor(values, axes)));
}

/**
 * Variables with initial values by name, for one network or for several side by side. Replica r
 * draws each from `random.fork(r)`, or from `random[r]`, what a network alone would draw from it. If
 * one cannot be made, none is left.
 *
 * @param parameters What is to be made.
 * @param replicas How many networks; `undefined` for one without a replica axis.
 * @param random One source, or one for each replica, which has made no parameters of these names.
 * @param draw Draws the values of one parameter of one network.
 * @returns Variables of the parameters' shapes, after any axis of replicas.
 * @throws {InputError} If no backend is selected, `draw` gives another number of values or something else
 * than numbers, `replicas` is not a positive
 * integer, there is another number of sources, a source has made a parameter of one of these names,
 * or memory cannot hold so many numbers.
 */
export function drawVariables(
  parameters: readonly ParameterShape[],
  replicas: number | undefined,
  random: Random | readonly Random[],
  draw: Draw,
): Record<string, tf.Variable> {
  checkBackend();
  const sources = sourcesOf(random, replicas);
  const remember = claimNames(random, parameters.map(({ name }) => name));
  const made: Record<string, tf.Variable> = {};
  try {
    for (const parameter of parameters) {
      made[parameter.name] = drawVariable(parameter, replicas, sources, draw);
    }
    remember();
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
 * @throws {InputError} If `replicas` is not a positive integer, or `random` is neither a source nor as
 * many as there are replicas.
 */
export function sourcesOf(
  random: Random | readonly Random[],
  replicas: number | undefined,
): readonly Random[] {
  if (replicas !== undefined && positiveInteger("replicas", replicas) > MOST_REPLICAS) {
    throw new InputError("replicas", `at most ${MOST_REPLICAS}`, replicas);
  }
  checkSources("random", random, replicas);
  if (!(random instanceof Random)) return random;
  return replicas === undefined
    ? [random]
    : Array.from({ length: replicas }, (_, r) => random.fork(r));
}

/**
 * Checks that an initialiser is a function.
 *
 * @throws {InputError} If it is something else; the message names functions that there are.
 */
export function checkInit(init: unknown, such: string): void {
  if (init !== undefined) checkFunction("init", init, `such as ${such}`);
}
