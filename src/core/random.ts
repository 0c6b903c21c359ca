import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { sha256Bytes } from "../platform/sha256.ts";
import { InputError } from "./errors.ts";

/**
 * A seeded source of random numbers: xoroshiro128+ (Blackman & Vigna, 2018), as pure-rand has it.
 *
 * A source is known by its path: a seed and the labels of the forks that led to it. Equal paths
 * give equal numbers whatever else was drawn before, so one part of an experiment can be run
 * again, or skipped, without moving the numbers of another.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Random } from "./random.ts";
 *
 * const weights = new Random(1).fork("weights");
 * const again = new Random(1).fork("weights");
 * assert(weights.normal() === again.normal());
 * ```
 */
export class Random {
  readonly #path: string;
  readonly #generator: ReturnType<typeof xoroshiro128plusFromState>;
  #spare: number | undefined;

  /**
   * Starts a source.
   *
   * @param seed An integer from 0 to 2^53 - 1.
   * @throws {InputError} If the seed is something else, also if it is left out: a source that nobody
   * can name again would defeat its purpose.
   */
  constructor(seed: number);
  /** @ignore What {@link fork} calls. */
  constructor(label: string | number, parent: Random);
  constructor(seed: string | number, parent?: Random) {
    if (parent !== undefined && !(parent instanceof Random)) {
      throw new InputError("parent of a source", "a source of random numbers", parent);
    }
    this.#path = parent ? `${parent.#path}/${encoded(seed)}` : rootPath(seed);
    // The digest spreads seeds that are close (1, 2, 3) over the whole state.
    const digest = new DataView(sha256Bytes(this.#path).buffer);
    const state = [0, 4, 8, 12].map((offset) => digest.getInt32(offset, true));
    this.#generator = xoroshiro128plusFromState(state);
  }

  /**
   * An independent source of its own, known by this source's path and the label.
   *
   * @param label Any text, also one that is cut within a surrogate pair, or a finite number, which
   * stands for its decimal digits: `fork(1)` is `fork("1")`.
   * @returns The same numbers for the same path and label.
   * @throws {InputError} If the label is neither.
   */
  fork(label: string | number): Random {
    return new Random(label, this);
  }

  /**
   * A number in [low, high), with 53 random bits.
   *
   * @param low By default 0.
   * @param high By default 1.
   * @returns The number. Rounding can make it `high` itself if the range is not [0, 1).
   * @throws {InputError} If the two are not finite numbers in order.
   */
  uniform(low = 0, high = 1): number {
    if (!(isFinite(low) && isFinite(high) && low <= high)) {
      throw new InputError("range", "two finite numbers in order", [low, high]);
    }
    const share = uniformFloat64(this.#generator);
    const range = high - low;
    return range < Infinity ? low + range * share : low * (1 - share) + high * share;
  }

  /**
   * A number of the normal distribution, by the polar method (Marsaglia & Bray, 1964).
   *
   * @param mean By default 0.
   * @param deviation The standard deviation, by default 1.
   * @returns The number.
   * @throws {InputError} If one of the two is not a finite number, or the deviation is below 0.
   */
  normal(mean = 0, deviation = 1): number {
    if (!(isFinite(mean) && isFinite(deviation) && deviation >= 0)) {
      const wanted = "a finite mean and a finite deviation of at least 0";
      throw new InputError("normal distribution", wanted, [mean, deviation]);
    }
    let value = this.#spare;
    this.#spare = undefined;
    while (value === undefined) {
      const u = this.uniform(-1, 1);
      const v = this.uniform(-1, 1);
      const s = u * u + v * v;
      if (s > 0 && s < 1) {
        const scale = Math.sqrt(-2 * Math.log(s) / s);
        this.#spare = v * scale;
        value = u * scale;
      }
    }
    return mean + deviation * value;
  }

  /**
   * An integer from `low` to `high`, both included.
   *
   * @param low The smallest.
   * @param high The largest.
   * @returns The integer.
   * @throws {InputError} If the two are not safe integers in order.
   */
  integer(low: number, high: number): number {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || high < low) {
      throw new InputError("range", "two integers in order", [low, high]);
    }
    return uniformInt(this.#generator, low, high);
  }

  /**
   * Numbers as 32-bit floats: what a tensor is made from.
   *
   * @param length How many.
   * @param draw Draws one from this source; by default a normal number.
   * @returns The numbers, in the order in which they were drawn.
   * @throws {InputError} If the length is not an integer from 0 to 2^32, or `draw` is not a function.
   */
  array(length: number, draw: (random: Random) => number = (r) => r.normal()): Float32Array {
    if (!Number.isInteger(length) || length < 0 || length > 2 ** 32) {
      throw new InputError("length", "an integer from 0 to 2^32", length);
    }
    if (typeof draw !== "function") {
      const help = "An example is (random) => random.uniform(-1, 1)";
      throw new InputError("draw", "a function of the source", draw, help);
    }
    const values = new Float32Array(length);
    // Twice as fast as Float32Array.from, and training draws millions.
    for (let i = 0; i < length; i++) values[i] = draw(this);
    return values;
  }
}

function isFinite(value: number): boolean {
  return Number.isFinite(value); // Unlike the global function, false of a text such as "1".
}

/** The path of a source that was made from a seed. */
function rootPath(seed: unknown): string {
  if (typeof seed === "number" && Number.isSafeInteger(seed) && seed >= 0) return String(seed);
  const help = typeof seed === "string"
    ? `A text names a fork: new Random(1).fork(${JSON.stringify(seed.slice(0, 20))})`
    : undefined;
  throw new InputError("seed", "an integer from 0 to 2^53 - 1", seed, help);
}

/**
 * A label as a part of a path: encoded, since a slash in it would make it two. Half a surrogate pair,
 * which `encodeURIComponent` refuses, becomes `%u` and its code, which no other label gives.
 */
function encoded(label: unknown): string {
  if (typeof label !== "string" && !Number.isFinite(label)) {
    throw new InputError("label", "a text or a finite number", label);
  }
  return String(label).replace(
    /\p{Surrogate}|\P{Surrogate}+/gu,
    (part) =>
      part.isWellFormed() ? encodeURIComponent(part) : `%u${part.charCodeAt(0).toString(16)}`,
  );
}
