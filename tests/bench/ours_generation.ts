import { Random } from "../../src/core/random.ts";
import { generateStream, type GenerationRequest } from "../../src/generation/generate.ts";
import type { Model } from "../../src/model/model.ts";
import { Stream } from "../../src/model/stream.ts";
import type { Timed } from "./timed.ts";
import { CHECKED_TOKENS, TOP_P, type Workload } from "./workload.ts";

type Part = Pick<Timed, "checks" | "run" | "dispose">;

/**
 * Token after token in each row, the likeliest next.
 *
 * @param first The first token of each row.
 */
export async function generation(
  model: Model,
  { vocabulary, batch }: Workload,
  first: ArrayLike<number>,
): Promise<Part> {
  const stream = new Stream(model, { batch });
  const ids = Int32Array.from(first);
  const largest = new Float32Array(batch);
  const next = async (): Promise<void> => {
    const logits = await stream.next(ids);
    for (let b = 0; b < batch; b++) {
      const start = b * vocabulary;
      let best = start;
      for (let i = start + 1; i < start + vocabulary; i++) {
        if ((logits[i] ?? 0) > (logits[best] ?? 0)) best = i;
      }
      ids[b] = best - start;
      largest[b] = logits[best] ?? NaN;
    }
  };
  const checks: number[] = [];
  for (let i = 0; i < CHECKED_TOKENS; i++) {
    await next();
    checks.push(...largest);
  }
  return {
    checks,
    async run(times) {
      for (let i = 0; i < times; i++) await next();
    },
    dispose: () => stream.dispose(),
  };
}

/**
 * Token after token in each row, drawn by top-p: a text that `generateStream` goes on with.
 *
 * @param first The first token of each row.
 */
export async function sampling(model: Model, first: ArrayLike<number>): Promise<Part> {
  const random = new Random(1);
  const requests = Array.from(first, (id, b): GenerationRequest => {
    return { prompt: [id], sampling: { topP: TOP_P }, random: random.fork(b) };
  });
  const text = generateStream(model, requests, { maxTokens: Number.MAX_SAFE_INTEGER });
  const next = async (): Promise<readonly (number | null)[]> => (await text.next()).value ?? [];
  const checks: number[] = [];
  for (let i = 0; i < CHECKED_TOKENS; i++) {
    for (const id of await next()) checks.push(id ?? NaN);
  }
  return {
    checks,
    async run(times) {
      for (let i = 0; i < times; i++) await next();
    },
    // Ends it, which frees its stream; that has its own copy of the weights.
    dispose: () => void text.return(undefined),
  };
}
