/**
 * A part of a command in which all items of work may run at once, in any order.
 *
 * The body is WGSL. It can use `item`, `t` and `step` (i32), the functions of the prelude, and the
 * fields as `$name`. The plan decides how a phase is launched: over many workgroups with fields as
 * uniforms, or by one workgroup with fields as literals and a barrier after it.
 */
export interface Phase {
  /** The name, for labels of shaders. */
  readonly name: string;
  /** WGSL of one item. */
  readonly body: string;
  /** The value of each `$name` in the body. */
  readonly fields: Readonly<Record<string, number>>;
  /** The number of items. */
  readonly items: number;
  /**
   * The largest number of iterations of all loops of the body for one item, plus two for each loop.
   */
  readonly iterations: number;
  /**
   * The number of times that the phase runs, with `t` from 0. A run sees what the previous run
   * wrote. Default: 1.
   */
  readonly repeat?: number;
  /** How items depend on each other over the repeats. Default: each may depend on any other. */
  readonly sequence?: Sequence;
  /** Another body for many workgroups that uses workgroup memory. */
  readonly tiled?: Tiled;
}

/** A phase whose repeats are the steps of a sequence. */
export interface Sequence {
  /** Blocks of this many items are independent of each other at every step. */
  readonly block: number;
  /** The number of weights, all of which every block reads at every step. */
  readonly weights: number;
}

/** A phase that uses workgroup memory, for adapters in which this memory is the fastest. */
export interface Tiled {
  /** WGSL outside functions: workgroup memory. */
  readonly declarations: string;
  /** WGSL of `main`, in workgroups of 256; fields as in a {@link Phase}. */
  readonly body: string;
  /** The numbers of workgroups along x and y. */
  readonly groups: readonly [number, number];
}

/** What a command is lowered for. */
export interface Target {
  /** Whether a processor emulates the GPU. Such a GPU has few lanes and no latency to hide. */
  readonly software: boolean;
  /** The number of networks. */
  readonly replicas: number;
  /** The number of lanes of the only workgroup; 0 if there are many workgroups. */
  readonly lanes: number;
  /** The largest number of iterations of all loops in one lane of one launch. */
  readonly iterations: number;
  /** Memory for numbers that one phase of a command passes to the next. */
  readonly scratch: Scratch;
}

/** Memory after the arena of the program, used by one command at a time. */
export class Scratch {
  readonly #offset: number;
  #used = 0;
  #size = 0;

  /** @param offset The offset of the memory. */
  constructor(offset: number) {
    this.#offset = offset;
  }

  /** The largest allocation of a command so far, in numbers. */
  get size(): number {
    return this.#size;
  }

  /** Frees all memory, for the next command. */
  reset(): void {
    this.#used = 0;
  }

  /** Allocates memory for `count` numbers and returns its offset. */
  allocate(count: number): number {
    const place = this.#offset + this.#used;
    this.#used += Math.ceil(count / 4) * 4;
    this.#size = Math.max(this.#size, this.#used);
    return place;
  }
}

/** Replaces each `$name` in the body by `value(name)`. */
export function bind(body: string, value: (name: string) => string): string {
  return body.replace(/\$(\w+)/g, (_, name: string) => value(name));
}

/** Returns the texts of `part` for 0 to `count - 1`, joined by line breaks. */
export function unrolled(count: number, part: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => part(i)).join("\n");
}

/** The number of results that one item computes, so that it reads shared values only once. */
const perItem = 4;

/**
 * Returns a phase that computes `count` numbers, several in each item. Neighbouring lanes compute
 * neighbouring numbers.
 *
 * @param name The name of the phase.
 * @param fields The fields of the phase.
 * @param count The count of numbers.
 * @param body WGSL for number `i`.
 * @param before WGSL that runs once for an item, before its numbers.
 */
export function elementwise(
  name: string,
  fields: Readonly<Record<string, number>>,
  count: number,
  body: string,
  before = "",
): Phase {
  const items = Math.ceil(count / perItem);
  const exact = count % perItem === 0;
  return {
    name: exact ? name : `${name}Guarded`,
    body: before +
      unrolled(
        perItem,
        (k) =>
          exact
            ? `{ let i = item + ${k} * $quarter; ${body} }`
            : `{ let i = item + ${k} * $quarter; if (i < $all) { ${body} } }`,
      ),
    fields: { ...fields, quarter: items, all: count },
    items,
    iterations: 0,
  };
}

/** The largest number of partial sums that one lane adds up at the end. */
const MAX_PARTIALS = 256;

/** Returns the number of lanes that share a sum of `count` terms: about sixteen terms each. */
export function partials(count: number): number {
  return Math.max(1, Math.min(8192, Math.ceil(count / 16)));
}

/** Partial sums in scratch memory. */
export interface Sums {
  /** The offset of the sums in the scratch memory. */
  readonly from: number;
  /** The number of sums. */
  readonly count: number;
  /** The phases that compute the sums. */
  readonly phases: readonly Phase[];
}

/**
 * Adds up partial sums so that at most 256 remain: more than 256 become 64. The order of the
 * additions depends only on `count`.
 *
 * @param from The offset of the partial sums.
 * @param count The number of partial sums.
 * @param to The offset of memory for 64 numbers.
 */
export function fold(from: number, count: number, to: number): Sums {
  if (count <= MAX_PARTIALS) return { from, count, phases: [] };
  const left = 64;
  const phase: Phase = {
    name: "fold",
    body: `
      var sum = 0.0;
      for (var i = item; i < bound($count); i += ${left}) { sum += at($from + i); }
      put($to + item, sum);
    `,
    fields: { from, count, to },
    items: left,
    iterations: Math.ceil(count / left) + 2,
  };
  return { from: to, count: left, phases: [phase] };
}
