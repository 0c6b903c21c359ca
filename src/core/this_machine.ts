import type { MachineRecord } from "./result.ts";

/** The machine that this runs on, as records name it. */
export function thisMachine(): Pick<MachineRecord, "os" | "arch" | "cores"> {
  const { os, arch } = Deno.build;
  return { os, arch, cores: navigator.hardwareConcurrency };
}
