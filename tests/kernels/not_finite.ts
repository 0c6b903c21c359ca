import { assertEquals } from "@std/assert";
import { assertClose, type Tolerance } from "../tolerance.ts";
import { type Case, gemmCase, layerCases, otherCases } from "./cases.ts";

/** Regions whose numbers are ids, classes, masks or hyperparameters. */
const discrete = new Set(["ids", "targets", "mask", "hyper"]);

/** Returns small commands, each with one number of one region replaced by one of `values`. */
export function spoiledCases(values: readonly number[]): Case[] {
  const layers = [false, true].flatMap((masked) => {
    const shape = { steps: 3, batch: 2, hidden: 5, masked };
    const rnns = ([0, 1, 2] as const).flatMap((relu) => layerCases("rnn", { ...shape, relu }));
    const alone = layerCases("rnn", { ...shape, recurrent: false });
    return [...layerCases("lstm", shape), ...layerCases("gru", shape), ...rnns, ...alone];
  });
  const others = otherCases().filter(({ size }) => size < 2000);
  return [gemmCase(7, 9, 5, 0, 1, 0), gemmCase(3, 17, 20, 1, 0, 1), ...layers, ...others]
    .flatMap((one) => values.flatMap((value) => spoiled(one, value)));
}

/** Returns the case with a number of one region replaced, for each region. */
function spoiled(one: Case, value: number): Case[] {
  return Object.entries(one.regions).flatMap(([name, { offset, size }]) => {
    if (discrete.has(name) || size === 0) return [];
    // The gradient through a masked step may be 0 times the weights, or skipped: both are right.
    if (name === "weight" && "mask" in one.regions) return [];
    const index = offset + Math.floor(size / 2);
    const values = (replicas: number): Float32Array => {
      const all = one.values(replicas);
      // The last replica is not changed.
      for (let r = 0; r < Math.max(1, replicas - 1); r++) all[r * one.size + index] = value;
      return all;
    };
    return [{ ...one, name: `${one.name} with ${value} in ${name}`, values }];
  });
}

/**
 * Fails unless, in every region of both arenas, the same numbers are NaN or infinite and all others
 * are close.
 */
export function assertSameRegions(
  one: Case,
  found: Float32Array,
  wanted: Float32Array,
  allowed: Tolerance,
  what: string,
): void {
  for (let start = 0; start < wanted.length; start += one.size) {
    for (const [name, { offset, size }] of Object.entries(one.regions)) {
      const [a, b] = [found, wanted].map((all) =>
        Array.from(all.subarray(start + offset, start + offset + size))
      );
      const where = `${one.name}, ${what}, replica ${start / one.size}: ${name}`;
      assertEquals(a?.map(kind), b?.map(kind), where);
      assertClose(a?.filter(Number.isFinite) ?? [], b?.filter(Number.isFinite) ?? [], allowed, {
        what: where,
      });
    }
  }
}

function kind(value: number): string {
  return Number.isFinite(value) ? "finite" : `${value}`;
}
