import type { Stream } from "../model/stream.ts";

/** Ids that are fed at a time, so that long prompts side by side need little memory. */
const BLOCK = 2 ** 20;

/**
 * Feeds a stream a prompt for each row, all but the last token. Prompts end together: a row of a
 * shorter one waits, its state 0, until as many tokens are left as it has.
 *
 * @param stream Where to feed them.
 * @param prompts None is empty.
 * @returns The last token of each, which the next step takes.
 */
export function prime(stream: Stream, prompts: readonly Int32Array[]): Int32Array {
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
    stream.feed(ids, mask);
  }
  return Int32Array.from(prompts, (prompt) => prompt.at(-1) ?? 0);
}
