/** A run of free bytes. */
interface Gap {
  readonly begin: number;
  readonly end: number;
}

/** What every block begins at a multiple of: a cache line, so that threads do not share one. */
export const LINE = 64;

/**
 * Hands out blocks of a memory: the first gap that is large enough, else at the end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Heap } from "./heap.ts";
 *
 * const heap = new Heap(1024);
 * const first = heap.take(100);
 * assertEquals([first, heap.take(1), heap.end], [1024, 1152, 1216]);
 * heap.give(first, 100);
 * assertEquals(heap.take(128), 1024);
 * ```
 */
export class Heap {
  #gaps: Gap[] = [];
  #end: number;

  /** @param begin The first byte that may be handed out, a multiple of {@link LINE}. */
  constructor(begin: number) {
    this.#end = begin;
  }

  /** The byte behind the last block: what the memory must hold. */
  get end(): number {
    return this.#end;
  }

  /** The address of a new block. */
  take(bytes: number): number {
    const size = whole(bytes);
    const index = this.#gaps.findIndex((gap) => gap.end - gap.begin >= size);
    const gap = this.#gaps[index];
    if (gap === undefined) {
      this.#end += size;
      return this.#end - size;
    }
    const rest = { begin: gap.begin + size, end: gap.end };
    this.#gaps.splice(index, 1, ...(rest.begin < rest.end ? [rest] : []));
    return gap.begin;
  }

  /** Takes a block back, of as many bytes as it was asked for with. */
  give(address: number, bytes: number): void {
    const freed = { begin: address, end: address + whole(bytes) };
    const sorted = [...this.#gaps, freed].sort((a, b) => a.begin - b.begin);
    const joined: Gap[] = [];
    for (const gap of sorted) {
      const last = joined.at(-1);
      if (last?.end === gap.begin) joined.splice(-1, 1, { begin: last.begin, end: gap.end });
      else joined.push(gap);
    }
    if (joined.at(-1)?.end === this.#end) this.#end = joined.pop()?.begin ?? this.#end;
    this.#gaps = joined;
  }
}

/** A multiple of {@link LINE}, at least one. */
function whole(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / LINE)) * LINE;
}
