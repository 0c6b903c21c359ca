import { assert, assertEquals } from "@std/assert";
import { thisMachine } from "../../src/core/this_machine.ts";

Deno.test("the machine is the one that Deno is built for, with its processors", () => {
  const { os, arch, cores } = thisMachine();
  assertEquals(`${arch}-${os}`, `${Deno.build.arch}-${Deno.build.os}`);
  assert(Number.isInteger(cores) && cores >= 1);
  assert(Deno.build.target.startsWith(arch));
});
