import type { NDArray } from "../../core/nd_array.ts";
import type { Random } from "../../core/random.ts";
import type { Context } from "./parameters.ts";

/** A source for each seed, of a path of its own: what a seed finds is what it would find alone. */
export function sources(
  { seeds, random }: Pick<Context, "seeds" | "random">,
  ...path: readonly (string | number)[]
): Random[] {
  return seeds.map((seed) => random(seed, ...path));
}

/** Normal numbers of each seed's own source: [replica, ...shape]. */
export function normal(random: readonly Random[], shape: readonly number[]): NDArray {
  const size = shape.reduce((product, length) => product * length, 1);
  const data = new Float32Array(random.length * size);
  for (const [r, source] of random.entries()) data.set(source.array(size), r * size);
  return { shape: [random.length, ...shape], data };
}
