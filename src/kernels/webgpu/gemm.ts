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
  const unroll = target.software ? 1 : Math.max(1, Math.min(4, 32 / (tileRows * tileColumns)));
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
      ...columnsOf(f.n, tileColumns, target),
    };
    const tiled = target.software || target.lanes > 0 ? undefined : tiledGemm(fields);
    phases.push({
      name: `gemm${tileRows}x${tileColumns}`,
      body: body(tileRows, tileColumns, unroll, fields),
      fields,
      items: Math.ceil(f.m / tileRows) * fields.across,
      turns: Math.ceil(fields.k / unroll) + unroll + 4,
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

/**
 * Columns of a tile lie `apart`, so that neighbouring lanes read neighbouring numbers: all `across`
 * tiles of a row, or the vector of a processor, whose cache then holds what it reads of B.
 */
function columnsOf(
  n: number,
  columns: number,
  { software }: Target,
): { across: number; apart: number } {
  const across = Math.ceil(n / columns);
  if (!software || n < 256) return { across, apart: across };
  return { across: Math.ceil(across / 8) * 8, apart: 8 };
}

function body(
  rows: number,
  columns: number,
  unroll: number,
  f: Fields<"gemm"> & { readonly across: number },
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
  return `
    let row = item / $across * ${rows};
    let place = item % $across;
    let column = place / $apart * $apart * ${columns} + place % $apart;
    ${
    unrolled(rows, (r) => {
      const i = `min(row + ${r}, $m - 1)`;
      return transposeA ? `var a${r} = $a + ${i};` : `let a${r} = $a + ${i} * $lda;`;
    })
  }
    ${
    unrolled(columns, (c) => {
      const j = `min(column + ${c} * $apart, $n - 1)`;
      return transposeB ? `let b${c} = $b + ${j} * $ldb;` : `var b${c} = $b + ${j};`;
    })
  }
    ${grid(rows, columns, (r, c) => `var s${r}_${c} = 0.0;`)}
    var k = 0;
    ${
    unroll > 1
      ? `while (k <= bound($k) - ${unroll}) { ${unrolled(unroll, () => `{${product}}`)} }`
      : ""
  }
    while (k < bound($k)) { ${product} }
    ${
    writeTile(
      f,
      Array.from({ length: rows }, (_, r) => `row + ${r}`),
      Array.from({ length: columns }, (_, c) => `column + ${c} * $apart`),
      [f.m % rows > 0, f.across * columns > f.n],
    )
  }
  `;
}

function grid(rows: number, columns: number, part: (r: number, c: number) => string): string {
  return unrolled(rows, (r) => unrolled(columns, (c) => part(r, c)));
}
