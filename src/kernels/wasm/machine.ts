import { InputError } from "../../core/errors.ts";
import { kernelModule, type Variant } from "./binary.ts";
import { Heap } from "./heap.ts";
import { startWorkers } from "./workers.ts";

/** What the binaries export; addresses and sizes are in bytes. See assembly/index.ts. */
interface Kernels {
  scratchOf(routine: number): number;
  ownBytes(): number;
  controlBytes(): number;
  ready(control: number): number;
  run(
    control: number,
    threads: number,
    routine: number,
    steps: number,
    arenas: number,
    stride: number,
    replicas: number,
    inside: number,
    own: number,
    scratch: number,
    scratchStride: number,
    first: number,
  ): void;
  stop(control: number): void;
  curve(kind: number, address: number, count: number): void;
}

/** Bytes of a page of WebAssembly's memory. */
const PAGE = 65536;

/** The most pages it may have: 4 GiB, or 1 GiB where there is no room for more addresses. */
const MOST_PAGES = [65536, 16384] as const;

/** Where blocks begin: the first page is left alone, so that no address is 0. */
const BEGIN = 65536;

/** Vectors at the end of a block reach so far behind it. */
const SLACK = 256;

/** What is run: a routine in a number of arenas. */
export interface Job {
  /** Address of the routine. */
  readonly routine: number;
  readonly steps: number;
  /** The slot of the first step among losses, norms and hyperparameters. */
  readonly first: number;
  /** Address of the first arena, and the distance between two. */
  readonly arenas: number;
  readonly stride: number;
  readonly replicas: number;
  /** How many threads are worth it, and whether they share the commands of one replica. */
  readonly threads: number;
  readonly inside: boolean;
  /** Bytes of scratch that a replica needs. */
  readonly scratch: number;
}

/** The memory, the kernels in it and the threads that run them. */
export class Machine {
  readonly #memory: WebAssembly.Memory;
  readonly #mostPages: number;
  readonly #heap = new Heap(BEGIN);
  readonly #module: WebAssembly.Module;
  readonly #kernels: Kernels;
  readonly #control: number;
  readonly #most: number;
  #own: number;
  #ownCount = 1;
  #scratch = { address: 0, bytes: 0 };
  #asked = false;
  #stopWorkers: () => void = () => {};

  /** @param threads The most that may run at a time, the caller's among them. */
  constructor(variant: Variant, threads: number) {
    this.#module = kernelModule(variant);
    [this.#memory, this.#mostPages] = newMemory();
    const { exports } = new WebAssembly.Instance(this.#module, { env: { memory: this.#memory } });
    this.#kernels = exports as WebAssembly.Exports & Kernels;
    this.#most = threads;
    this.#control = this.take(this.#kernels.controlBytes(), "control block");
    new Uint8Array(this.#memory.buffer, this.#control, this.#kernels.controlBytes()).fill(0);
    this.#own = this.take(this.#kernels.ownBytes(), "scratch");
  }

  /** Threads that run now: one, and the workers that have started. */
  get threads(): number {
    return Math.min(this.#most, 1 + this.#kernels.ready(this.#control));
  }

  /** The most threads that it may come to. */
  get most(): number {
    return this.#most;
  }

  /**
   * A new block.
   *
   * @throws {InputError} Where WebAssembly's memory cannot hold it.
   */
  take(bytes: number, what: string): number {
    const address = this.#heap.take(bytes);
    const wanted = Math.ceil((this.#heap.end + SLACK) / PAGE);
    const missing = wanted - this.#memory.buffer.byteLength / PAGE;
    try {
      if (missing > 0) this.#memory.grow(missing);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#heap.give(address, bytes);
      const limit = this.#mostPages * PAGE - this.#heap.end;
      throw new InputError(`the ${what}`, `of at most ${limit} bytes here`, bytes);
    }
    return address;
  }

  /** Frees a block. */
  give(address: number, bytes: number): void {
    this.#heap.give(address, bytes);
  }

  /** The numbers at an address. Memory may have grown since the last time: ask anew for each use. */
  floats(address: number, count: number): Float32Array<SharedArrayBuffer> {
    return new Float32Array(this.#buffer, address, count);
  }

  /** The integers at an address. */
  words(address: number, count: number): Int32Array<SharedArrayBuffer> {
    return new Int32Array(this.#buffer, address, count);
  }

  get #buffer(): SharedArrayBuffer {
    const { buffer } = this.#memory;
    if (buffer instanceof SharedArrayBuffer) return buffer;
    throw new TypeError("WebAssembly's memory is not shared");
  }

  /** Bytes of scratch that the routine at an address needs. */
  scratchOf(routine: number): number {
    return this.#kernels.scratchOf(routine);
  }

  /** Makes room for a job of so much scratch on all threads. */
  reserve(scratch: number): void {
    const bytes = Math.ceil(scratch / 64) * 64 * this.#most;
    if (bytes <= this.#scratch.bytes) return;
    if (this.#scratch.bytes > 0) this.give(this.#scratch.address, this.#scratch.bytes);
    this.#scratch = { address: 0, bytes: 0 };
    this.#scratch = { address: this.take(bytes, "scratch"), bytes };
  }

  /** Runs a job; starts workers where it is worth more than one thread. */
  run(job: Job): void {
    if (job.threads > 1) this.#wake();
    const threads = Math.min(job.threads, this.threads);
    const scratchStride = Math.floor(this.#scratch.bytes / this.#most / 64) * 64;
    this.#kernels.run(
      this.#control,
      threads,
      job.routine,
      job.steps,
      job.arenas,
      job.stride,
      job.replicas,
      job.inside ? 1 : 0,
      this.#own,
      this.#scratch.address,
      scratchStride,
      job.first,
    );
  }

  /** Starts the workers, and waits until they are up, 5 s at most. */
  async warm(): Promise<void> {
    this.#wake();
    for (let waited = 0; this.threads < this.#most && waited < 5000; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Starts the workers, once; they join when they are up. */
  #wake(): void {
    if (this.#asked) return;
    this.#asked = true;
    const bytes = this.#kernels.ownBytes();
    this.give(this.#own, bytes * this.#ownCount);
    this.#ownCount = this.#most;
    this.#own = this.take(bytes * this.#most, "scratch");
    const shared = { code: this.#module, memory: this.#memory, control: this.#control };
    this.#stopWorkers = startWorkers(this.#most - 1, shared);
  }

  /** Values of e^x (`kind` 0), sigmoid (1) or tanh (2), as the kernels compute them. */
  curve(kind: 0 | 1 | 2, values: Float32Array): Float32Array {
    const bytes = values.byteLength + 16;
    const address = this.take(bytes, "values");
    this.floats(address, values.length).set(values);
    this.#kernels.curve(kind, address, values.length);
    const found = this.floats(address, values.length).slice();
    this.give(address, bytes);
    return Float32Array.from(found);
  }

  /** Sends the workers home. */
  dispose(): void {
    this.#kernels.stop(this.#control);
    this.#stopWorkers();
  }
}

/** A memory that threads share, and the most pages that it can have. */
function newMemory(): [WebAssembly.Memory, number] {
  const [most, fewer] = MOST_PAGES;
  const make = (maximum: number): [WebAssembly.Memory, number] => {
    return [new WebAssembly.Memory({ initial: 2, maximum, shared: true }), maximum];
  };
  try {
    return make(most);
  } catch (error) {
    if (error instanceof RangeError) return make(fewer);
    throw error;
  }
}
