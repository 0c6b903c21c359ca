import { assertEquals, assertStringIncludes } from "@std/assert";
import { instructions, opcodes } from "../../src/kernels/instructions.ts";
import { assemblyConstants } from "../../tools/wasm.ts";

Deno.test("the assembly's constants are those of the instruction set", async () => {
  const path = new URL("../../src/kernels/wasm/assembly/instructions.ts", import.meta.url);
  assertEquals(await Deno.readTextFile(path), assemblyConstants());
});

Deno.test("a field's constant is its place in bytes, behind the opcode", () => {
  const text = assemblyConstants();
  const place = 4 * (1 + instructions.gemm.indexOf("bias2Count"));
  assertStringIncludes(text, `export const GEMM_BIAS2_COUNT: usize = ${place};`);
  assertStringIncludes(
    text,
    `export const EMBEDDING_GRADIENT: i32 = ${opcodes.embeddingGradient};`,
  );
  assertStringIncludes(text, "export const ADAM_M: usize = 16;");
});
