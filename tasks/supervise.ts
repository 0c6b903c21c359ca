import { FAILED, outcome } from "./main.ts";
import {
  exitCodes,
  say,
  Stop,
  StopListener,
  type StopPlan,
  type StopRequest,
  type StopSignal,
} from "./stop.ts";
import { visible } from "./visible.ts";

/** What the worker tells: that the task stops by itself from now on, or its exit code. */
type Told = { readonly plan: StopPlan } | { readonly code: number };

/**
 * Runs a task in a worker and ends the process with its exit code. Kernels of WASM and CPU occupy
 * their thread for seconds, during which it hears no signal: the main thread listens, answers at
 * once, and can always end the process.
 *
 * @param url Of the module that calls this function at its end: the worker runs it, too.
 * @param task What is done, in the worker.
 * @param stopped What is said if the process is ended while the task does not stop by itself.
 */
export async function supervise(
  url: string,
  task: (stop: StopRequest) => Promise<number>,
  stopped: string,
): Promise<void> {
  if ("WorkerGlobalScope" in globalThis) return await work(task);
  const { port1: here, port2: there } = new MessageChannel();
  const listener = new StopListener(stopped, (signal) => here.postMessage(signal));
  const worker = new Worker(url, { type: "module" });
  const code = await new Promise<number>((done) => {
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      say(`error: ${visible(event.message.split("\n")[0] ?? "")}`);
      done(FAILED);
    });
    here.addEventListener("message", ({ data }: MessageEvent<Told>) => {
      if ("plan" in data) listener.follow(data.plan);
      else done(data.code);
    });
    here.start();
    worker.postMessage(null, [there]);
  });
  Deno.exit(code);
}

/** Runs the task in this worker, and tells the main thread. */
async function work(task: (stop: StopRequest) => Promise<number>): Promise<void> {
  const port = await new Promise<MessagePort>((done) => {
    globalThis.addEventListener("message", (event) => {
      const [port] = event instanceof MessageEvent ? event.ports : [];
      if (port) done(port);
    }, { once: true });
  });
  const tell = (told: Told): void => port.postMessage(told);
  const follow = (plan: StopPlan): AbortSignal => {
    const controller = new AbortController();
    port.onmessage = ({ data }: MessageEvent<StopSignal>) =>
      controller.abort(new Stop(exitCodes[data], plan.stopped));
    tell({ plan });
    return controller.signal;
  };
  tell({ code: await outcome(() => task({ follow })) });
}
