/**
 * The instructions `gemm` and `columnSum`.
 *
 * @module
 */
import type { Fields } from "../instructions.ts";
import { type Phase, type Target, type Tiled, unrolled } from "./phase.ts";

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

/** Rows of a slab of A and B that are in workgroup memory at a time. */
const slab = 16;

/** Tiles of the larger size that fill a large GPU. */
const enough = 128;

/**
 * A product by workgroups of 16 x 16 lanes: slabs of A and B go through workgroup memory, read
 * along rows of what is stored, and each lane keeps 4 x 4 sums, 2 x 2 where tiles would be few.
 *
 * @returns `undefined` where a dimension is too small for a tile.
 */
function tiledGemm(f: Fields<"gemm">): Tiled | undefined {
  const { m, n, k } = f;
  if (m < 16 || n < 16 || k < 4) return undefined;
  const each = Math.ceil(m / 64) * Math.ceil(n / 64) >= enough ? 4 : 2;
  const size = 16 * each;
  const groups = [Math.ceil(n / size), Math.ceil(m / size)] as const;
  if (Math.max(...groups) > 65535) return undefined;
  return {
    declarations: `
      var<workgroup> slabA: array<f32, ${slab * (size + 1)}>;
      var<workgroup> slabB: array<f32, ${slab * (size + 1)}>;
    `,
    body: tiledBody(size, each, f),
    groups,
  };
}

function tiledBody(size: number, each: number, f: Fields<"gemm">): string {
  const [transposeA, transposeB] = [f.transposeA === 1, f.transposeB === 1];
  const grid = (part: (r: number, c: number) => string): string =>
    unrolled(each, (r) => unrolled(each, (c) => part(r, c)));
  // A column of the slab is one number longer than the tile, so that lanes meet no bank twice.
  return `
    let lane = i32(localIndex);
    let firstRow = i32(workgroupId.y) * ${size};
    let firstColumn = i32(workgroupId.x) * ${size};
    let across = lane % 16;
    let down = lane / 16;
    ${grid((r, c) => `var s${r}_${c} = 0.0;`)}
    for (var start = 0; start < $k; start += ${slab}) {
      for (var e = lane; e < ${slab * size}; e += 256) {
        ${slabEntry(transposeA, size, "i", "k")}
        let inside = firstRow + i < $m && start + k < $k;
        let source = ${
    transposeA ? "(start + k) * $lda + firstRow + i" : "(firstRow + i) * $lda + start + k"
  };
        slabA[k * ${size + 1} + i] = select(0.0, at($a + select(0, source, inside)), inside);
      }
      for (var e = lane; e < ${slab * size}; e += 256) {
        ${slabEntry(!transposeB, size, "j", "k")}
        let inside = firstColumn + j < $n && start + k < $k;
        let source = ${
    transposeB ? "(firstColumn + j) * $ldb + start + k" : "(start + k) * $ldb + firstColumn + j"
  };
        slabB[k * ${size + 1} + j] = select(0.0, at($b + select(0, source, inside)), inside);
      }
      workgroupBarrier();
      for (var k = 0; k < ${slab}; k++) {
        ${unrolled(each, (r) => `let x${r} = slabA[k * ${size + 1} + down + ${r * 16}];`)}
        ${unrolled(each, (c) => `let y${c} = slabB[k * ${size + 1} + across + ${c * 16}];`)}
        ${grid((r, c) => `s${r}_${c} += x${r} * y${c};`)}
      }
      workgroupBarrier();
    }
    ${
    writeTile(
      f,
      Array.from({ length: each }, (_, r) => `firstRow + down + ${r * 16}`),
      Array.from({ length: each }, (_, c) => `firstColumn + across + ${c * 16}`),
      [true, true],
    )
  }
  `;
}

/** Entry `e` of a slab, numbered as it is stored: along the tile or along the slab first. */
function slabEntry(alongTile: boolean, size: number, tile: string, inner: string): string {
  const [fast, slow, length] = alongTile ? [tile, inner, size] : [inner, tile, slab];
  return `let ${fast} = e % ${length}; let ${slow} = e / ${length};`;
}

/** What of a product shapes the code that writes it. */
interface Written {
  readonly accumulate: number;
  readonly bias: number;
  readonly bias2: number;
}

/**
 * WGSL that writes sums `s0_0`, `s0_1`, ... of a tile to C.
 *
 * @param f The product; what it does not have is not in the code.
 * @param rows WGSL of the row of C, for each row of the tile.
 * @param columns The same for columns.
 * @param edges Whether rows and columns may lie outside C.
 */
function writeTile(
  f: Written,
  rows: readonly string[],
  columns: readonly string[],
  edges: readonly [rows: boolean, columns: boolean],
): string {
  const guards = [edges[0] ? "i < $m" : "", edges[1] ? "j < $n" : ""].filter((text) => text !== "");
  const second = "select(0.0, at($bias2 + min(j, $bias2Count - 1)), j < $bias2Count)";
  const biases = (c: number): string => `
    let j = ${columns[c]};
    ${f.bias >= 0 ? "let bias = at($bias + j);" : ""}
    ${f.bias2 >= 0 ? `let bias2 = ${second};` : ""}
  `;
  return unrolled(columns.length, (c) =>
    `{
    ${biases(c)}
    ${
      unrolled(rows.length, (r) =>
        `{
      let i = ${rows[r]};
      let c = $c + i * $ldc + j;
      ${guards.length > 0 ? `if (${guards.map((guard) => `(${guard})`).join(" & ")})` : ""} {
        put(c, s${r}_${c}${f.accumulate === 1 ? " + at(c)" : ""}
          ${f.bias >= 0 ? " + bias" : ""}${f.bias2 >= 0 ? " + bias2" : ""});
      }
    }`)
    }
  }`);
}

/** The phases of `columnSum`: chunks of rows first where there are many. */
export function columnSum(f: Fields<"columnSum">, { scratch }: Target): Phase[] {
  const chunks = f.rows <= 32 ? 1 : Math.min(256, Math.ceil(f.rows / 16));
  const parts = chunks === 1 ? -1 : scratch.take(chunks * f.columns);
  const sum: Phase = {
    name: "columnSum",
    body: `
      let column = item % $columns;
      var sum = 0.0;
      for (var i = item / $columns; i < bound($rows); i += $chunks) { sum += at($a + i * $lda + column); }
      if ($parts >= 0) {
        put($parts + item, sum);
      } else {
        if ($accumulate == 1) { sum += at($out + column); }
        put($out + column, sum);
      }
    `,
    fields: { ...f, chunks, parts },
    items: chunks * f.columns,
    turns: Math.ceil(f.rows / chunks) + 2,
  };
  if (chunks === 1) return [sum];
  const rest = { rows: chunks, columns: f.columns, lda: f.columns, a: parts, chunks: 1, parts: -1 };
  const fields = { ...sum.fields, ...rest };
  return [sum, { ...sum, fields, items: f.columns, turns: chunks + 2 }];
}
