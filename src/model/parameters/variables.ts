import { checkFunction, checkSources } from "../../core/arguments.ts";
import { currentBackend } from "../../core/current_backend.ts";
import { InputError } from "../../core/errors.ts";
import { Random } from "../../core/random.ts";
import { float32Array } from "../../core/shapes.ts";
import { positiveInteger, sizeOf } from "../../core/shapes.ts";
import { checkNumbers } from "../../core/arrays.ts";
import type { NDArray } from "../../core/nd_array.ts";
import { type ParameterArrays, type Parameters, ParameterStore } from "./parameter_store.ts";

/** The name and shape of a parameter of one network. */
export interface ParameterShape {
  /** PyTorch's name; also the label of the fork from which its values are drawn. */
  readonly name: string;
  /** The size of each axis, without a replica axis. */
  readonly shape: readonly number[];
}

/** Draws the values of a parameter of one network, in row-major order. */
export type Draw = (parameter: ParameterShape, random: Random) => ArrayLike<number>;

/**
 * Draws the initial values of one parameter of an {@link Embedding} or a {@link Linear}.
 *
 * @param name PyTorch's name: `weight` or `bias`.
 * @param shape [id, feature] or [output, input] for a weight, [output] for a bias.
 * @param random A source that is used for this parameter only.
 * @returns The values in row-major order.
 */
export type LayerInit = (
  name: string,
  shape: readonly number[],
  random: Random,
) => ArrayLike<number>;

/**
 * The largest number of replicas. Each has a source, and the list of sources must fit in memory.
 */
const MOST_REPLICAS = 2 ** 20;

/** The names of the parameters that were drawn from each source. */
const namesMade = new WeakMap<Random, Set<string>>();

/**
 * Throws if a source has already drawn a parameter of one of the given names. Forks of one source
 * with equal labels draw the same numbers, so two layers of one source would have equal weights.
 *
 * @param random One source, or one for each replica.
 * @param names The names of the parameters.
 * @returns A function that records the names as drawn; call it when the parameters exist.
 * @throws {InputError} If a source has drawn a parameter of one of the names, or is in the list
 * twice.
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
 * Throws unless there is a backend that is ready.
 *
 * @throws {InputError} If no backend was selected, or if the selection was not awaited.
 */
export function checkBackend(): void {
  if (currentBackend() !== "") return;
  const help = 'Call `await selectBackend("auto")` first';
  throw new InputError("backend", "selected before a layer is made", "none that is ready", help);
}

/** Draws the values of a parameter, after the replica axis if there is one. */
function drawParameter(
  parameter: ParameterShape,
  replicas: number | undefined,
  sources: readonly Random[],
  draw: Draw,
): NDArray {
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
  return { shape: axes, data: values };
}

/**
 * Draws the parameters of one network, or of several side by side. Each replica has the values that
 * a network alone would draw from its source. If a parameter cannot be made, those made before are
 * freed.
 *
 * @param parameters The names and shapes of the parameters.
 * @param replicas The number of networks; `undefined` for one without a replica axis.
 * @param random One source, of which replica r draws from `random.fork(r)`, or one for each
 * replica.
 * @param draw Draws the values of one parameter of one network.
 * @returns The store of the parameters, which have the replica axis first if there is one.
 * @throws {InputError} If no backend is selected, if `replicas` is not a positive integer, if
 * `random` is neither a source nor one for each replica, if a source has drawn one of these names
 * before, if `draw` does not return as many numbers as the shape has, or if the parameters do not
 * fit into memory.
 */
export function drawParameters<P extends Parameters = Parameters>(
  parameters: readonly ParameterShape[],
  replicas: number | undefined,
  random: Random | readonly Random[],
  draw: Draw,
): ParameterStore<P> {
  checkBackend();
  const sources = sourcesOf(random, replicas);
  const remember = claimNames(random, parameters.map(({ name }) => name));
  const drawn = Object.fromEntries(parameters.map((parameter) => {
    return [parameter.name, drawParameter(parameter, replicas, sources, draw)] as const;
  }));
  const store = new ParameterStore<P>(drawn as ParameterArrays<P>);
  remember();
  return store;
}

/**
 * Returns the source of each network: `random.fork(r)` or `random[r]` for replica r.
 *
 * @param random One source, or one for each replica.
 * @param replicas The number of replicas; `undefined` for one network, whose source is `random`
 * itself.
 * @returns The sources.
 * @throws {InputError} If `replicas` is not a positive integer, or if `random` is neither a source
 * nor one for each replica.
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
 * Throws unless an initialiser is a function or `undefined`.
 *
 * @param init The initialiser.
 * @param such Examples of functions, for the message.
 * @throws {InputError} If `init` has another type.
 */
export function checkInit(init: unknown, such: string): void {
  if (init !== undefined) checkFunction("init", init, `such as ${such}`);
}
