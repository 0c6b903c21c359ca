import type { Fields } from "../instructions.ts";
import { tiledGemm } from "./gemm_tiled.ts";
import { writeTile } from "./gemm_write.ts";
import type { Phase, Target } from "./phase.ts";
import { unrolled } from "./phase.ts";

/**
 * The phases of `gemm`. Each item keeps a tile of C in registers and takes no barrier, which is
 * what a software adapter wants, and a small product; with many workgroups on a hardware adapter
 * tiles of A and B go through workgroup memory.
 */
export function gemm(f: Fields<"gemm">, target: Target): Phase[] {
  const [tileRows, tileColumns] = tileOf(f, target);
  const unroll = target.software ? Number((globalThis as any).UN ?? 1) : Math.max(1, Math.min(4, 32 / (tileRows * tileColumns)));
  const most = Math.max(unroll, Math.floor(target.turns / 4) * unroll);
  const phases: Phase[] = [];
  for (let first = 0; first === 0 || first < f.k; first += most) {
    const part = first === 0
      ? { ...f, k: Math.min(f.k, most) }
      : { ...f, accumulate: 1, bias: -1, bias2: -1, k: Math.min(f.k - first, most) };
    const fields = {
      ...part,
      a: f.a + first * (f.transposeA ? f.lda : 1),
      b: f.b + first * (f.transposeB ? 1 : f.ldb),
      across: Math.ceil(f.n / tileColumns),
    };
    const tiled = target.software || target.lanes > 0 ? undefined : tiledGemm(fields);
    phases.push({
      name: `gemm${tileRows}x${tileColumns}`,
      body: body(tileRows, tileColumns, unroll, fields),
      fields,
      items: Math.ceil(f.m / tileRows) * fields.across,
      turns: Math.ceil(fields.k / unroll) + unroll + 1,
      ...(tiled && { tiled }),
    });
  }
  return phases;
}

/** The largest tile that leaves work for every lane. */
function tileOf({ m, n }: { m: number; n: number }, target: Target): readonly [number, number] {
  const lanes = target.lanes || (target.software ? 32 : 4096);
  const sizes = [[8, 8], [4, 8], [4, 4], [2, 4], [2, 2], [1, 4], [1, 2]] as const;
  for (const [rows, columns] of sizes) {
    if (rows > m || columns > n || (rows * columns > 16 && target.lanes > 0)) continue;
    if (Math.ceil(m / rows) * Math.ceil(n / columns) >= lanes) return [rows, columns];
  }
  return [1, 1];
}

function body(
  rows: number,
  columns: number,
  unroll: number,
  f: Fields<"gemm">,
): string {
  const { transposeA, transposeB } = f;
  const product = `
    ${unrolled(rows, (r) => `let x${r} = at(a${r}${transposeA ? "" : ` + k`});`)}
    ${unrolled(columns, (c) => `let y${c} = at(b${c}${transposeB ? " + k" : ""});`)}
    ${grid(rows, columns, (r, c) => `s${r}_${c} += x${r} * y${c};`)}
    ${transposeA ? unrolled(rows, (r) => `a${r} += $lda;`) : ""}
    ${transposeB ? "" : unrolled(columns, (c) => `b${c} += $ldb;`)}
    k++;
  `;
  // Columns of a tile lie `across` apart, so that neighbouring lanes read neighbouring numbers.
  return `
    let row = item / $across * ${rows};
    let column = item % $across;
    ${
    unrolled(rows, (r) => {
      const i = `min(row + ${r}, $m - 1)`;
      return transposeA ? `var a${r} = $a + ${i};` : `let a${r} = $a + ${i} * $lda;`;
    })
  }
    ${
    unrolled(columns, (c) => {
      const j = `min(column + ${c} * $across, $n - 1)`;
      return transposeB ? `let b${c} = $b + ${j} * $ldb;` : `var b${c} = $b + ${j};`;
    })
  }
    ${grid(rows, columns, (r, c) => `var s${r}_${c} = 0.0;`)}
    var k = 0;
    ${unroll > 1 ? `while (k <= bound($k) - ${unroll}) { ${unrolled(unroll, () => `{${product}}`)} }` : ""}
    while (k < bound($k)) { ${product} }
    ${
    writeTile(
      f,
      Array.from({ length: rows }, (_, r) => `row + ${r}`),
      Array.from({ length: columns }, (_, c) => `column + ${c} * $across`),
      [f.m % rows > 0, f.n % columns > 0],
    )
  }
  `;
}

function grid(rows: number, columns: number, part: (r: number, c: number) => string): string {
  return unrolled(rows, (r) => unrolled(columns, (c) => part(r, c)));
}
