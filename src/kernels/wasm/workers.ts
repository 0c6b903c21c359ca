import type { Worker } from "node:worker_threads";
import { workerThreads } from "../../platform/runtime.ts";

/** What a worker is started with. */
export interface Shared {
  /** The kernels. */
  readonly code: WebAssembly.Module;
  /** Their memory. */
  readonly memory: WebAssembly.Memory;
  /** The address of the control block through which jobs come. */
  readonly control: number;
}

/** A worker's program. It sleeps in the kernels between jobs, and never comes back on its own. */
const source = `const { workerData: shared } = require("node:worker_threads");
const imports = { env: { memory: shared.memory } };
new WebAssembly.Instance(shared.code, imports).exports.work(shared.control);`;

/**
 * Starts workers that do not keep the process alive. They are Node's, and not the web's, because
 * those would, and because their program can be text: a published module has no file beside it.
 *
 * Where one cannot start, the work is done with fewer threads.
 *
 * @returns Ends them.
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
      break; // An engine without workers.
    }
  }
  return () => workers.forEach((worker) => void worker.terminate());
}
