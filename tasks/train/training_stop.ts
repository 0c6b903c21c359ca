import { standardError } from "../progress.ts";

/** What a shell gives as the exit code of a program that a signal ended. */
const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

type StopSignal = keyof typeof exitCodes;

/** Windows has no others that can be listened to. */
const heard: readonly StopSignal[] = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM", "SIGHUP"];

/** Why training stopped: it was asked to. */
export class Stop extends Error {
  /** @param exitCode Of the process. */
  constructor(readonly exitCode: number) {
    super("stopped");
  }
}

/**
 * Hears what asks the process to end, such as Ctrl-C: once training heeds it, training ends after
 * its step; before, and at the second time, the process does at once.
 */
export class TrainingStop {
  readonly #controller = new AbortController();
  readonly #say: (text: string) => void;
  #heeded = false;

  /** @param around What differs from this process. */
  constructor({ listen = Deno.addSignalListener, exit = Deno.exit, say = saidSafely }: {
    readonly listen?: (signal: StopSignal, listener: () => void) => void;
    readonly exit?: (code: number) => void;
    readonly say?: (text: string) => void;
  } = {}) {
    this.#say = say;
    for (const signal of heard) {
      listen(signal, () => this.#asked(exitCodes[signal], exit));
    }
  }

  /** Aborted with a {@link Stop} from then on that a stop is asked for. Whoever asks heeds it. */
  heed(): AbortSignal {
    this.#heeded = true;
    return this.#controller.signal;
  }

  #asked(code: number, exit: (code: number) => void): void {
    const again = this.#controller.signal.aborted;
    if (this.#heeded && !again) {
      this.#controller.abort(new Stop(code));
      this.#say("\nStopping after this step; a second time stops at once.");
      return;
    }
    this.#say(again ? "\nStopped at once." : "\nStopped before training.");
    exit(code);
  }
}

/** Says it on standard error, also where that is a terminal that is gone. */
function saidSafely(text: string): void {
  standardError().write(`${text}\n`);
}
