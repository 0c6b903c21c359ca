import type { KernelBackend, TensorInfo } from "@tensorflow/tfjs";
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { InputError } from "../../core/errors.ts";
import { float32Array, sizeOf } from "../../core/shapes.ts";
import { tf } from "../../core/tfjs.ts";
import { processorCount } from "../../platform/runtime.ts";
import { type Command, encode } from "../instructions.ts";
import type { Executor, Program, Region, Session } from "../program.ts";
import { bestVariant, type Variant } from "./binary.ts";
import { Machine } from "./machine.ts";
import { LINE } from "./memory.ts";
import { shareWork, type Sharing, type Work, workOf } from "./work.ts";

/** Options for {@link wasmExecutor}. */
export interface WasmOptions {
  /**
   * The maximum number of threads, from 1 to 15. The results are the same bytes for any number.
   * Default: the number of processors, at most 4.
   */
  readonly threads?: number;
  /** The binary. Default: the one with relaxed SIMD if the engine supports it. */
  readonly variant?: Variant;
  /** What threads share, for tests. Default: what is estimated to be fastest. */
  readonly share?: Sharing["share"];
  /**
   * Whether threads share the memory. Without shared memory there is one thread. Default: whether
   * the runtime can share memory; a browser permits it to pages that are cross-origin isolated.
   */
  readonly sharedMemory?: boolean;
}

/** The executor that {@link wasmExecutor} makes. */
export interface WasmExecutor extends Executor {
  /** The number of threads that run now: workers start with the first job that is large enough. */
  readonly threads: number;
  /** Starts the workers and waits until they run, for at most 5 s. */
  warm(): Promise<void>;
  /** Ends the workers. No session of the executor may run afterwards. */
  dispose(): void;
}

/**
 * Makes an executor that runs programs in WebAssembly: float32, four numbers at a time, on several
 * threads. A run is one call for any number of steps and replicas. The order of the operations that
 * compute a number depends on shapes only.
 *
 * @param options The binary and the threads.
 * @returns The executor.
 * @throws {InputError} If `threads` is not an integer from 1 to 15.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Layout } from "../program.ts";
 * import { wasmExecutor } from "./executor.ts";
 *
 * const layout = new Layout();
 * const [from, to] = [layout.add(2), layout.add(2)];
 * const add = { op: "add", count: 2, from: from.offset, to: to.offset } as const;
 * const session = wasmExecutor().start({ size: layout.size, routines: { add: [add] } }, 1);
 * session.write(from, new Float32Array([1, 2]));
 * session.write(to, new Float32Array([10, 20]));
 * session.run("add", 3);
 * assertEquals([...await session.read(to)], [13, 26]);
 * session.dispose();
 * ```
 */
export function wasmExecutor(options: WasmOptions = {}): WasmExecutor {
  const threads = options.threads ?? Math.max(1, Math.min(4, processorCount()));
  if (!Number.isInteger(threads) || threads < 1 || threads > 15) {
    throw new InputError("threads", "an integer from 1 to 15", threads);
  }
  let made: Machine | undefined;
  // The memory is reserved by the first program, so an executor that is not used costs nothing.
  const machine = (): Machine =>
    made ??= new Machine(options.variant ?? bestVariant(), threads, options.sharedMemory);
  return {
    start: (program, replicas) => new WasmSession(machine(), program, replicas, options.share),
    get threads() {
      return machine().threads;
    },
    warm: () => machine().warm(),
    dispose: () => made?.dispose(),
  };
}

/** A routine in the memory of a machine. */
interface Routine {
  readonly address: number;
  readonly bytes: number;
  readonly work: Work;
}

/** A program with its arenas in the memory of a {@link Machine}. */
export class WasmSession implements Session {
  readonly #machine: Machine;
  readonly #replicas: number;
  readonly #routines = new Map<string, Routine>();
  /** The size of an arena, in bytes: a multiple of {@link LINE}, so no two share a cache line. */
  readonly #stride: number;
  readonly #arenas: number;
  readonly #share: Sharing["share"] | undefined;
  #disposed = false;

