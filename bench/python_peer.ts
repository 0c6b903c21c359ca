import { fileURLToPath } from "node:url";
import { z } from "zod";
import { InputError } from "../src/core/errors.ts";

/** Thrown if a peer dies or cannot answer; the message is one line. */
export class PeerError extends Error {
  /** `"PeerError"`. */
  override readonly name = "PeerError";
}

/** The longest time of an answer in milliseconds; compilation takes minutes at most. */
const PATIENCE = 15 * 60 * 1000;

/** Variables that change OpenBLAS in the peer and that a user's Python does not have. */
const DROPPED = ["OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"];

/** An answer of one kind. */
export type Answer<E extends PeerMessage["event"]> = Extract<PeerMessage, { event: E }>;

/** A Python process that computes workloads and answers each request with one line. */
export class PythonPeer {
  /** The first answer, which describes the peer. */
  readonly hello: Answer<"hello">;
  readonly #process: Process;

  private constructor(process: Process, hello: Answer<"hello">) {
    this.#process = process;
    this.hello = hello;
  }

  /**
   * Starts a peer and waits until it has loaded its libraries.
   *
   * @throws {PeerError} If it does not start; the message has the last line of its errors.
   */
  static async start(python: string, script: URL, args: readonly string[]): Promise<PythonPeer> {
    let process: Process;
    try {
      process = new Process(python, script, args);
    } catch (error) {
      throw new PeerError(`cannot be started: ${error instanceof Error ? error.message : error}`);
    }
    try {
      return new PythonPeer(process, await process.answer("hello"));
    } catch (error) {
      await process.end();
      throw error;
    }
  }

  /**
   * Sends a request and returns the answer.
   *
   * @throws {PeerError} If the answer is an error or of another kind, or the process has died.
   */
  async ask<E extends PeerMessage["event"]>(request: PeerRequest, event: E): Promise<Answer<E>> {
    await this.#process.say(request);
    return await this.#process.answer(event);
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#process.end();
  }
}

/** A request to a peer. */
export type PeerRequest =
  | { readonly do: "prepare"; readonly key: string; readonly [field: string]: unknown }
  | { readonly do: "time"; readonly key: string; readonly seconds: number }
  | { readonly do: "machine"; readonly sizes: readonly number[] }
  | { readonly do: "release"; readonly key: string };

class Process {
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncGenerator<string>;
  readonly #errors: Promise<string>;

  constructor(python: string, script: URL, args: readonly string[]) {
    const env = { ...Deno.env.toObject(), PYTHONDONTWRITEBYTECODE: "1" };
    this.#child = new Deno.Command(python, {
      args: [fileURLToPath(script), ...args],
      clearEnv: true,
      env: Object.fromEntries(Object.entries(env).filter(([name]) => !DROPPED.includes(name))),
      ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#lines = lines(this.#child.stdout);
    this.#errors = new Response(this.#child.stderr).text();
  }

  async say(request: PeerRequest): Promise<void> {
    try {
      await this.#writer.write(new TextEncoder().encode(`${JSON.stringify(request)}\n`));
    } catch {
      throw new PeerError(await this.#death());
    }
  }

  async answer<E extends PeerMessage["event"]>(event: E): Promise<Answer<E>> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), PATIENCE);
    try {
      for (;;) {
        const { value, done } = await this.#lines.next();
        if (done === true) throw new PeerError(await this.#death());
        const message = parsePeerLine(value);
        if (message === null) continue;
        if (message.event === "error") throw new PeerError(message.message);
        if (!isEvent(message, event)) {
          throw new PeerError(`answered ${message.event} instead of ${event}`);
        }
        return message;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async end(): Promise<void> {
    try {
      await this.#writer.close();
    } catch {
      // The peer has closed the stream already.
    }
    await this.#lines.return(undefined);
    await this.#child.status;
    await this.#errors;
  }

  async #death(): Promise<string> {
    const { code, signal } = await this.#child.status;
    const said = (await this.#errors).trim().split("\n").at(-1) ?? "";
    return `died with ${signal ?? `exit code ${code}`}${said === "" ? "" : `: ${said}`}`;
  }
}

function isEvent<E extends PeerMessage["event"]>(
  message: PeerMessage,
  event: E,
): message is Answer<E> {
  return message.event === event;
}

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

/** A message of a Python peer: a JSON object on a line. */
export type PeerMessage = z.infer<typeof message>;

/**
 * Reads a line of a peer.
 *
 * @returns The message; `null` for another line, such as a library's warning.
 * @throws {InputError} If the line is a JSON object but not a message.
 */
export function parsePeerLine(line: string): PeerMessage | null {
  if (!line.startsWith("{")) return null;
  let value: unknown;
  try {
    // Python writes NaN for the result of a failed computation; JSON does not have it.
    value = JSON.parse(line.replace(/\b(NaN|-?Infinity)\b/g, "null"));
  } catch {
    throw new InputError("a peer's line", "a JSON object", line);
  }
  const found = message.safeParse(value);
  if (!found.success) throw new InputError("a peer's line", "a message of peer.py", line);
  return found.data;
}

/** The lines of a stream of UTF-8 text, without their ends. */
export async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") yield rest;
}
