import { thisMachine, withVariable } from "../platform/runtime.ts";

/** The description of a WebGPU adapter. */
export interface Adapter {
  /** The name of the adapter, as its driver reports it. */
  readonly description: string;
  /** The vendor, by name or PCI number. */
  readonly vendor: string;
  /** The family of the chip; empty if the driver does not name it. */
  readonly architecture: string;
  /** `"software"` if a CPU emulates the GPU, as llvmpipe does. */
  readonly kind: "hardware" | "software";
}

/** A source of adapters, such as `navigator.gpu`. */
export interface AdapterSource {
  /**
   * Requests an adapter.
   *
   * @param options The preferred kind of adapter.
   * @returns The adapter, or `null` if the machine has no adapter.
   */
  requestAdapter(
    options: { powerPreference: "high-performance" },
  ): Promise<
    { readonly info: Omit<Adapter, "kind"> & { readonly isFallbackAdapter: boolean } } | null
  >;
}

/**
 * Finds the adapter that tfjs computes on.
 *
 * @param gpu The source of adapters; `undefined` if the system has no WebGPU.
 * @returns The adapter, or `null` if the machine has no adapter.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { findAdapter } from "./backend_adapter.ts";
 *
 * const adapter = await findAdapter({ requestAdapter: () => Promise.resolve(null) });
 * assert(adapter === null);
 * ```
 */
export async function findAdapter(gpu: AdapterSource | undefined): Promise<Adapter | null> {
  // This is the preference of tfjs; a request with another preference may return another adapter.
  const options = { powerPreference: "high-performance" } as const;
  const found = await withRuntimeDirectory(async () => await gpu?.requestAdapter(options));
  if (!found) return null;
  const { description, vendor, architecture, isFallbackAdapter } = found.info;
  return { description, vendor, architecture, kind: isFallbackAdapter ? "software" : "hardware" };
}

/**
 * Runs code that requests an adapter, with the environment variable `XDG_RUNTIME_DIR` set on Linux.
 *
 * Drivers on Linux look for a Wayland display and print a harmless error if the variable is not
 * set. Any absolute path prevents this error. Without the permission to set the variable, the error
 * is printed.
 *
 * @param run The code.
 * @returns The result of `run`.
 */
export async function withRuntimeDirectory<T>(run: () => Promise<T>): Promise<T> {
  if (thisMachine().os !== "linux") return await run();
  return await withVariable("XDG_RUNTIME_DIR", "/nonexistent", run);
}

/**
 * Says what to install for a WebGPU adapter.
 *
 * @param os The operating system, as Deno names it.
 * @returns A sentence.
 */
export function adapterHelp(os: string): string {
  switch (os) {
    case "darwin":
      return "WebGPU runs on Metal, which macOS has built in: update macOS and Deno.";
    case "windows":
      return "WebGPU runs on DirectX 12: install the GPU vendor's DX12 driver and update Windows.";
    case "linux":
      return "Install the GPU vendor's Vulkan driver or, for a software adapter, Mesa's " +
        "(Debian and Ubuntu: apt install mesa-vulkan-drivers libvulkan1; " +
        "Fedora: dnf install mesa-vulkan-drivers vulkan-loader).";
    default:
      return "Install a Vulkan driver for this system.";
  }
}
