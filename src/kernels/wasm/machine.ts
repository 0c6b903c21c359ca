import { kernelModule, type Variant } from "./binary.ts";
import { LINE } from "./heap.ts";
import { SharedMemory } from "./memory.ts";
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

/** What is run: a routine in a number of arenas. */
export interface Job {
  /** The routine's address. */
  readonly routine: number;
  /** How often it is run in each arena. */
  readonly steps: number;
  /** The slot of the first step among losses, norms and hyperparameters. */
  readonly first: number;
  /** The address of the first arena. */
  readonly arenas: number;
  /** The distance between two. */
  readonly stride: number;
  /** How many there are. */
  readonly replicas: number;
  /** How many threads the job is worth. */
  readonly threads: number;
  /** Whether threads share the commands of one replica after the other. */
  readonly inside: boolean;
}

/** The kernels, with their memory and the threads that run them. */
export class Machine {
  /** Where arenas and routines lie. */
  readonly memory = new SharedMemory();
  readonly #module: WebAssembly.Module;
  readonly #kernels: Kernels;
  readonly #control: number;
  readonly #most: number;
  /** Scratch of each thread: its address, and for how many threads there is some. */
  #own: { readonly address: number; readonly threads: number };
  /** Scratch of each replica that runs at a time: its address, and its bytes. */
  #scratch = { address: 0, stride: 0 };
  #stopWorkers: (() => void) | undefined;

  /** @param most The most threads that may run at a time, the caller's among them. */
  constructor(variant: Variant, most: number) {
    this.#module = kernelModule(variant);
    const env = { memory: this.memory.memory };
    const { exports } = new WebAssembly.Instance(this.#module, { env });
    this.#kernels = exports as WebAssembly.Exports & Kernels;
    this.#most = most;
    const bytes = this.#kernels.controlBytes();
    this.#control = this.memory.take(bytes, "control block");
    this.memory.words(this.#control, bytes / 4).fill(0);
    this.#own = { address: this.memory.take(this.#kernels.ownBytes(), "scratch"), threads: 1 };
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
   * Makes room for the routine at an address to run on all threads.
   *
   * @throws {InputError} If the memory cannot hold it; nothing changes then.
   */
  prepare(routine: number): void {
    // The kernels give bytes as a signed integer.
    const stride = Math.ceil((this.#kernels.scratchOf(routine) >>> 0) / LINE) * LINE;
    const { address, stride: last } = this.#scratch;
    if (stride <= last) return;
    // Both at a time would need more memory. What was freed can be had again: routines that are
    // ready already rely on it.
    if (last > 0) this.memory.give(address, last * this.#most);
    try {
      this.#scratch = { address: this.memory.take(stride * this.#most, "scratch"), stride };
    } catch (error) {
      if (last > 0) {
        this.#scratch = { address: this.memory.take(last * this.#most, "scratch"), stride: last };
      }
      throw error;
    }
  }

  /** Runs a job; starts workers where it is worth more than one thread. */
  run(job: Job): void {
    if (job.threads > 1) this.#wake();
    this.#kernels.run(
      this.#control,
      Math.min(job.threads, this.threads),
      job.routine,
      job.steps,
      job.arenas,
      job.stride,
      job.replicas,
      job.inside ? 1 : 0,
      this.#own.address,
      this.#scratch.address,
      this.#scratch.stride,
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
    if (this.#stopWorkers || this.#most === 1) return;
    const bytes = this.#kernels.ownBytes();
    const address = this.memory.take(bytes * this.#most, "scratch");
    this.memory.give(this.#own.address, bytes * this.#own.threads);
    this.#own = { address, threads: this.#most };
    this.#stopWorkers = startWorkers(this.#most - 1, {
      code: this.#module,
      memory: this.memory.memory,
      control: this.#control,
    });
  }

  /** Values of e^x (`kind` 0), sigmoid (1) or tanh (2), as the kernels compute them. */
  curve(kind: 0 | 1 | 2, values: Float32Array): Float32Array {
    const address = this.memory.take(values.byteLength, "values");
    this.memory.floats(address, values.length).set(values);
    this.#kernels.curve(kind, address, values.length);
    const found = Float32Array.from(this.memory.floats(address, values.length));
    this.memory.give(address, values.byteLength);
    return found;
  }

  /** Sends the workers home; it runs nothing after. */
  dispose(): void {
    this.#kernels.stop(this.#control);
    this.#stopWorkers?.();
  }
}
