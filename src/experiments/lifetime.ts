import { InputError } from "../core/errors.ts";

/** Knows whether an experiment's `run` goes on, and which of its parts are still computed. */
export class Lifetime {
  readonly #pending = new Map<Promise<unknown>, string>();
  #ended = false;

  /**
   * Checks that the run goes on.
   *
   * @param what What is recorded or computed, for the message.
   * @throws {InputError} If the run has ended, so that what comes now would be lost.
   */
  check(what: string): void {
    if (!this.#ended) return;
    const help = "Write `await` before each asynchronous call in run, such as context.each.";
    throw new InputError(
      "what an experiment records or computes",
      "done before its run ends",
      what,
      help,
    );
  }

  /** Notes that parts are computed until the work is settled, which is given back. */
  track<T>(group: string, work: Promise<T>): Promise<T> {
    const tracked: Promise<T> = work.finally(() => this.#pending.delete(tracked));
    this.#pending.set(tracked, group);
    return tracked;
  }

  /**
   * Runs an experiment, and waits for parts that are still computed when it ends or fails; they stop
   * at their next item.
   *
   * @param run The experiment's `run`.
   * @throws {InputError} If it ended before parts that it had started.
   */
  async during(run: () => Promise<void> | void): Promise<void> {
    let group: string | undefined;
    try {
      await run();
    } finally {
      this.#ended = true;
      [group] = this.#pending.values();
      await Promise.allSettled(this.#pending.keys());
    }
    if (group === undefined) return;
    const help = `Write: await context.each(${JSON.stringify(group)}, ...)`;
    throw new InputError("a group of parts", "awaited before run ends", group, help);
  }
}
