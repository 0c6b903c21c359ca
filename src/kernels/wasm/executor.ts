import { InputError } from "../../core/errors.ts";
import type { Executor } from "../executor.ts";
import { bestVariant, type Variant } from "./binary.ts";
import { Machine } from "./machine.ts";
import { WasmSession } from "./session.ts";

/** How {@link wasmExecutor} runs programs. */
export interface WasmOptions {
  /**
   * The most threads, 1 to 15; by default as many as the machine has processors, at most 4. The
   * results are the same bytes whatever the number.
   */
  readonly threads?: number;
  /** Which binary; by default the one with relaxed SIMD where the engine has that. */
  readonly variant?: Variant;
  /** What threads share, whatever it costs: for tests. By default what seems to be fastest. */
  readonly share?: "replicas" | "commands";
}

/** What {@link wasmExecutor} gives. */
export interface WasmExecutor extends Executor {
  /** Threads that run now: workers start with the first job that is worth it. */
  readonly threads: number;
  /** Starts the workers now, and waits until they are up, 5 s at most. */
  warm(): Promise<void>;
  /** Ends its workers; no session of it may run after. */
  dispose(): void;
}

/**
 * Runs programs in WebAssembly: float32, four numbers at a time, on several threads. A run is one
 * call, however many steps and replicas it has. Every number is computed by one order of operations
 * that depends on the shapes alone.
 *
 * @throws {InputError} On a number of threads that is none.
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
  const threads = options.threads ?? Math.max(1, Math.min(4, navigator.hardwareConcurrency || 1));
  if (!Number.isInteger(threads) || threads < 1 || threads > 15) {
    throw new InputError("threads", "an integer from 1 to 15", threads);
  }
  let made: Machine | undefined;
  // The memory is made with the first program, so that an executor that is not used costs nothing.
  const machine = (): Machine => made ??= new Machine(options.variant ?? bestVariant(), threads);
  return {
    start: (program, replicas) => new WasmSession(machine(), program, replicas, options.share),
    get threads() {
      return machine().threads;
    },
    warm: () => machine().warm(),
    dispose: () => made?.dispose(),
  };
}
