import { assertEquals } from "@std/assert";
import { cpuExecutor } from "../../src/kernels/cpu/executor.ts";
import { product, type ProductOptions } from "../../src/kernels/product.ts";
import { Layout } from "../../src/kernels/program.ts";

/** [[1, 2, 3], [4, 5, 6]] times a matrix [3, 2], into [[10, 20], [30, 40]]. */
function run(transposed: boolean, options: (bias: number) => ProductOptions): number[] {
  const layout = new Layout();
  const [a, b, c, bias] = [layout.add(6), layout.add(6), layout.add(4), layout.add(2)];
  const weight = { at: b.offset, ld: transposed ? 3 : 2, transposed };
  const [from, to] = [{ at: a.offset, ld: 3 }, { at: c.offset, ld: 2 }];
  const command = product([2, 2, 3], from, weight, to, options(bias.offset));
  const program = { size: layout.size, routines: { product: [command] } };
  const session = cpuExecutor({ precision: "float64" }).start(program, 1);
  session.write(a, [1, 2, 3, 4, 5, 6]);
  session.write(b, transposed ? [1, 0, 1, 0, 1, -1] : [1, 0, 0, 1, 1, -1]);
  session.write(c, [10, 20, 30, 40]);
  session.write(bias, [100, 200]);
  session.run("product");
  return session.numbers(c);
}

Deno.test("a product by its operands, stored as they are or transposed", () => {
  assertEquals(run(false, () => ({})), [4, -1, 10, -1]);
  assertEquals(run(true, () => ({})), [4, -1, 10, -1]);
});

Deno.test("a product accumulates and adds biases where it is told to", () => {
  assertEquals(run(true, () => ({ accumulate: true })), [14, 19, 40, 39]);
  assertEquals(run(true, (bias) => ({ bias })), [104, 199, 110, 199]);
  assertEquals(run(true, (bias) => ({ bias, bias2: bias, bias2Count: 1 })), [204, 199, 210, 199]);
});
