import { canShareMemory, workerThreads } from "../../platform/runtime.ts";
import { kernelModule, type Variant } from "./binary.ts";
import { KernelMemory, LINE } from "./memory.ts";
import type { Sharing } from "./work.ts";
import { startWorkers } from "./workers.ts";

/** The exports of the binaries; addresses and sizes are in bytes. See assembly/index.ts. */
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

/** A routine to run in some arenas, and the threads that run it. */
export interface Job extends Sharing {
  /** The address of the routine. */
  readonly routine: number;
  /** The number of times that the routine runs in each arena. */
  readonly steps: number;
  /** The row of the first step among losses, norms and hyperparameters. */
  readonly first: number;
  /** The address of the first arena. */
  readonly arenas: number;
  /** The distance from one arena to the next, in bytes. */
  readonly stride: number;
  /** The number of arenas. */
  readonly replicas: number;
}

/** The kernels in WebAssembly, with their memory and threads. */
export class Machine {
  /** The memory of arenas, routines and scratch. */
  readonly memory: KernelMemory;
  readonly #module: WebAssembly.Module;
  readonly #kernels: Kernels;
  readonly #control: number;
  /** The maximum number of threads, including the caller's. */
  readonly maxThreads: number;
  /** The scratch memory of the threads: its address, and the number of threads that it serves. */
  #own: { readonly address: number; readonly threads: number };
  /**
   * The scratch memory of the replicas that run at a time: its address, and the size of each
   * replica's part in bytes.
   */
  #scratch = { address: 0, stride: 0 };
  #stopWorkers: (() => void) | undefined;

  /**
   * Instantiates the kernels.
   *
   * @param variant The binary.
   * @param maxThreads The maximum number of threads, including the caller's. It is 1 if the memory
   *   is not shared, or in a browser.
   * @param shared Whether threads can share the memory. Default: whether the runtime can share
   *   memory.
   */
  constructor(variant: Variant, maxThreads: number, shared = canShareMemory()) {
    this.memory = new KernelMemory(shared);
    this.#module = kernelModule(variant, shared);
    const env = { memory: this.memory.memory };
    const { exports } = new WebAssembly.Instance(this.#module, { env });
    this.#kernels = exports as WebAssembly.Exports & Kernels;
    this.maxThreads = shared && workerThreads() !== null ? maxThreads : 1;
    const bytes = this.#kernels.controlBytes();
    this.#control = this.memory.allocate(bytes, "control block");
    this.memory.words(this.#control, bytes / 4).fill(0);
    this.#own = { address: this.memory.allocate(this.#kernels.ownBytes(), "scratch"), threads: 1 };
  }

  /** The number of threads that run now: the caller's, and the workers that have started. */
  get threads(): number {
    return Math.min(this.maxThreads, 1 + this.#kernels.ready(this.#control));
  }

  /**
   * Allocates the scratch memory that a routine needs to run on all threads.
   *
   * @param routine The address of the routine.
   * @throws {InputError} If the memory is too small; nothing changes then.
   */
  prepare(routine: number): void {
    // WebAssembly returns an i32, which is signed.
    const stride = Math.ceil((this.#kernels.scratchOf(routine) >>> 0) / LINE) * LINE;
    const { address, stride: last } = this.#scratch;
    if (stride <= last) return;
    // The old block is freed first, since two blocks would need more memory. If the new block does
    // not fit, the old one is allocated again, since routines that are prepared already need it.
    if (last > 0) this.memory.free(address, last * this.maxThreads);
    try {
      this.#scratch = {
        address: this.memory.allocate(stride * this.maxThreads, "scratch"),
        stride,
      };
    } catch (error) {
      if (last > 0) {
        this.#scratch = {
          address: this.memory.allocate(last * this.maxThreads, "scratch"),
          stride: last,
        };
      }
      throw error;
    }
  }

  /** Runs a job. Starts the workers if the job is worth more than one thread. */
  run(job: Job): void {
    if (job.threads > 1) this.#startWorkers();
    this.#kernels.run(
      this.#control,
      Math.min(job.threads, this.threads),
      job.routine,
      job.steps,
      job.arenas,
      job.stride,
      job.replicas,
      job.share === "commands" ? 1 : 0,
      this.#own.address,
      this.#scratch.address,
      this.#scratch.stride,
      job.first,
    );
  }

  /** Starts the workers and waits until they run, for at most 5 s. */
  async warm(): Promise<void> {
    this.#startWorkers();
    for (let waited = 0; this.threads < this.maxThreads && waited < 5000; waited++) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Starts the workers on the first call; they join the team when they run. */
  #startWorkers(): void {
    if (this.#stopWorkers || this.maxThreads === 1) return;
    const bytes = this.#kernels.ownBytes();
    const address = this.memory.allocate(bytes * this.maxThreads, "scratch");
    this.memory.free(this.#own.address, bytes * this.#own.threads);
    this.#own = { address, threads: this.maxThreads };
    this.#stopWorkers = startWorkers(this.maxThreads - 1, {
      code: this.#module,
      memory: this.memory.memory,
      control: this.#control,
    });
  }

  /** Returns e^x (`kind` 0), sigmoid (1) or tanh (2) of values, as the kernels compute them. */
  curve(kind: 0 | 1 | 2, values: Float32Array): Float32Array {
    const address = this.memory.allocate(values.byteLength, "values");
    this.memory.floats(address, values.length).set(values);
    this.#kernels.curve(kind, address, values.length);
    const found = Float32Array.from(this.memory.floats(address, values.length));
    this.memory.free(address, values.byteLength);
    return found;
  }

  /** Ends the workers. No job may run afterwards. */
  dispose(): void {
    this.#kernels.stop(this.#control);
    this.#stopWorkers?.();
  }
}
