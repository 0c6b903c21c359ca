import { fileURLToPath } from "node:url";
import { InputError, MissingError } from "../src/core/errors.ts";
import { PageError } from "../src/report/markdown/page_error.ts";
import { writeAtomic } from "./files.ts";
import { stateFolder } from "./project.ts";
import { say, Stop, StopListener } from "./stop.ts";
import { guardConsole } from "./terminal.ts";
import { visibleLine } from "./visible.ts";

/** Done. */
export const DONE = 0;
/** An experiment failed, or a comparison differs. */
export const FAILED = 1;
/** Wrong usage, or something that the machine lacks. */
export const WRONG_USAGE = 2;

/**
 * Runs a task and ends the process with its exit code. A signal such as Ctrl-C ends it at once if the
 * task leaves the event loop free; one that computes for long is run by `supervise` instead.
 *
 * @param stopped What is said when a signal ends it.
 */
export async function main(task: () => Promise<number>, stopped = "Stopped."): Promise<never> {
  new StopListener(stopped);
  Deno.exit(await outcome(task));
}

/**
 * Runs a task and gives its exit code. Errors become one line: what the user can mend is told as
 * it is, and the stack of anything else goes to a file that the line names.
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
      // Its message has the place in the page: there is nothing to look up.
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

/** One line on a failure, with the file that its stack was written to. */
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
