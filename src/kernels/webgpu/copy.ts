import type { Kernel } from "./kernel.ts";
import { word } from "./kernel.ts";

const lanes = 64;

/**
 * Workgroups to copy `count` numbers; a lane takes several where there are very many.
 */
export function copyGroups(count: number): number {
  return Math.max(1, Math.min(Math.ceil(count / lanes), 4096));
}

function copy(key: string, assignment: string): Kernel {
  const code = `
fn main() {
  let count = ${word(0)};
  let size = ${word(1)};
  let stride = ${word(2)};
  let offset = ${word(3)};
  let all = i32(numWorkgroups.x) * ${lanes};
  for (var i = i32(workgroupId.x) * ${lanes} + i32(localIndex); i < count; i += all) {
    let place = i / size * stride + offset + i % size;
    ${assignment}
  }
}`;
  return { key, code, words: ["count", "size", "stride", "offset"], lanes };
}

/**
 * Copies a tensor [replicas, size] to a region of every replica. tfjs makes floats of integers by
 * calling them so: what is called float32 may lie there as int32, and f32() makes it so.
 */
export const copyIn = copy("unroll_copyIn", "result[place] = f32(input0[i]);");

/** Copies a region of every replica to a tensor [replicas, size]. */
export const copyOut = copy("unroll_copyOut", "result[i] = input0[place];");
