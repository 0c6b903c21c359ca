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
