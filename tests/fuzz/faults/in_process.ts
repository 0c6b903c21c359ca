import { InputError } from "../../../src/core/errors.ts";
import { type Fault, watchFiles } from "./file_operations.ts";
import type { Ending } from "./scenario.ts";

/**
 * Does work in this process with a fault. Killed work never continues, as if the process had ended,
 * and its open files are closed.
 *
 * @param folder The folder in which operations are counted.
 * @param fault The fault; `null` for none.
 * @param work The work.
 */
export async function withFault(
  folder: string,
  fault: Fault | null,
  work: () => Promise<unknown>,
): Promise<Ending> {
  const operations: string[] = [];
  const { promise: killed, resolve: kill } = Promise.withResolvers<"killed">();
  const stop = watchFiles({
    ...{ below: folder, fault, onOperation: (operation) => operations.push(operation) },
    die: () => {
      kill("killed");
      return new Promise<never>(() => {});
    },
  });
  const ended = work().then(
    (): [Ending["end"], string | null] => ["done", null],
    (error: unknown): [Ending["end"], string | null] => ["refused", wrongError(error, fault)],
  );
  try {
    const found = await Promise.race([ended, killed]);
    const [end, wrong] = found === "killed" ? [found, null] as const : found;
    return { end, operations, wrong };
  } finally {
    stop();
  }
}

/**
 * Describes why an error is not acceptable; `null` if it is the injected error of the system, or an
 * error for the user.
 */
function wrongError(error: unknown, fault: Fault | null): string | null {
  const theirs = error instanceof InputError ||
    (error instanceof Error && "code" in error && error.code === fault?.mode);
  if (theirs && fault !== null) return null;
  return `It failed with ${error instanceof Error ? error.stack : error}`;
}
