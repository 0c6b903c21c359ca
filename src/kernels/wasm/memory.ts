import { InputError, MissingError } from "../../core/errors.ts";

/** The alignment of blocks in bytes: the size of a cache line, so that no two blocks share one. */
export const LINE = 64;

/** A range of free bytes. */
interface Gap {
  readonly begin: number;
  readonly end: number;
}

/**
 * Allocates blocks of a memory: in the first gap that is large enough or, if there is none, at the
 * end.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Heap } from "./memory.ts";
 *
 * const heap = new Heap(1024);
 * const first = heap.allocate(100);
 * assertEquals([first, heap.allocate(1), heap.end], [1024, 1152, 1216]);
 * heap.free(first, 100);
 * assertEquals(heap.allocate(128), 1024);
 * ```
 */
export class Heap {
  #gaps: Gap[] = [];
  #end: number;

  /** @param begin The first byte of the heap, a multiple of {@link LINE}. */
  constructor(begin: number) {
    this.#end = begin;
  }

  /** The first byte after the last block. */
  get end(): number {
    return this.#end;
  }

  /** Allocates a block and returns its address. */
  allocate(bytes: number): number {
    const size = blockSize(bytes);
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

  /** Frees a block; `bytes` is the size that was passed to {@link allocate}. */
  free(address: number, bytes: number): void {
    const freed = { begin: address, end: address + blockSize(bytes) };
    const sorted = [...this.#gaps, freed].sort((a, b) => a.begin - b.begin);
    const merged: Gap[] = [];
    for (const gap of sorted) {
      const last = merged.at(-1);
      if (last?.end === gap.begin) merged.splice(-1, 1, { begin: last.begin, end: gap.end });
      else merged.push(gap);
    }
    if (merged.at(-1)?.end === this.#end) this.#end = merged.pop()?.begin ?? this.#end;
    this.#gaps = merged;
  }
}

/** Rounds bytes up to a multiple of {@link LINE}, at least one. */
function blockSize(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / LINE)) * LINE;
}

/** The size of a page of WebAssembly memory, in bytes. */
const PAGE = 65536;

/** The initial size in pages, on which the binaries rely. */
const FIRST_PAGES = 2;

/** The maximum sizes in pages: 4 GiB, or 1 GiB if 4 GiB of addresses cannot be reserved. */
const MAX_PAGES = [65536, 16384] as const;

/** The address of the first block. The first page is not used, so that no address is 0. */
const BEGIN = PAGE;

/** The largest number of bytes after the end of a block that vector instructions access. */
const SLACK = 256;

/**
 * The memory of the kernels, which threads can share. It grows as blocks are allocated.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { KernelMemory } from "./memory.ts";
 *
 * const memory = new KernelMemory(true);
 * const address = memory.allocate(8, "block");
 * memory.floats(address, 2).set([1, 2]);
 * assertEquals([...memory.floats(address + 4, 1)], [2]);
 * memory.free(address, 8);
 * ```
 */
export class KernelMemory {
  /** The memory that the kernels import. */
  readonly memory: WebAssembly.Memory;
  readonly #maxPages: number;
  readonly #heap = new Heap(BEGIN);

  /**
   * Reserves the addresses of the memory.
   *
   * @param shared Whether threads can share the memory.
   * @throws {MissingError} If the process may not reserve 1 GiB of addresses.
   */
  constructor(shared: boolean) {
    [this.memory, this.#maxPages] = newMemory(shared);
  }

  /**
   * Allocates a block.
   *
   * @param bytes The size of the block.
   * @param name The name of the block in the message of an error.
   * @returns The address of the block.
   * @throws {InputError} If the memory is too small; nothing changes then.
   */
  allocate(bytes: number, name: string): number {
    const address = this.#heap.allocate(bytes);
    if (this.#growTo(Math.ceil((this.#heap.end + SLACK) / PAGE))) return address;
    this.#heap.free(address, bytes);
    const limit = this.#maxPages * PAGE - this.#heap.end - SLACK;
    throw new InputError(
      `the size of the ${name} in bytes`,
      `at most ${limit} now`,
      bytes,
      "Use fewer replicas, a smaller batch or a shorter sequence.",
    );
  }

  /** Grows the memory to at least `pages` pages; returns `false` if it cannot. */
  #growTo(pages: number): boolean {
    const missing = pages - this.memory.buffer.byteLength / PAGE;
    if (missing <= 0) return true;
    if (pages > this.#maxPages) return false;
    try {
      this.memory.grow(missing);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  /** Frees a block; `bytes` is the size that was passed to {@link allocate}. */
  free(address: number, bytes: number): void {
    this.#heap.free(address, bytes);
  }

  /**
   * Returns a view of `count` float32 numbers at an address. If the memory is not shared, the view
   * is valid until the next allocation.
   */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, count);
  }

  /**
   * Returns a view of `count` int32 numbers at an address. If the memory is not shared, the view is
   * valid until the next allocation.
   */
  words(address: number, count: number): Int32Array {
    return new Int32Array(this.memory.buffer, address, count);
  }
}

/** Makes a memory. Returns the memory and its largest size in pages. */
function newMemory(shared: boolean): [WebAssembly.Memory, number] {
  for (const maximum of MAX_PAGES) {
    try {
      return [new WebAssembly.Memory({ initial: FIRST_PAGES, maximum, shared }), maximum];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  const least = Math.min(...MAX_PAGES) * PAGE / 2 ** 30;
  throw new MissingError(
    `The kernels of the WASM backend need ${least} GiB of addresses: raise the limit of the process ` +
      "(`ulimit -v`), or use `--backend cpu`.",
  );
}
