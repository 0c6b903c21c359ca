import config from "../../deno.json" with { type: "json" };
import { runtime } from "./runtime.ts";

/**
 * Lists the versions of the packages, as deno.json requires them, and of the runtime. It loads no
 * package.
 *
 * @returns The version of each package by name, and of the runtime as `deno`, `node` or `browser`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { packageVersions } from "./versions.ts";
 *
 * assert(packageVersions().deno === Deno.version.deno);
 * ```
 */
export function packageVersions(): Record<string, string> {
  const { name: program, version } = runtime();
  const versions: Record<string, string> = { [program]: version };
  for (const [name, specifier] of Object.entries(config.imports)) {
    versions[name] = specifier.slice(specifier.lastIndexOf("@") + 1);
  }
  return versions;
}
