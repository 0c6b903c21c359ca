/** The longest time between two turns of the event loop, in milliseconds. */
const LONGEST = 50;

let last = performance.now();

/**
 * Lets the event loop run if it has waited for more than 50 ms, then throws if the signal is
 * aborted.
 *
 * The CPU and WASM kernels compute synchronously, and `await` alone runs no timer, message or
 * listener. A long loop therefore calls this function in each iteration. A call costs less than a
 * microsecond unless it lets the event loop run.
 *
 * @param signal The signal that aborts the work.
 * @throws The reason of `signal`, if it is aborted.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { letOthersRun } from "./event_loop.ts";
 *
 * await assertRejects(async () => {
 *   const signal = AbortSignal.timeout(100);
 *   for (;;) await letOthersRun(signal);
 * }, DOMException);
 * ```
 */
export async function letOthersRun(signal?: AbortSignal): Promise<void> {
  if (performance.now() - last > LONGEST) {
    await new Promise<void>((done) => {
      // A timer of 0 ms takes 1 to 4 ms, and not every runtime has setImmediate.
      if ("setImmediate" in globalThis) setImmediate(done);
      else setTimeout(done);
    });
    last = performance.now();
  }
  signal?.throwIfAborted();
}
