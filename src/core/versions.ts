import config from "../../deno.json" with { type: "json" };

/**
 * The versions of the packages as deno.json asks for them, and of Deno as it runs.
 *
 * Nothing is loaded and nothing is measured, so equal checkouts on equal Deno give equal versions.
 *
 * @returns The version of each package of the import map by name, and `deno`.
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
  const versions: Record<string, string> = { deno: Deno.version.deno };
  for (const [name, specifier] of Object.entries(config.imports)) {
    versions[name] = specifier.slice(specifier.lastIndexOf("@") + 1);
  }
  return versions;
}
