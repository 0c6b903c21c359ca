import { Random } from "../../src/core/random.ts";
import type { Command } from "../../src/kernels/instructions.ts";
import type { Region } from "../../src/kernels/program.ts";
import { Layout } from "../../src/kernels/program.ts";

/** One command over an arena of its own, with what the arena holds at first. */
export interface Case {
  readonly name: string;
  readonly command: Command;
  readonly size: number;
  readonly regions: Readonly<Record<string, Region>>;
  /** The arenas of `replicas` networks: [replicas, size]. */
  values(replicas: number): Float32Array;
}

/** Lays out regions by name, and how numbers of each are drawn. */
export class Arena {
  readonly layout = new Layout();
  readonly regions: Record<string, Region> = {};
  readonly #draws: [Region, (random: Random, i: number) => number][] = [];

  /** The offset of a new region; -1 where `size` is -1. */
  add(name: string, size: number, draw = (random: Random, _i: number) => random.normal()): number {
    if (size < 0) return -1;
    const region = this.layout.add(size);
    this.regions[name] = region;
    this.#draws.push([region, draw]);
    return region.offset;
  }

  /** The command over what was laid out. */
  case(name: string, command: Command): Case {
    const { size } = this.layout;
    const [regions, draws] = [this.regions, this.#draws];
    const values = (replicas: number): Float32Array => {
      const all = new Float32Array(size * replicas);
      for (let r = 0; r < replicas; r++) {
        const random = new Random(7).fork(name).fork(r);
        for (const [region, draw] of draws) {
          for (let i = 0; i < region.size; i++) {
            all[r * size + region.offset + i] = draw(random, i);
          }
        }
      }
      return all;
    };
    return { name, command, size, regions, values };
  }
}
