import { Random } from "../../../src/core/random.ts";
import { gemmCase } from "../cases.ts";
import { compare } from "./compare.ts";

const ways = [0, 1] as const;

for (const transposeA of ways) {
  for (const transposeB of ways) {
    Deno.test(`gemm ${transposeA} ${transposeB}: as plain TypeScript, at sizes of every path`, async () => {
      for (const accumulate of ways) {
        for (const m of [1, 2, 3, 4, 5, 6, 7, 13, 20]) {
          for (const [n, k] of [[1, 1], [5, 3], [8, 17], [20, 10], [35, 30], [75, 19]] as const) {
            await compare(gemmCase(m, n, k, transposeA, transposeB, accumulate));
          }
        }
      }
    });

    Deno.test(`gemm ${transposeA} ${transposeB}: as plain TypeScript, few rows and a large B`, async () => {
      for (const m of [2, 3, 4, 5, 23, 24, 25]) {
        for (const [n, k] of [[259, 70], [130, 131]] as const) {
          await compare(gemmCase(m, n, k, transposeA, transposeB, m % 2 === 0 ? 1 : 0), 1);
        }
      }
    });

    Deno.test(`gemm ${transposeA} ${transposeB}: as plain TypeScript, at sizes of many blocks`, async () => {
      for (
        const [m, n, k] of [[1, 70, 600], [3, 600, 523], [101, 530, 7], [197, 45, 300]] as const
      ) {
        await compare(gemmCase(m, n, k, transposeA, transposeB, m === 101 ? 1 : 0), 1);
      }
    });
  }
}

Deno.test("gemm: as plain TypeScript, at random sizes", async () => {
  const random = new Random(11);
  const way = (): 0 | 1 => random.integer(0, 1) === 0 ? 0 : 1;
  for (let i = 0; i < 200; i++) {
    const [m, n, k] = [random.integer(1, 40), random.integer(1, 90), random.integer(1, 90)];
    await compare(gemmCase(m, n, k, way(), way(), way()), 1);
  }
});
