import type { Stream } from "../model/stream.ts";

/**
 * Feeds a stream a prompt for each row, all but the last token. Prompts end together: a row of a
 * shorter one waits, its state 0, until as many tokens are left as it has.
 *
 * @param prompts None is empty.
 * @returns The last token of each, which the next step takes.
 */
export function prime(stream: Stream, prompts: readonly Int32Array[]): Int32Array {
  const batch = prompts.length;
  const steps = Math.max(...prompts.map(({ length }) => length)) - 1;
  const ids = new Int32Array(steps * batch);
  const mask = new Uint8Array(steps * batch);
  for (const [row, prompt] of prompts.entries()) {
    const first = steps - (prompt.length - 1);
    for (let t = first; t < steps; t++) {
      ids[t * batch + row] = prompt[t - first] ?? 0;
      mask[t * batch + row] = 1;
    }
  }
  stream.feed(ids, mask);
  return Int32Array.from(prompts, (prompt) => prompt.at(-1) ?? 0);
}
