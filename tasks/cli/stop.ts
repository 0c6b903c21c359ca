import { standardError } from "./progress.ts";

/** The exit codes that a shell uses for programs that a signal ended. */
export const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A signal that asks a process to end, such as Ctrl-C. */
export type StopSignal = keyof typeof exitCodes;

/** The signals that this system can listen to. */
export const stopSignals: readonly StopSignal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** Thrown if the process is asked to end. */
export class Stop extends Error {
  /** `"Stop"`. */
  override readonly name = "Stop";

  /**
   * @param exitCode The exit code of the process.
   * @param message The last line that is shown.
   */
  constructor(readonly exitCode: number, message: string) {
    super(message);
  }
}

/** The message if a run of experiments is stopped. */
export const PARTS_KEPT =
  "Stopped. Finished parts are kept: the same command without --fresh continues from there.";

/** The message if runs that are computed again with `--fresh` are stopped. */
export const EARLIER_STAY =
  "Stopped. Finished runs are kept. The other experiments keep their earlier runs; --fresh starts again.";

/** The plan by which a task stops by itself after a signal. */
export interface StopPlan {
  /** The message when the signal arrives. */
  readonly stopping: string;
  /** The message when the task has stopped. */
  readonly stopped: string;
  /** The milliseconds after which the process ends anyway; never by default. */
  readonly patience?: number;
}

/** Asks a task to stop. */
export interface StopRequest {
  /**
   * Announces that the task now stops by itself. Before this call, a signal ends the process.
   *
   * @param plan The messages, and how long the task may take to stop.
   * @returns A signal that is aborted with a {@link Stop} when the process is asked to end.
   */
  follow(plan: StopPlan): AbortSignal;
}

/**
 * One Ctrl-C may arrive twice: the terminal sends it to `deno task` and to the task, and
 * `deno task` passes it on. A second signal within this number of milliseconds counts as the same.
 */
const SAME = 300;

/** The functions of the process that tests replace. */
export interface StopSurroundings {
  readonly listen: (signal: StopSignal, listener: () => void) => void;
  readonly exit: (code: number) => void;
  readonly say: (text: string) => void;
  readonly now: () => number;
  readonly later: (run: () => void, milliseconds: number) => void;
}

const process: StopSurroundings = {
  listen: Deno.addSignalListener,
  exit: Deno.exit,
  say,
  now: () => performance.now(),
  later: setTimeout,
};

/**
 * Listens to the signals that ask the process to end, and answers at once. The first signal asks
 * the task to stop if it has a plan for that, and ends the process otherwise. The second signal
 * ends the process.
 */
export class StopListener {
  readonly #around: StopSurroundings;
  #plan: StopPlan | undefined;
  #asked: number | undefined;

  /**
   * @param stopped The message if a signal ends the process without a plan.
   * @param ask Asks the task to stop.
   * @param around The functions that replace those of this process. Default: none.
   */
  constructor(
    stopped: string,
    ask: (signal: StopSignal) => void = () => {},
    around: Partial<StopSurroundings> = {},
  ) {
    this.#around = { ...process, ...around };
    for (const signal of stopSignals) {
      this.#around.listen(signal, () => this.#hear(signal, stopped, ask));
    }
  }

  /** Sets the plan by which the task stops by itself. */
  follow(plan: StopPlan): void {
    this.#plan = plan;
  }

  #hear(signal: StopSignal, stopped: string, ask: (signal: StopSignal) => void): void {
    const { exit, say, now, later } = this.#around;
    const end = (text: string): void => {
      say(text);
      exit(exitCodes[signal]);
    };
    if (this.#asked !== undefined) {
      if (now() - this.#asked > SAME) end("Stopped at once.");
      return;
    }
    const plan = this.#plan;
    if (!plan) return end(stopped);
    this.#asked = now();
    say(plan.stopping);
    ask(signal);
    if (plan.patience !== undefined) later(() => end(plan.stopped), plan.patience);
  }
}

/**
 * Writes a line to standard error in place of a progress bar. A closed terminal is not an error.
 */
export function say(text: string): void {
  const { terminal, write } = standardError();
  write(`${terminal ? "\r\x1b[K" : ""}${text}\n`);
}
