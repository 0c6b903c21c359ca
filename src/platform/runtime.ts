/** A JavaScript runtime. */
export interface Runtime {
  /** The name of the runtime. */
  readonly name: "deno" | "node" | "browser";
  /** The version of the runtime; in a browser the user agent. */
  readonly version: string;
  /** The version of V8, if the runtime uses V8 and gives its version. */
  readonly v8?: string;
  /** The version of the runtime's TypeScript compiler, if there is one. */
  readonly typescript?: string;
}

/** The parts of Node's `process` that are used; Deno has them too. */
interface Process {
  readonly versions?: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly arch: string;
  memoryUsage(): { readonly rss: number };
  getBuiltinModule?<Id extends keyof NodeModules>(id: Id): NodeModules[Id] | undefined;
}

/** The modules of Node that are used. */
interface NodeModules {
  readonly "node:os": typeof import("node:os");
  readonly "node:worker_threads": typeof import("node:worker_threads");
}

/**
 * Finds the runtime.
 *
 * @returns The name and the versions of the runtime.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { runtime } from "./runtime.ts";
 *
 * assertEquals(runtime().version, Deno.version.deno);
 * ```
 */
export function runtime(): Runtime {
  if (isDeno()) {
    const { deno: version, v8, typescript } = Deno.version;
    return { name: "deno", version, v8, typescript };
  }
  const { node, v8 } = nodeProcess()?.versions ?? {};
  if (node === undefined) return { name: "browser", version: navigator.userAgent };
  return { name: "node", version: node, ...(v8 === undefined ? {} : { v8 }) };
}

/** The description of a machine. */
export interface Machine {
  /** The operating system: `"linux"`. */
  readonly os: string;
  /** The processor's architecture: `"x86_64"`. */
  readonly arch: string;
  /** The number of logical processors. */
  readonly cores: number;
}

/** Node's names of operating systems and architectures that differ from Deno's. */
const names: Readonly<Record<string, string>> = {
  win32: "windows",
  sunos: "solaris",
  x64: "x86_64",
  arm64: "aarch64",
};

/**
 * Describes this machine.
 *
 * @returns The operating system, architecture and number of processors. A browser does not give the
 * first two, which are then `"unknown"`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { thisMachine } from "./runtime.ts";
 *
 * assertEquals(thisMachine().os, Deno.build.os);
 * ```
 */
export function thisMachine(): Machine {
  const cores = processorCount();
  if (isDeno()) return { os: Deno.build.os, arch: Deno.build.arch, cores };
  const { platform = "unknown", arch = "unknown" } = nodeProcess() ?? {};
  return { os: names[platform] ?? platform, arch: names[arch] ?? arch, cores };
}

/**
 * Counts the logical processors that this program can use.
 *
 * @returns The number of processors; 1 if the runtime does not give it.
 */
export function processorCount(): number {
  const { navigator }: OptionalGlobals = globalThis; // Node has it from version 21 on.
  return navigator?.hardwareConcurrency ||
    nodeProcess()?.getBuiltinModule?.("node:os")?.availableParallelism() || 1;
}

/**
 * Finds the entry point of WebGPU.
 *
 * @returns `navigator.gpu`; `undefined` if the runtime does not have WebGPU.
 */
export function webgpu(): GPU | undefined {
  const { navigator }: OptionalGlobals = globalThis;
  return navigator?.gpu;
}

/**
 * Checks whether memory can be shared between threads. A browser permits it to pages that are
 * cross-origin isolated.
 *
 * @returns `true` if the program can make a `SharedArrayBuffer`.
 */
export function canShareMemory(): boolean {
  return "SharedArrayBuffer" in globalThis;
}

/**
 * Measures the memory of this process.
 *
 * @returns The resident set size in bytes; `null` in a browser.
 */
export function residentMemory(): number | null {
  return nodeProcess()?.memoryUsage().rss ?? null;
}

/**
 * Finds Node's module of threads, which Deno has too.
 *
 * @returns The module; `null` in a browser, and in Node before version 21, where threads that wait
 * in WebAssembly do not wake up.
 */
export function workerThreads(): typeof import("node:worker_threads") | null {
  const { name, version } = runtime();
  if (name === "node" && parseInt(version) < 21) return null;
  return nodeProcess()?.getBuiltinModule?.("node:worker_threads") ?? null;
}

/**
 * Sets an environment variable while `run` works, if it is not set and Deno permits it. Other
 * runtimes leave the environment as it is.
 *
 * @param variable The name of the variable.
 * @param value The value of the variable during `run`.
 * @param run The work.
 * @returns The result of `run`.
 */
export async function withVariable<T>(
  variable: string,
  value: string,
  run: () => Promise<T>,
): Promise<T> {
  const permitted = isDeno() &&
    Deno.permissions.querySync({ name: "env", variable }).state === "granted";
  if (!permitted || Deno.env.get(variable)) return await run();
  Deno.env.set(variable, value);
  try {
    return await run();
  } finally {
    Deno.env.delete(variable);
  }
}

function isDeno(): boolean {
  return "Deno" in globalThis;
}

/** Globals that some runtimes do not have. */
interface OptionalGlobals {
  readonly navigator?: Navigator;
  readonly process?: Process;
}

/** Returns `process` of Node or Deno. Bundlers put an object without versions in its place. */
function nodeProcess(): Process | undefined {
  const { process }: OptionalGlobals = globalThis;
  return process?.versions?.node === undefined ? undefined : process;
}
