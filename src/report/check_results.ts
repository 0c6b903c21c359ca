import { helpFor } from "../core/arguments.ts";
import { InputError, isPlainObject } from "../core/errors.ts";

/**
 * Checks that values are results and not the runs, promises or texts that they come in. Whether a result
 * is of its schema is checked where it is read.
 *
 * @param results What was given as a list of results.
 * @param wanted What the list must be.
 * @throws {InputError} If it is not a list, or something in it is not a result; it says what to give.
 */
export function checkResults(results: unknown, wanted: string): void {
  if (!Array.isArray(results)) {
    const help = isResult(results) ? "Put the result into a list: [result]" : helpOf(results);
    throw new InputError("results", wanted, results, help);
  }
  const i = results.findIndex((result) => !isResult(result));
  if (i !== -1) {
    throw new InputError(
      `results[${i}]`,
      "the result of an experiment",
      results[i],
      helpOf(results[i]),
    );
  }
}

function isResult(value: unknown): boolean {
  return isPlainObject(value) && isPlainObject(value["experiment"]);
}

function helpOf(value: unknown): string | undefined {
  return isPlainObject(value) && isResult(value["result"])
    ? "Give its result: const { result } = await runExperiment(...)"
    : helpFor(value);
}
