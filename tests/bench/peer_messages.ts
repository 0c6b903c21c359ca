import { z } from "zod";
import { InputError } from "../../src/core/errors.ts";

const positive = z.number().positive();

const message = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("hello"),
    version: z.string(),
    /** The GPU; null without one. */
    device: z.string().nullable(),
  }),
  z.object({
    event: z.literal("ready"),
    checks: z.array(z.number()),
    setting: z.string(),
    seconds: positive,
    tried: z.array(z.object({ setting: z.string(), seconds: positive })),
  }),
  z.object({ event: z.literal("time"), seconds: positive, times: z.int().min(1) }),
  z.object({
    event: z.literal("machine"),
    flops: z.array(z.object({ threads: z.int().min(1), flopsPerSecond: positive })),
    /** The same of its GPU; null without one. */
    device: positive.nullable(),
    bandwidth: z.array(z.object({ size: z.int().min(1), bytesPerSecond: positive })),
  }),
  z.object({ event: z.literal("released") }),
  z.object({ event: z.literal("error"), message: z.string() }),
]);

/** What a Python peer says, a JSON object a line. */
export type PeerMessage = z.infer<typeof message>;

/**
 * Reads a line of a peer.
 *
 * @returns The message; `null` for a line that is none, such as a library's warning.
 * @throws {InputError} On a JSON object that is no message.
 */
export function parsePeerLine(line: string): PeerMessage | null {
  if (!line.startsWith("{")) return null;
  let value: unknown;
  try {
    // Python writes NaN, which JSON lacks, where a computation went wrong.
    value = JSON.parse(line.replace(/\b(NaN|-?Infinity)\b/g, "null"));
  } catch {
    throw new InputError("a peer's line", "a JSON object", line);
  }
  const found = message.safeParse(value);
  if (!found.success) throw new InputError("a peer's line", "a message of peer.py", line);
  return found.data;
}
