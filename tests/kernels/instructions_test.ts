import { assertEquals } from "@std/assert";
import { cpuExecutor } from "../../src/kernels/cpu/executor.ts";
import { gemm, type GemmOptions } from "../../src/kernels/instructions.ts";
import { Layout } from "../../src/kernels/program.ts";

/** [[1, 2, 3], [4, 5, 6]] times a matrix [3, 2], into [[10, 20], [30, 40]]. */
function run(transposed: boolean, options: (bias: number) => GemmOptions): number[] {
  const layout = new Layout();
  const [a, b, c, bias] = [layout.add(6), layout.add(6), layout.add(4), layout.add(2)];
  const weight = { offset: b.offset, ld: transposed ? 3 : 2, transposed };
  const [from, to] = [{ offset: a.offset, ld: 3 }, { offset: c.offset, ld: 2 }];
  const command = gemm([2, 2, 3], from, weight, to, options(bias.offset));
  const program = { size: layout.size, routines: { gemm: [command] } };
  const session = cpuExecutor({ precision: "float64" }).start(program, 1);
  session.write(a, [1, 2, 3, 4, 5, 6]);
  session.write(b, transposed ? [1, 0, 1, 0, 1, -1] : [1, 0, 0, 1, 1, -1]);
  session.write(c, [10, 20, 30, 40]);
  session.write(bias, [100, 200]);
  session.run("gemm");
  return session.numbers(c);
}

Deno.test("gemm() multiplies matrices, stored as they are or transposed", () => {
  assertEquals(run(false, () => ({})), [4, -1, 10, -1]);
  assertEquals(run(true, () => ({})), [4, -1, 10, -1]);
});

Deno.test("gemm() accumulates and adds biases if its options say so", () => {
  assertEquals(run(true, () => ({ accumulate: true })), [14, 19, 40, 39]);
  assertEquals(run(true, (bias) => ({ bias })), [104, 199, 110, 199]);
  assertEquals(run(true, (bias) => ({ bias, bias2: bias, bias2Count: 1 })), [204, 199, 210, 199]);
});
