import { assertEquals } from "@std/assert";
import { Random } from "../../../src/core/random.ts";
import { assertClose, tolerance } from "../../tolerance.ts";
import { Arena64 } from "./arena64.ts";

/** The number between rows, which no command may read or write. */
const gap = NaN;

function matrix(random: Random, rows: number, columns: number): number[][] {
  const numbers = (length: number): number[] => Array.from({ length }, () => random.normal());
  return Array.from({ length: rows }, () => numbers(columns));
}

/** Returns rows, or columns, one after the other, each followed by `spare` gaps. */
function stored(values: number[][], transposed: boolean, spare: number): number[] {
  const columns = values[0]?.map((_, j) => values.map((row) => row[j]!)) ?? [];
  return (transposed ? columns : values).flatMap((line) => [...line, ...Array(spare).fill(gap)]);
}

const flags = [0, 1] as const;
const forms = flags.flatMap((transposeA) =>
  flags.flatMap((transposeB) => flags.map((accumulate) => ({ transposeA, transposeB, accumulate })))
);

for (const form of forms) {
  Deno.test(`gemm is the sum of products: ${JSON.stringify(form)}`, () => {
    const { transposeA, transposeB, accumulate } = form;
    const random = new Random(1);
    for (const [m, n, k] of [[1, 1, 1], [3, 5, 2], [4, 2, 7], [2, 6, 0]] as const) {
      for (const biases of [0, 1, 2]) {
        const [a, b, c] = [matrix(random, m, k), matrix(random, k, n), matrix(random, m, n)];
        const [[bias = []], [bias2 = []]] = [matrix(random, 1, n), matrix(random, 1, n)];
        const bias2Count = Math.ceil(n / 2);
        const values = {
          a: stored(a, transposeA === 1, 1),
          b: stored(b, transposeB === 1, 2),
          c: stored(c, false, 3),
          ...{ bias, bias2 },
        };
        const arena = new Arena64(values, (at) => ({
          gemm: {
            op: "gemm",
            ...{ m, n, k, ...form, bias2Count },
            ...{ a: at("a"), lda: (transposeA ? m : k) + 1 },
            ...{ b: at("b"), ldb: (transposeB ? k : n) + 2 },
            ...{ c: at("c"), ldc: n + 3 },
            ...{ bias: biases > 0 ? at("bias") : -1, bias2: biases > 1 ? at("bias2") : -1 },
          },
        }));
        arena.run("gemm");
        const wanted = c.map((row, i) =>
          row.map((before, j) => {
            const terms = a[i]!.map((value, l) => value * b[l]![j]!);
            if (accumulate) terms.push(before);
            if (biases > 0) terms.push(bias[j]!);
            if (biases > 1 && j < bias2Count) terms.push(bias2[j]!);
            return terms.reduce((x, y) => x + y, 0);
          })
        );
        const found = arena.numbers("c");
        const rows = wanted.map((_, i) => found.slice(i * (n + 3), (i + 1) * (n + 3)));
        assertClose(rows.flatMap((row) => row.slice(0, n)), wanted.flat(), tolerance.rounding, {
          what: `C of ${[m, n, k]} with ${biases} biases`,
        });
        assertEquals(rows.flatMap((row) => row.slice(n)), Array(3 * m).fill(gap));
      }
    }
  });
}

for (const accumulate of flags) {
  Deno.test(`columnSum adds rows up, accumulate ${accumulate}`, () => {
    const random = new Random(2);
    for (const [rows, columns] of [[1, 1], [5, 3], [2, 7]] as const) {
      const a = matrix(random, rows, columns);
      const [out = []] = matrix(random, 1, columns);
      const arena = new Arena64({ a: stored(a, false, 2), out }, (at) => ({
        columnSum: {
          op: "columnSum",
          ...{ rows, columns, a: at("a"), lda: columns + 2, out: at("out"), accumulate },
        },
      }));
      arena.run("columnSum");
      const wanted = out.map((before, j) => {
        return a.reduce((sum, row) => sum + row[j]!, accumulate ? before : 0);
      });
      assertClose(arena.numbers("out"), wanted, tolerance.rounding);
    }
  });
}
