import { thisMachine, withVariable } from "../platform/runtime.ts";

/** A WebGPU adapter, as it tells of itself. */
export interface Adapter {
  /** The driver's name for it. */
  readonly description: string;
  /** The vendor, by name or PCI number. */
  readonly vendor: string;
  /** The family of the chip; empty where the driver does not tell. */
  readonly architecture: string;
  /** `"software"` where a processor stands in for the GPU, as with llvmpipe. */
  readonly kind: "hardware" | "software";
}

/** Where adapters come from: what is used of `navigator.gpu`. */
export interface AdapterSource {
  /** Asks the machine for an adapter, `null` where there is none. */
  requestAdapter(
    options: { powerPreference: "high-performance" },
  ): Promise<
    { readonly info: Omit<Adapter, "kind"> & { readonly isFallbackAdapter: boolean } } | null
  >;
}

/**
 * The adapter that tfjs would compute on.
 *
 * @param gpu Where to ask; `undefined` where the system has no WebGPU at all.
 * @returns `null` where there is none.
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
  // tfjs asks with the same preference; another one can give another adapter.
  const options = { powerPreference: "high-performance" } as const;
  const found = await withRuntimeDirectory(async () => await gpu?.requestAdapter(options));
  if (!found) return null;
  const { description, vendor, architecture, isFallbackAdapter } = found.info;
  return { description, vendor, architecture, kind: isFallbackAdapter ? "software" : "hardware" };
}

/**
 * Runs what asks for an adapter with `XDG_RUNTIME_DIR` set.
 *
 * Linux drivers look for a Wayland display meanwhile, and without the variable print an error of
 * no consequence. Any absolute path stops it. Where the program may not set the variable, the
 * error stays.
 *
 * @returns What `run` gives.
 */
export async function withRuntimeDirectory<T>(run: () => Promise<T>): Promise<T> {
  if (thisMachine().os !== "linux") return await run();
  return await withVariable("XDG_RUNTIME_DIR", "/nonexistent", run);
}

/** What to install for a WebGPU adapter on an operating system, as a sentence. */
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
