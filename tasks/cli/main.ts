import { fileURLToPath } from "node:url";
import { InputError, MissingError } from "../../src/core/errors.ts";
import { PageError } from "../../src/report/markdown/page_error.ts";
import { writeAtomic } from "./files.ts";
import { stateFolder } from "./project.ts";
import {
  exitCodes,
  say,
  Stop,
  StopListener,
  type StopPlan,
  type StopRequest,
  type StopSignal,
} from "./stop.ts";
import { guardConsole, visible, visibleLine } from "./terminal.ts";

/** The task succeeded. */
export const DONE = 0;
/** An experiment failed, or a comparison differs. */
export const FAILED = 1;
/** The usage is wrong, or the machine lacks something. */
export const WRONG_USAGE = 2;

/**
 * Runs a task and ends the process with its exit code. A signal such as Ctrl-C ends the process at
 * once if the task leaves the event loop free. Use `supervise` for a task that computes for a long
 * time.
 *
 * @param stopped The message if a signal ends the process.
 */
export async function main(task: () => Promise<number>, stopped = "Stopped."): Promise<never> {
  new StopListener(stopped);
  Deno.exit(await outcome(task));
}

/**
 * Runs a task and returns its exit code. An error is shown in one line. If the user cannot correct
 * it, its stack is written to a file that the line names.
 */
export async function outcome(task: () => Promise<number>): Promise<number> {
  guardConsole();
  try {
    return await task();
  } catch (error) {
    if (error instanceof Stop) {
      say(error.message);
      return error.exitCode;
    }
    if (error instanceof PageError) {
      // The message names the position in the page, so no stack is written.
      console.error(`error: ${visibleLine(error.message)}`);
      return FAILED;
    }
    if (error instanceof InputError || error instanceof MissingError) {
      console.error(`error: ${visibleLine(error.message)}`);
      return WRONG_USAGE;
    }
    console.error(`error: ${await reportFailure(error)}`);
    return FAILED;
  }
}

/** Writes the stack of an error to a file, and returns one line with the error and the file. */
export async function reportFailure(error: unknown): Promise<string> {
  const message = error instanceof Error ? error.message : String(error);
  const line = visibleLine(message.split("\n")[0] ?? "");
  const file = new URL("last-error.txt", stateFolder);
  try {
    await writeAtomic(
      file,
      `${error instanceof Error ? error.stack : message}\n`,
      new URL("drafts/", stateFolder),
    );
    return `${line} (details in ${fileURLToPath(file)})`;
  } catch {
    return line;
  }
}

/** A message of the worker: the plan by which the task stops by itself, or its exit code. */
type Told = { readonly plan: StopPlan } | { readonly code: number };

/**
 * Runs a task in a worker and ends the process with its exit code. Kernels of WASM and CPU occupy
 * their thread for seconds, in which it receives no signals. The main thread receives them, answers
 * at once, and can end the process at any time.
 *
 * @param url The URL of the module that calls this function at its end. The worker runs the same
 *   module.
 * @param task The work, which runs in the worker.
 * @param stopped The message if a signal ends the process before the task has a plan to stop by
 *   itself.
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

/** Runs the task in this worker and reports to the main thread. */
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
