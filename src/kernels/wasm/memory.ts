import { InputError, MissingError } from "../../core/errors.ts";
import { Heap } from "./heap.ts";

/** Bytes of a page of WebAssembly's memory. */
const PAGE = 65536;

/** The pages it has at first, as many as the binaries rely on. */
const FIRST_PAGES = 2;

/** The most pages it may have: 4 GiB, or 1 GiB where there is no room for more addresses. */
const MOST_PAGES = [65536, 16384] as const;

/** Where blocks begin: the first page is left alone, so that no address is 0. */
const BEGIN = PAGE;

/** Vectors at the end of a block reach at most so far behind it. */
const SLACK = 256;

/**
 * A memory that threads share, and that grows as blocks are taken from it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SharedMemory } from "./memory.ts";
 *
 * const memory = new SharedMemory();
 * const address = memory.take(8, "block");
 * memory.floats(address, 2).set([1, 2]);
 * assertEquals([...memory.floats(address + 4, 1)], [2]);
 * memory.give(address, 8);
 * ```
 */
export class SharedMemory {
  /** The memory itself, for the kernels. */
  readonly memory: WebAssembly.Memory;
  readonly #mostPages: number;
  readonly #heap = new Heap(BEGIN);

  /**
   * Reserves the addresses.
   *
   * @throws {MissingError} If the process may not have so many.
   */
  constructor() {
    [this.memory, this.#mostPages] = newMemory();
  }

  /**
   * The address of a new block.
   *
   * @param what What it is for, for the message.
   * @throws {InputError} If the memory cannot hold it; nothing changes then.
   */
  take(bytes: number, what: string): number {
    const address = this.#heap.take(bytes);
    if (this.#reach(Math.ceil((this.#heap.end + SLACK) / PAGE))) return address;
    this.#heap.give(address, bytes);
    const limit = this.#mostPages * PAGE - this.#heap.end - SLACK;
    throw new InputError(
      `the bytes of the ${what}`,
      `at most ${limit} now`,
      bytes,
      "Use fewer replicas, a smaller batch or a shorter sequence.",
    );
  }

  /** Grows the memory to so many pages, if it has fewer; tells whether it has them now. */
  #reach(pages: number): boolean {
    const missing = pages - this.memory.buffer.byteLength / PAGE;
    if (missing <= 0) return true;
    if (pages > this.#mostPages) return false;
    try {
      this.memory.grow(missing);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }

  /** Frees a block. */
  give(address: number, bytes: number): void {
    this.#heap.give(address, bytes);
  }

  /** The numbers at an address. */
  floats(address: number, count: number): Float32Array<SharedArrayBuffer> {
    return new Float32Array(this.#buffer, address, count);
  }

  /** The integers at an address. */
  words(address: number, count: number): Int32Array<SharedArrayBuffer> {
    return new Int32Array(this.#buffer, address, count);
  }

  get #buffer(): SharedArrayBuffer {
    const { buffer } = this.memory;
    if (buffer instanceof SharedArrayBuffer) return buffer;
    throw new TypeError("WebAssembly's memory is not shared");
  }
}

/** A memory, and the most pages that it can have. */
function newMemory(): [WebAssembly.Memory, number] {
  for (const maximum of MOST_PAGES) {
    try {
      return [new WebAssembly.Memory({ initial: FIRST_PAGES, maximum, shared: true }), maximum];
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  const least = Math.min(...MOST_PAGES) * PAGE / 2 ** 30;
  throw new MissingError(
    `There are not ${least} GiB of addresses for the kernels of the WASM backend: raise the limit ` +
      "of the process (`ulimit -v`), or use `--backend cpu`.",
  );
}
