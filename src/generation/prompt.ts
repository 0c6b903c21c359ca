import { InputError } from "../core/errors.ts";
import { checkIds } from "../core/ids.ts";
import type { InferenceSession } from "../model/inference_session.ts";

/**
 * Checks a prompt and puts the prefix before it.
 *
 * @param name The name of the prompt, for messages.
 * @param prompt The ids of the prompt.
 * @param vocabulary The number of ids.
 * @param prefix The id before the prompt; by default there is no prefix.
 * @returns The ids to start from, at least one.
 * @throws {InputError} If a number is not an id, or if there is neither an id nor a prefix.
 */
export function wholePrompt(
  name: string,
  prompt: ArrayLike<number>,
  vocabulary: number,
  prefix?: number,
): Int32Array {
  if (typeof prompt === "string") {
    const help = "tokenizer.encode(prompt) returns the ids of a text";
    throw new InputError(name, "ids in an array or typed array", prompt, help);
  }
  checkIds(name, prompt, vocabulary);
  const ids = Array.from(prompt);
  if (ids.length === 0 && prefix === undefined) {
    throw new InputError(name, "at least 1 id if there is no prefix", ids);
  }
  return Int32Array.from(prefix === undefined ? ids : [prefix, ...ids]);
}

/** The largest number of ids that are fed at a time. It limits the memory for long prompts. */
const BLOCK = 2 ** 20;

/**
 * Feeds each prompt without its last token to its row of an inference session. All prompts end at
 * the same step: the row of a shorter prompt stays in the state 0 until its first token.
 *
 * @param session The session.
 * @param prompts The ids of each row, at least one.
 * @returns The last token of each prompt, which the next step takes.
 */
export function prefill(session: InferenceSession, prompts: readonly Int32Array[]): Int32Array {
  const batch = prompts.length;
  const steps = prompts.reduce((most, { length }) => Math.max(most, length), 1) - 1;
  const block = Math.max(1, Math.floor(BLOCK / batch));
  for (let start = 0; start < steps; start += block) {
    const end = Math.min(steps, start + block);
    const ids = new Int32Array((end - start) * batch);
    const mask = new Uint8Array(ids.length);
    for (const [row, prompt] of prompts.entries()) {
      const first = steps - (prompt.length - 1);
      for (let t = Math.max(start, first); t < end; t++) {
        ids[(t - start) * batch + row] = prompt[t - first] ?? 0;
        mask[(t - start) * batch + row] = 1;
      }
    }
    session.feed(ids, mask);
  }
  return Int32Array.from(prompts, (prompt) => prompt.at(-1) ?? 0);
}
