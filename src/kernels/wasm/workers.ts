import type { Worker } from "node:worker_threads";
import { workerThreads } from "../../platform/runtime.ts";

/** The data that a worker is started with. */
export interface Shared {
  /** The module of the kernels. */
  readonly code: WebAssembly.Module;
  /** The memory of the kernels. */
  readonly memory: WebAssembly.Memory;
  /** The address of the control block, through which workers receive jobs. */
  readonly control: number;
}

/** The program of a worker. It waits for jobs within `work`, which returns when it is stopped. */
const source = `const { workerData: shared } = require("node:worker_threads");
const imports = { env: { memory: shared.memory } };
new WebAssembly.Instance(shared.code, imports).exports.work(shared.control);`;

/**
 * Starts workers that do not keep the process alive.
 *
 * The workers are those of `node:worker_threads`. Web workers would keep the process alive and
 * would have to load their program from a separate file, which may be missing in a published
 * package.
 *
 * If a worker cannot start, fewer threads do the work.
 *
 * @param count The number of workers.
 * @param shared The data that they are started with.
 * @returns A function that ends the workers.
 */
export function startWorkers(count: number, shared: Shared): () => void {
  const workers: Worker[] = [];
  const threads = workerThreads();
  if (threads === null) return () => {};
  for (let i = 0; i < count; i++) {
    try {
      const worker = new threads.Worker(source, { eval: true, workerData: shared });
      worker.unref();
      worker.on("error", () => {});
      workers.push(worker);
    } catch {
      break; // The engine has no workers.
    }
  }
  return () => workers.forEach((worker) => void worker.terminate());
}