  /**
   * Allocates the arenas and encodes the routines.
   *
   * @param machine The kernels.
   * @param program The program.
   * @param replicas The number of networks.
   * @param share What threads share. Default: what is estimated to be fastest.
   * @throws {InputError} If `replicas` is not a positive integer, or if the memory is too small.
   */
  constructor(machine: Machine, program: Program, replicas: number, share?: Sharing["share"]) {
    if (!Number.isInteger(replicas) || replicas < 1) {
      throw new InputError("replicas", "a positive integer", replicas);
    }
    this.#machine = machine;
    this.#replicas = replicas;
    this.#share = share;
    this.#stride = Math.ceil((program.size * 4) / LINE) * LINE;
    this.#arenas = machine.memory.allocate(this.#stride * replicas, "arena");
    try {
      for (const [name, commands] of Object.entries(program.routines)) this.#add(name, commands);
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  #add(name: string, commands: readonly Command[]): void {
    const words = encode(commands);
    const bytes = 4 * (words.length + 1);
    const { memory } = this.#machine;
    const address = memory.allocate(bytes, "program");
    this.#routines.set(name, { address, bytes, work: workOf(commands) });
    const encoded = memory.words(address, words.length + 1);
    encoded[0] = words.length;
    encoded.set(words, 1);
    this.#machine.prepare(address);
  }

  write(region: Region, values: Float32Array): void {
    const { size } = region;
    if (values.length !== size * this.#replicas) {
      throw new InputError("values", `${size * this.#replicas} numbers`, values.length);
    }
    for (let r = 0; r < this.#replicas; r++) {
      this.#numbers(region, r).set(
        this.#replicas === 1 ? values : values.subarray(r * size, (r + 1) * size),
      );
    }
  }

  writeTensor(region: Region, tensor: TensorInfo): void {
    this.write(region, tensorNumbers(tensor));
  }

  read(region: Region): Promise<Float32Array> {
    const values = float32Array("the region", [this.#replicas, region.size]);
    this.#gather(region, values);
    return Promise.resolve(values);
  }

  views(region: Region): readonly Float32Array[] {
    return Array.from({ length: this.#replicas }, (_, r) => this.#numbers(region, r));
  }

  readTensor(region: Region, shape: readonly number[]): TensorInfo {
    const size = sizeOf(shape);
    if (size !== region.size * this.#replicas) {
      throw new InputError("shape", `of ${region.size * this.#replicas} numbers`, [...shape]);
    }
    return newTensor(shape, (values) => this.#gather(region, values));
  }

  #gather(region: Region, values: Float32Array): void {
    for (let r = 0; r < this.#replicas; r++) values.set(this.#numbers(region, r), r * region.size);
  }

  /** Returns a view of a region of a replica. */
  #numbers({ offset, size }: Region, replica: number): Float32Array {
    this.#checkOpen();
    return this.#machine.memory.floats(this.#arenas + replica * this.#stride + 4 * offset, size);
  }

  run(routine: string, steps = 1, first = 0): void {
    this.#checkOpen();
    const found = this.#routines.get(routine);
    if (found === undefined) {
      throw new InputError("routine", [...this.#routines.keys()].join(" or "), routine);
    }
    if (!Number.isInteger(steps) || steps < 0) {
      throw new InputError("steps", "an integer of at least 0", steps);
    }
    const { maxThreads } = this.#machine;
    this.#machine.run({
      ...(this.#share === undefined
        ? shareWork(found.work, steps, this.#replicas, maxThreads)
        : { threads: maxThreads, share: this.#share }),
      routine: found.address,
      steps,
      first,
      arenas: this.#arenas,
      stride: this.#stride,
      replicas: this.#replicas,
    });
  }

  #checkOpen(): void {
    if (this.#disposed) throw new InputError("the session", "open", "one that was disposed of");
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#machine.memory.free(this.#arenas, this.#stride * this.#replicas);
    for (const { address, bytes } of this.#routines.values()) {
      this.#machine.memory.free(address, bytes);
    }
  }
}

/**
 * Returns the numbers of a tensor. If they are in the memory of tfjs's WASM backend, this is a view
 * that is valid until tfjs allocates again.
 *
 * @throws {InputError} If the tensor is not float32.
 */
function tensorNumbers(tensor: TensorInfo): Float32Array {
  const backend = tf.backend();
  const values = tensor.dtype !== "float32"
    ? null
    : isWasmBackend(backend)
    ? backend.typedArrayFromHeap(tensor)
    : backend.readSync(tensor.dataId);
  if (values instanceof Float32Array) return values;
  throw new InputError("the tensor's dtype", "float32", tensor.dtype);
}

/** Whether a backend is the WASM backend of tfjs. `instanceof` would load its package. */
function isWasmBackend(backend: KernelBackend): backend is BackendWasm {
  return "typedArrayFromHeap" in backend && "makeOutput" in backend;
}

/** Makes a tensor on the current backend of tfjs and fills it. */
function newTensor(
  shape: readonly number[],
  fill: (values: Float32Array) => void,
): TensorInfo {
  const backend = tf.backend();
  if (isWasmBackend(backend)) {
    const tensor = backend.makeOutput([...shape], "float32");
    fill(tensorNumbers(tensor));
    return tensor;
  }
  const values = float32Array("the region", shape);
  fill(values);
  return {
    dataId: backend.write(values, [...shape], "float32"),
    shape: [...shape],
    dtype: "float32",
  };
}
