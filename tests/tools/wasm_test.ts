import { assertEquals, assertStringIncludes } from "@std/assert";
import { instructions, opcodes } from "../../src/kernels/instructions.ts";
import { assemblyConstants } from "../../tools/wasm.ts";

Deno.test("assemblyConstants() matches the constants of the assembly", async () => {
  const path = new URL("../../src/kernels/wasm/assembly/instructions.ts", import.meta.url);
  assertEquals(await Deno.readTextFile(path), assemblyConstants());
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
});
