import { fileURLToPath } from "node:url";
import { InputError, MissingError } from "../src/core/errors.ts";
import { PageError } from "../src/report/page_error.ts";
import { writeAtomic } from "./files.ts";
import { stateFolder } from "./project.ts";
import { guardConsole } from "./terminal.ts";
import { visibleLine } from "./visible.ts";

/** Done. */
export const DONE = 0;
/** An experiment failed, or a comparison differs. */
export const FAILED = 1;
/** Wrong usage, or something that the machine lacks. */
export const WRONG_USAGE = 2;
/** Stopped from the keyboard. */
export const STOPPED = 130;

/**
 * Runs a task and ends the process with its exit code.
 *
 * @param stopped What is said when it is stopped from the keyboard; `null` where it hears of that
 *   itself.
 */
export async function main(
  task: () => Promise<number>,
  stopped: string | null =
    "Stopped. Finished parts are kept: the same command without --fresh continues from there.",
): Promise<never> {
  if (stopped !== null) {
    Deno.addSignalListener("SIGINT", () => {
      console.error(`\n${stopped}`);
      Deno.exit(STOPPED);
    });
  }
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
