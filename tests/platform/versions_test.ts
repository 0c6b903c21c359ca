import { assertEquals, assertMatch } from "@std/assert";
import config from "../../deno.json" with { type: "json" };
import { packageVersions } from "../../src/platform/versions.ts";

Deno.test("packageVersions() lists Deno and every package of deno.json", () => {
  const versions = packageVersions();
  assertEquals(Object.keys(versions).sort(), ["deno", ...Object.keys(config.imports)].sort());
  assertEquals(versions.deno, Deno.version.deno);
  for (const version of Object.values(versions)) assertMatch(version, /^\^?\d+\.\d+\.\d+$/);
  const { imports } = config;
  assertEquals(imports["@tensorflow/tfjs"], `npm:@tensorflow/tfjs@${versions["@tensorflow/tfjs"]}`);
});
