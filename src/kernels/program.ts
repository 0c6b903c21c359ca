import type { Command } from "./instructions.ts";

/** A place in the arena: where it begins and how many numbers it holds. */
export interface Region {
  /** Offset of its first number. */
  readonly offset: number;
  /** How many numbers. */
  readonly size: number;
}

/**
 * A network's computation: routines, each a list of commands over an arena of `size` numbers.
 *
 * A program is written for one network. For R replicas an executor lays R arenas one behind the
 * other and runs the program in each, so a replica computes exactly what it would alone.
 */
export interface Program {
  /** Numbers that one replica takes. */
  readonly size: number;
  /** Lists of commands by name. */
  readonly routines: Readonly<Record<string, readonly Command[]>>;
}

/**
 * Lays out the arena of a program, region after region, each at a multiple of four numbers so that
 * vector instructions find them aligned.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Layout } from "./program.ts";
 *
 * const layout = new Layout();
 * layout.add(3);
 * assertEquals(layout.add(5), { offset: 4, size: 5 });
 * assertEquals(layout.size, 12);
 * ```
 */
export class Layout {
  #size = 0;

  /** Numbers laid out so far. */
  get size(): number {
    return this.#size;
  }

  /** A new region of `size` numbers. */
  add(size: number): Region {
    const region = { offset: this.#size, size };
    this.#size += Math.ceil(size / 4) * 4;
    return region;
  }
}
