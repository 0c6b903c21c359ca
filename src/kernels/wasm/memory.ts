import { InputError } from "../../core/errors.ts";
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

  constructor() {
    [this.memory, this.#mostPages] = newMemory();
  }

  /**
   * The address of a new block.
   *
   * @param what What it is for, for the message.
   * @throws {InputError} Where the memory cannot hold it.
   */
  take(bytes: number, what: string): number {
    const address = this.#heap.take(bytes);
    const wanted = Math.ceil((this.#heap.end + SLACK) / PAGE);
    const missing = wanted - this.memory.buffer.byteLength / PAGE;
    try {
      if (missing > 0) this.memory.grow(missing);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#heap.give(address, bytes);
      const limit = this.#mostPages * PAGE - this.#heap.end - SLACK;
      throw new InputError(`the ${what}`, `of at most ${limit} bytes now`, bytes);
    }
    return address;
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
  const [most, fewer] = MOST_PAGES;
  const make = (maximum: number): [WebAssembly.Memory, number] => {
    return [new WebAssembly.Memory({ initial: FIRST_PAGES, maximum, shared: true }), maximum];
  };
  try {
    return make(most);
  } catch (error) {
    if (error instanceof RangeError) return make(fewer);
    throw error;
  }
}
