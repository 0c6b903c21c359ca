import { assert, assertEquals } from "@std/assert";
import { InputError } from "../src/core/errors.ts";

/** A call as a user of JavaScript may write it, and words of its error. */
export type Mistake = readonly [call: () => unknown, ...words: string[]];

/**
 * Calls a function, or constructs a class, with arguments that TypeScript would refuse.
 *
 * @param owner The object of a method; `null` for a function.
 */
export function call(owner: object | null, name: string | object, ...args: unknown[]): unknown {
  const found: unknown = typeof name === "string" && owner ? Reflect.get(owner, name) : name;
  assert(typeof found === "function");
  if (/^class\b/.test(String(found))) return Reflect.construct(found, args);
  return Reflect.apply(found, owner, args);
}

/** Fails unless each mistake is an {@link InputError} with these words, thrown or rejected with. */
export async function assertMistakes(mistakes: readonly Mistake[]): Promise<void> {
  for (const [run, ...words] of mistakes) {
    let error: unknown;
    try {
      await run();
    } catch (caught) {
      error = caught;
    }
    assert(error !== undefined, `no error for ${run}`);
    assertEquals(error instanceof InputError, true, `${run}: ${error}`);
    for (const word of words) {
      assert(String(error).includes(word), `${run}: "${word}" is not in "${error}"`);
    }
  }
}
