/** How long work may keep the event loop waiting, in milliseconds. */
const LONGEST = 50;

let last = performance.now();

/**
 * Lets the event loop run if it has waited for more than 50 ms, and then stops work whose signal is
 * aborted. Kernels of WASM and CPU compute synchronously, and `await` alone runs no timer, message or
 * listener: a long loop calls this in each round. A call that lets nothing run costs less than a
 * microsecond.
 *
 * @param signal Stops the work.
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
      // A timer of 0 ms takes 1 to 4 ms; not every runtime has something faster.
      if ("setImmediate" in globalThis) setImmediate(done);
      else setTimeout(done);
    });
    last = performance.now();
  }
  signal?.throwIfAborted();
}
