import { assertEquals } from "@std/assert";
import type { Command } from "../../../src/kernels/instructions.ts";
import { shareWork, workOf } from "../../../src/kernels/wasm/work.ts";

const clear: Command = { op: "clear", count: 10, to: 0 };

function gemm(size: number): Command {
  return {
    ...{ op: "gemm", m: size, n: size, k: size, a: 0, lda: size, transposeA: 0, b: 0, ldb: size },
    ...{ transposeB: 0, c: 0, ldc: size, accumulate: 0, bias: -1, bias2: -1, bias2Count: 0 },
  };
}

Deno.test("workOf() counts multiply-adds, and a barrier for each command and step", () => {
  const rnn: Command = {
    ...{ op: "rnnForward", steps: 5, batch: 2, hidden: 10, reverse: 0, relu: 0, gates: 0 },
    ...{ weight: 0, h: 0, mask: -1, output: -1, ldOutput: 10 },
  };
  assertEquals(workOf([gemm(10), clear]), { total: 1010, barriers: 2 });
  assertEquals(workOf([rnn]), { total: 5 * 2 * 10 * 20, barriers: 6 });
  // Without recurrent weights the activations are left.
  assertEquals(workOf([{ ...rnn, weight: -1 }]), { total: 5 * 2 * 10 * 10, barriers: 6 });
});

Deno.test("shareWork() gives threads replicas, large commands, or nothing", () => {
  const [small, wide] = [workOf([gemm(10)]), workOf([gemm(200)])];
  assertEquals(shareWork(small, 1, 1, 2), { threads: 1, share: "replicas" });
  assertEquals(shareWork(small, 10000, 1, 2), { threads: 1, share: "replicas" });
  assertEquals(shareWork(small, 10000, 3, 2), { threads: 2, share: "replicas" });
  assertEquals(shareWork(small, 10000, 3, 4), { threads: 3, share: "replicas" });
  assertEquals(shareWork(wide, 1, 1, 4), { threads: 4, share: "commands" });
  assertEquals(shareWork(wide, 1, 4, 4), { threads: 4, share: "replicas" });
  assertEquals(shareWork(wide, 1, 4, 1), { threads: 1, share: "replicas" });
});
