import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { sha256Bytes } from "../platform/sha256.ts";
import { InputError } from "./errors.ts";

/**
 * A seeded source of random numbers: xoroshiro128+ (Blackman & Vigna, 2021,
 * doi:10.1145/3460772) as implemented by pure-rand.
 *
 * The path of a source consists of its seed and the labels of the forks that lead to it. Sources
 * with equal paths give equal numbers; draws from other sources have no effect on them. A part of
 * an experiment can therefore run again, or be skipped, without a change in the numbers of other
 * parts.
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
   * Makes a source.
   *
   * @param seed An integer from 0 to 2^53 - 1. It has no default, so that every run can be
   * repeated.
   * @throws {InputError} If `seed` is not such an integer.
   */
  constructor(seed: number);
  /** @ignore Used by {@link fork}. */
  constructor(label: string | number, parent: Random);
  constructor(seed: string | number, parent?: Random) {
    if (parent !== undefined && !(parent instanceof Random)) {
      throw new InputError("parent of a source", "a source of random numbers", parent);
    }
    this.#path = parent ? `${parent.#path}/${encoded(seed)}` : rootPath(seed);
    // The digest gives unrelated states to similar seeds such as 1, 2 and 3.
    const digest = new DataView(sha256Bytes(this.#path).buffer);
    const state = [0, 4, 8, 12].map((offset) => digest.getInt32(offset, true));
    this.#generator = xoroshiro128plusFromState(state);
  }

  /**
   * Makes an independent source, whose path is that of this source and the label.
   *
   * @param label A text, or a finite number, which is the same as its decimal digits: `fork(1)`
   * equals `fork("1")`.
   * @returns The source.
   * @throws {InputError} If `label` is neither a text nor a finite number.
   */
  fork(label: string | number): Random {
    return new Random(label, this);
  }

  /**
   * Draws from the uniform distribution on [low, high), with 53 random bits.
   *
   * @param low The lower bound, by default 0.
   * @param high The upper bound, by default 1.
   * @returns The number. For a range other than [0, 1), rounding can give `high` itself.
   * @throws {InputError} If the bounds are not finite numbers with `low <= high`.
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
   * Draws from the normal distribution by the polar method (Marsaglia & Bray, 1964,
   * doi:10.1137/1006063).
   *
   * @param mean The mean, by default 0.
   * @param deviation The standard deviation, by default 1.
   * @returns The number.
   * @throws {InputError} If `mean` or `deviation` is not finite, or `deviation` is negative.
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
   * Draws an integer from `low` to `high`, both included, with equal probabilities.
   *
   * @param low The smallest integer.
   * @param high The largest integer.
   * @returns The integer.
   * @throws {InputError} If the bounds are not safe integers with `low <= high`.
   */
  integer(low: number, high: number): number {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || high < low) {
      throw new InputError("range", "two integers in order", [low, high]);
    }
    return uniformInt(this.#generator, low, high);
  }

  /**
   * Draws an array of 32-bit floats.
   *
   * @param length The number of entries.
   * @param draw Draws an entry from this source; by default from the standard normal distribution.
   * @returns The numbers in the order in which they were drawn.
   * @throws {InputError} If `length` is not an integer from 0 to 2^32, or `draw` is not a function.
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
    // A loop is twice as fast as Float32Array.from, and training draws millions of numbers.
    for (let i = 0; i < length; i++) values[i] = draw(this);
    return values;
  }
}

function isFinite(value: number): boolean {
  return Number.isFinite(value); // The global function accepts texts such as "1".
}

/** The path of a source without parent. */
function rootPath(seed: unknown): string {
  if (typeof seed === "number" && Number.isSafeInteger(seed) && seed >= 0) return String(seed);
  const help = typeof seed === "string"
    ? `A text names a fork: new Random(1).fork(${JSON.stringify(seed.slice(0, 20))})`
    : undefined;
  throw new InputError("seed", "an integer from 0 to 2^53 - 1", seed, help);
}

/**
 * Encodes a label as a part of a path, since a slash would split it. A lone surrogate, which
 * `encodeURIComponent` refuses, becomes `%u` and its code.
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
