import { assertEquals, assertStringIncludes } from "@std/assert";
import { instructions, opcodes } from "../../src/kernels/instructions.ts";
import { assemblyMicrokernels } from "../../tools/microkernels.ts";
import { assemblyConstants, assemblyDispatch } from "../../tools/wasm.ts";

const folder = new URL("../../src/kernels/wasm/assembly/", import.meta.url);

Deno.test("assemblyConstants() matches the constants of the assembly", async () => {
  const found = await Deno.readTextFile(new URL("instructions.ts", folder));
  assertEquals(found, assemblyConstants());
});

Deno.test("assemblyMicrokernels() matches the microkernels of the assembly", async () => {
  const found = await Deno.readTextFile(new URL("microkernels.ts", folder));
  assertEquals(found, assemblyMicrokernels());
});

Deno.test("assemblyDispatch() matches the dispatch of the assembly", async () => {
  assertEquals(await Deno.readTextFile(new URL("dispatch.ts", folder)), assemblyDispatch());
});

Deno.test("assemblyConstants() has the offset of each field in bytes, after the opcode", () => {
  const text = assemblyConstants();
  const offset = 4 * (1 + instructions.gemm.indexOf("bias2Count"));
  assertStringIncludes(text, `export const GEMM_BIAS2_COUNT: usize = ${offset};`);
  assertStringIncludes(
    text,
    `export const GATHER_GRADIENT: i32 = ${opcodes.gatherGradient};`,
  );
  assertStringIncludes(text, "export const ADAM_M: usize = 16;");
  assertStringIncludes(text, "case LSTM_FORWARD: return 4;");
});
