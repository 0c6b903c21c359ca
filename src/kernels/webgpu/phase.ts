/**
 * A part of a command in which all items of work may run at once, in any order.
 *
 * The body is WGSL. It knows `item`, `t` and `step` (i32), the functions of the prelude, and the
 * fields as `$name`. How a phase is launched is the plan's affair: over many workgroups with its
 * fields as uniforms, or by one workgroup, its fields as literals, with a barrier after it.
 */
export interface Phase {
  /** What it does, for labels of shaders. */
  readonly name: string;
  /** WGSL of one item. */
  readonly body: string;
  /** What each `$name` of the body stands for. */
  readonly fields: Readonly<Record<string, number>>;
  /** How many items. */
  readonly items: number;
  /** At most how many turns all loops of the body take for one item, two more for each loop. */
  readonly turns: number;
  /** How often it runs, `t` counting from 0; a run sees what the one before wrote. 1 if absent. */
  readonly repeat?: number;
  /** How the items hang together over the repeats; absent where each may need any other. */
  readonly sequence?: Sequence;
  /** Another way to do it with many workgroups and workgroup memory. */
  readonly tiled?: Tiled;
}

/** A phase whose repeats are the steps of a sequence. */
export interface Sequence {
  /** Blocks of this many items need nothing of each other, whatever the step. */
  readonly block: number;
  /** Numbers of the weights, all of which every block reads at every step. */
  readonly weights: number;
}

/** A phase through workgroup memory, for adapters that have it beside the processor. */
export interface Tiled {
  /** WGSL outside functions: workgroup memory. */
  readonly declarations: string;
  /** WGSL of `main`, in workgroups of 256; fields as in a {@link Phase}. */
  readonly body: string;
  /** Workgroups along x and y. */
  readonly groups: readonly [number, number];
}

/** What lowering a command needs to know. */
export interface Target {
  /** A processor stands in for the GPU: no memory latency to hide, no lanes to feed. */
  readonly software: boolean;
  /** Networks side by side. */
  readonly replicas: number;
  /** Lanes of the workgroup where one does everything; 0 where many workgroups run. */
  readonly lanes: number;
  /** Turns of loops that one launch may take in one lane. */
  readonly turns: number;
  /** Places for what phases of one command hand on. */
  readonly scratch: Scratch;
}

/** Room behind the program's arena, used by one command at a time. */
export class Scratch {
  readonly #offset: number;
  #used = 0;
  #size = 0;

  /** Room that begins at `offset`. */
  constructor(offset: number) {
    this.#offset = offset;
  }

  /** The most that any command has taken. */
  get size(): number {
    return this.#size;
  }

  /** Forgets what was taken: the next command may have it. */
  reset(): void {
    this.#used = 0;
  }

  /** The offset of room for `count` numbers. */
  take(count: number): number {
    const place = this.#offset + this.#used;
    this.#used += Math.ceil(count / 4) * 4;
    this.#size = Math.max(this.#size, this.#used);
    return place;
  }
}

/** The body with each `$name` replaced by what `value` says. */
export function bind(body: string, value: (name: string) => string): string {
  return body.replace(/\$(\w+)/g, (_, name: string) => value(name));
}

/** The text of `part` for 0 to `count - 1`, in lines. */
export function unrolled(count: number, part: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => part(i)).join("\n");
}

/** Numbers that one item handles: what they share, as hyperparameters, is then read once. */
const perItem = 4;

/**
 * A phase over `count` numbers, a few to an item; neighbouring lanes have neighbouring numbers.
 *
 * @param name Its name.
 * @param fields Its fields.
 * @param count How many numbers.
 * @param body WGSL for number `i`.
 * @param before WGSL that an item runs once, before its numbers.
 */
export function elementwise(
  name: string,
  fields: Readonly<Record<string, number>>,
  count: number,
  body: string,
  before = "",
): Phase {
  const items = Math.ceil(count / perItem);
  const guard = count % perItem === 0;
  return {
    name: guard ? name : `${name}Guarded`,
    body: before +
      unrolled(
        perItem,
        (k) =>
          guard
            ? `{ let i = item + ${k} * $quarter; ${body} }`
            : `{ let i = item + ${k} * $quarter; if (i < $all) { ${body} } }`,
      ),
    fields: { ...fields, quarter: items, all: count },
    items,
    turns: 0,
  };
}

/** Partial sums that one lane may add up at the end. */
const few = 256;

/** Lanes that share a sum over `count` terms, some sixteen terms to each. */
export function partials(count: number): number {
  return Math.max(1, Math.min(8192, Math.ceil(count / 16)));
}

/** Sums waiting in scratch: `count` numbers at `from`, and the phases that made fewer of them. */
export interface Sums {
  /** Where they are. */
  readonly from: number;
  /** How many are left to add. */
  readonly count: number;
  /** What brought them down to that. */
  readonly phases: readonly Phase[];
}

/**
 * Brings many partial sums down to a few, in an order that depends on their count alone.
 *
 * @param from Where they are.
 * @param count How many.
 * @param to Room for 64 numbers.
 */
export function fold(from: number, count: number, to: number): Sums {
  if (count <= few) return { from, count, phases: [] };
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
    turns: Math.ceil(count / left) + 2,
  };
  return { from: to, count: left, phases: [phase] };
}
