import { type Command, instructions, opcodes } from "./instructions.ts";

/**
 * The commands as integers, one after the other: opcode, then the fields in their order.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encode } from "./encode.ts";
 * import { opcodes } from "./instructions.ts";
 *
 * const words = encode([{ op: "add", count: 4, from: 0, to: 8 }]);
 * assertEquals([...words], [opcodes.add, 4, 0, 8]);
 * ```
 */
export function encode(commands: readonly Command[]): Int32Array {
  const words: number[] = [];
  for (const command of commands) {
    words.push(opcodes[command.op]);
    const values: Readonly<Record<string, number | string>> = command;
    for (const field of instructions[command.op]) words.push(Number(values[field]));
  }
  return Int32Array.from(words);
}
